"""The accounts of clients, by a clock that is moved by hand."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.serving.accounts import Accounts
from kontum_netcheck.serving.client import client_of
from kontum_netcheck.serving.limits import Limits
from kontum_netcheck.serving.refusal import Reason

LIMITS = Limits(bytes_per_hour=1000, tests_per_hour=2, clients_at_once=2, test_pause_s=10)
A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"


@dataclass
class Clock:
    now_s: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@given(st.lists(st.tuples(st.floats(0, 1800), st.integers(1, 1000)), max_size=40))
def test_no_hour_has_more_than_its_bytes(transfers: list[tuple[float, int]]) -> None:
    clock = Clock()
    accounts = Accounts(Limits(bytes_per_hour=1000, tests_per_hour=10_000), clock)
    moved: list[tuple[float, int]] = []
    for pause_s, count in transfers:
        clock.now_s += pause_s
        if accounts.begin(A, count) is None:
            accounts.move(A, count)
            accounts.end(A)
            moved.append((clock.now_s, count))
    for at_s, _ in moved:
        assert sum(count for then_s, count in moved if at_s - 3600 < then_s <= at_s) <= 1000


@given(st.lists(st.tuples(st.floats(0, 900), st.integers(1, 400)), min_size=1, max_size=40))
def test_who_comes_again_when_told_is_let_in(transfers: list[tuple[float, int]]) -> None:
    clock = Clock()
    accounts = Accounts(Limits(bytes_per_hour=1000, tests_per_hour=3), clock)
    for pause_s, count in transfers:
        clock.now_s += pause_s
        refusal = accounts.begin(A, count)
        while refusal is not None:
            assert 0 < refusal.retry_after_s <= 3661
            clock.now_s += refusal.retry_after_s
            refusal = accounts.begin(A, count)
        accounts.move(A, count)
        accounts.end(A)


def test_only_so_many_clients_test_at_once_and_each_with_all_its_streams() -> None:
    accounts = Accounts(LIMITS, Clock())
    assert [accounts.begin(client, 1) for client in (A, A, B, A)] == [None] * 4
    refusal = accounts.begin(C, 1)
    assert refusal is not None
    assert refusal.reason is Reason.BUSY
    accounts.end(B)
    assert accounts.begin(C, 1) is None


def test_a_pause_ends_a_test_and_a_second_stream_does_not() -> None:
    clock = Clock()
    accounts = Accounts(LIMITS, clock)
    for _ in range(2):
        accounts.begin(A, 1)
        clock.now_s += 100
        accounts.begin(A, 1)  # beside the first
        accounts.end(A)
        accounts.end(A)
        clock.now_s += 10
    refusal = accounts.begin(A, 1)
    assert refusal is not None
    assert refusal.reason is Reason.TESTS


def test_one_clients_account_is_not_anothers() -> None:
    accounts = Accounts(LIMITS, Clock())
    accounts.begin(A, 1000)
    accounts.move(A, 1000)
    accounts.end(A)
    assert accounts.begin(A, 1) is not None
    assert accounts.begin(B, 1000) is None


def test_a_client_is_an_ipv4_address_or_an_ipv6_64() -> None:
    assert client_of("::ffff:192.0.2.1") == client_of("192.0.2.1")
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff:0:0:2") != client_of("2001:db8:0:1::1")
    assert client_of("fe80::1%eth0") == client_of("fe80::2")


def test_accounts_of_more_than_an_hour_ago_are_let_go() -> None:
    clock = Clock()
    accounts = Accounts(LIMITS, clock)
    accounts.begin(A, 500)
    accounts.move(A, 500)
    accounts.end(A)
    accounts.sweep()
    assert len(accounts._of) == 1
    clock.now_s += 3661
    accounts.sweep()
    assert len(accounts._of) == 0
