"""Names to addresses: the system's look-up, and the lab's name server in its place."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.address import Family
from kontum_netcheck.net.errors import lookup_failure_of
from kontum_netcheck.net.names import Names, Resolved
from kontum_netcheck.net.network import Detours, NetworkOptions

SCRIPT = DnsScript(
    {
        ("both.example", "A"): DnsReply(("192.0.2.1",)),
        ("both.example", "AAAA"): DnsReply(("2001:db8::1",)),
        ("six.example", "AAAA"): DnsReply(("2001:db8::6",)),
        ("mail.example", "MX"): DnsReply(("10 both.example.",)),
        ("broken.example", "A"): DnsReply(rcode="SERVFAIL"),
        ("silent.example", "A"): DnsReply(fault=DnsFault.SILENT),
    }
)


@pytest.fixture
async def names() -> AsyncIterator[Names]:
    names = Names(NetworkOptions())
    yield names
    await names.close()


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer(SCRIPT) as server:
        yield server


@pytest.fixture
async def lab_names(server: DnsServer) -> AsyncIterator[Names]:
    names = Names(lab_options(server))
    yield names
    await names.close()


def lab_options(server: DnsServer) -> NetworkOptions:
    return NetworkOptions(detours=Detours(name_server=server.address))


@pytest.mark.parametrize(
    ("typed", "address", "family"),
    [
        ("192.0.2.1", "192.0.2.1", 4),
        ("2001:DB8:0:0::1", "2001:db8::1", 6),
        ("fe80::1%eth0", "fe80::1%eth0", 6),
    ],
)
async def test_an_address_stands_for_itself(names: Names, typed: str, address: str, family: Family) -> None:
    assert await names.resolve(typed, None) == Resolved(address, family, None)
    assert await names.resolve(typed, family) == Resolved(address, family, None)


async def test_an_address_of_the_other_family_is_no_address(names: Names) -> None:
    failure = await names.resolve("192.0.2.1", 6)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (Stage.RESOLVE, Cause.NO_ADDRESS)


@pytest.mark.parametrize("typed", ["010.0.0.1", "1", "127.1", "0x7f000001", "192.0.2.256"])
async def test_what_the_c_library_would_take_for_another_address_is_refused(names: Names, typed: str) -> None:
    failure = await names.resolve(typed, None)
    assert isinstance(failure, Failure)
    assert failure.cause is Cause.NO_SUCH_NAME


@pytest.mark.parametrize("name", ["x" * 64 + ".example", "a..example"])
async def test_what_cannot_be_a_name_is_no_name(names: Names, name: str) -> None:
    failure = await names.resolve(name, None)
    assert isinstance(failure, Failure)
    assert failure.cause is Cause.NO_SUCH_NAME


async def test_the_system_knows_localhost_and_the_look_up_is_timed(names: Names) -> None:
    resolved = await names.resolve("localhost", 4)
    assert isinstance(resolved, Resolved)
    assert (resolved.address, resolved.family) == ("127.0.0.1", 4)
    assert resolved.resolve_ms is not None and resolved.resolve_ms > 0


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (socket.EAI_NONAME, Cause.NO_SUCH_NAME),
        (socket.EAI_AGAIN, Cause.NAME_SERVER_FAILED),
        (socket.EAI_FAIL, Cause.NAME_SERVER_FAILED),
        (getattr(socket, "EAI_NODATA", 11004), Cause.NO_ADDRESS),
    ],
)
def test_the_systems_errors_become_causes(number: int, cause: Cause) -> None:
    assert lookup_failure_of(socket.gaierror(number, "in words")) == Failure(Stage.RESOLVE, cause, "in words")


def test_an_error_of_our_own_machine_is_our_fault() -> None:
    with pytest.raises(CannotMeasure):
        lookup_failure_of(socket.gaierror(socket.EAI_MEMORY, "no memory"))


async def test_callers_of_one_name_share_one_look_up(lab_names: Names, server: DnsServer) -> None:
    first, *others = await asyncio.gather(*(lab_names.resolve("both.example", 4) for _ in range(20)))
    assert all(other is first for other in others)
    assert await lab_names.resolve("BOTH.example.", 4) is first
    assert server.asked_count == 1


async def test_a_cancelled_caller_takes_nobody_elses_look_up_along(lab_names: Names) -> None:
    hasty = asyncio.create_task(lab_names.resolve("both.example", 4))
    patient = asyncio.create_task(lab_names.resolve("both.example", 4))
    await asyncio.sleep(0)
    hasty.cancel()
    assert isinstance(await patient, Resolved)


@pytest.mark.parametrize(
    ("name", "family", "address"),
    [
        ("both.example", 4, "192.0.2.1"),
        ("both.example", 6, "2001:db8::1"),
        ("both.example", None, "192.0.2.1"),
        ("six.example", None, "2001:db8::6"),
    ],
)
async def test_the_labs_name_server_answers_for_the_world(
    lab_names: Names, name: str, family: Family | None, address: str
) -> None:
    resolved = await lab_names.resolve(name, family)
    assert isinstance(resolved, Resolved)
    assert resolved.address == address
    assert resolved.resolve_ms is not None


@pytest.mark.parametrize(
    ("name", "family", "cause"),
    [
        ("nobody.example", None, Cause.NO_SUCH_NAME),
        ("six.example", 4, Cause.NO_ADDRESS),
        ("mail.example", None, Cause.NO_ADDRESS),
        ("broken.example", 4, Cause.NAME_SERVER_FAILED),
    ],
)
async def test_a_look_up_that_fails_says_why(
    lab_names: Names, name: str, family: Family | None, cause: Cause
) -> None:
    failure = await lab_names.resolve(name, family)
    assert isinstance(failure, Failure)
    assert failure.cause is cause


async def test_a_name_server_that_is_not_there_has_failed() -> None:
    names = Names(NetworkOptions(detours=Detours(name_server=("127.0.0.3", 1))))
    failure = await names.resolve("both.example", 4)
    await names.close()
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (Stage.RESOLVE, Cause.NAME_SERVER_FAILED)


async def test_a_name_server_that_is_silent_is_a_timeout(server: DnsServer) -> None:
    names = Names(lab_options(server), timeout_s=0.1)
    failure = await names.resolve("silent.example", 4)
    await names.close()
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.cause) == (Stage.RESOLVE, Cause.TIMEOUT)


async def test_closing_ends_look_ups_that_are_under_way(lab_names: Names) -> None:
    look_up = asyncio.create_task(lab_names.resolve("silent.example", 4))
    await asyncio.sleep(0)
    await lab_names.close()
    with pytest.raises(asyncio.CancelledError):
        await look_up
