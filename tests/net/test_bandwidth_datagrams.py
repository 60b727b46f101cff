"""Datagrams there and back: what is said of loss and jitter each way, and against the real server."""

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.bandwidth.datagrams import Answer, exchange, found_in
from kontum_netcheck.net.http.exchange import Request
from kontum_netcheck.net.network import Network
from tests.serving.running import running
from tests.speed_server import Behaviour, speed_server

SENT_S = [100 + number * 0.02 for number in range(50)]


def answer(number: int, count: int, *, there_s: float = 0.01, back_s: float = 0.01) -> Answer:
    """An answer to that question, from a server whose clock is 5,000 s ahead of ours."""
    arrived_s = SENT_S[number] + there_s
    return Answer(number, count, arrived_s + 5000, arrived_s + back_s)


def test_a_line_that_loses_nothing_and_is_steady() -> None:
    found = found_in(SENT_S, [answer(number, number + 1) for number in range(50)])
    assert found is not None
    assert (found.loss_pct, found.up_loss_pct, found.down_loss_pct) == (0, 0, 0)
    assert found.up_jitter_ms is not None and round(found.up_jitter_ms, 6) == 0
    assert found.down_jitter_ms is not None and round(found.down_jitter_ms, 6) == 0


def test_what_the_server_never_had_was_lost_on_the_way_there() -> None:
    arrived = [number for number in range(50) if number % 5]
    found = found_in(SENT_S, [answer(number, count + 1) for count, number in enumerate(arrived)])
    assert found is not None
    assert (found.loss_pct, found.up_loss_pct, found.down_loss_pct) == (20, 20, 0)


def test_what_the_server_had_and_we_never_was_lost_on_the_way_back() -> None:
    found = found_in(SENT_S, [answer(number, number + 1) for number in range(50) if number % 5 != 1])
    assert found is not None
    assert (found.loss_pct, found.up_loss_pct, found.down_loss_pct) == (20, 0, 20)


def test_jitter_is_told_of_the_way_that_has_it() -> None:
    late = [answer(number, number + 1, back_s=0.01 + 0.004 * (number % 2)) for number in range(50)]
    found = found_in(SENT_S, late)
    assert found is not None and found.up_jitter_ms is not None and found.down_jitter_ms is not None
    assert (round(found.up_jitter_ms, 6), round(found.down_jitter_ms, 6)) == (0, 4)


def test_an_answer_that_comes_twice_counts_once() -> None:
    found = found_in(SENT_S, [answer(number, number + 1) for number in (*range(50), 7, 7)])
    assert found is not None and found.loss_pct == 0


def test_where_nothing_comes_back_nothing_is_said() -> None:
    assert found_in(SENT_S, []) is None


@given(st.lists(st.tuples(st.integers(0, 49), st.integers(1, 2**32 - 1)), max_size=60))
def test_no_answers_make_a_share_that_is_none(answers: list[tuple[int, int]]) -> None:
    found = found_in(SENT_S, [answer(number, count) for number, count in answers])
    for share in (found.loss_pct, found.up_loss_pct, found.down_loss_pct) if found else ():
        assert 0 <= share <= 100


async def test_a_server_of_ours_echoes_all_of_them() -> None:
    async with running(udp_port=0) as server, Network() as network:
        found = await exchange(Request(server.url("/")), server.url("/"), network)
    assert found is not None and found.loss_pct == 0
    assert found.up_jitter_ms is not None and found.up_jitter_ms < 20  # loopback
    assert found.used_bytes == 20_000


async def test_a_server_without_echoes_is_not_waited_for() -> None:
    with speed_server(Behaviour()) as (url, _):
        async with Network() as network:
            assert await exchange(Request(url), url, network) is None
