"""How late we ourselves may have been, where no kernel says so, and what is measured once more because of it."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest

from kontum_netcheck.net import tcp
from kontum_netcheck.net.dns import Answer, DnsEngine, kernel
from kontum_netcheck.net.lateness import Heartbeat, measure, told_ms
from kontum_netcheck.net.network import NetworkOptions
from kontum_netcheck.net.tcp import Connection, TcpEngine

PATIENT_S = 20.0


def hold_everything_up() -> None:
    blocked_until_s = time.monotonic() + 0.1
    while time.monotonic() < blocked_until_s:
        pass


async def test_what_is_noticed_at_the_end_of_a_stall_may_be_as_late_as_the_stall_was_long() -> None:
    with Heartbeat() as heart:
        await asyncio.sleep(0)
        hold_everything_up()
        assert heart.late_s() >= 0.1


async def test_a_task_that_is_woken_after_a_stall_was_as_late() -> None:
    seen: list[float] = []
    with Heartbeat() as heart:

        async def wait(event: asyncio.Event) -> None:
            await event.wait()
            seen.append(heart.late_s())

        event = asyncio.Event()
        waiting = asyncio.create_task(wait(event))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.001, event.set)
        hold_everything_up()
        await waiting
    assert seen[0] >= 0.09


async def test_nothing_beats_when_nobody_measures() -> None:
    heart = Heartbeat()
    with heart, heart:
        pass
    before = len(asyncio.all_tasks())
    hold_everything_up()
    with heart:
        assert heart.late_s() == 0.0
    assert len(asyncio.all_tasks()) == before


def test_a_little_lateness_goes_unsaid() -> None:
    assert told_ms(0.004) is None
    assert told_ms(0.006) == pytest.approx(6.0)


LATE, LESS_LATE, IN_TIME, FAILED = ("late", 9.0), ("less late", 7.0), ("in time", None), ("failed", None)


@pytest.mark.parametrize(
    ("results", "counts", "again"),
    [
        ([IN_TIME], IN_TIME, False),
        ([FAILED], FAILED, False),
        ([LATE, IN_TIME], IN_TIME, True),
        ([LATE, LESS_LATE], LESS_LATE, True),
        ([LESS_LATE, LATE], LESS_LATE, True),
        ([LATE, FAILED], LATE, True),  # it did answer: only its time was in doubt
    ],
)
async def test_who_was_late_measures_once_more_and_of_two_the_better_counts(
    results: list[tuple[str, float | None]], counts: tuple[str, float | None], again: bool
) -> None:
    left: Iterator[tuple[str, float | None]] = iter(results)

    async def once() -> tuple[str, float | None]:
        return next(left)

    said = await measure(once, lambda each: each[1], lambda each: each is not FAILED)
    assert said == (counts, again)
    assert next(left, None) is None


async def test_without_the_kernels_stamps_a_late_answer_over_udp_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kernel, "_ON_LINUX", False)
    engine = DnsEngine(NetworkOptions())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENT_S)
        asking = asyncio.create_task(engine.ask("school.example", "A", server.getsockname(), timeout_s=0.05))
        await asyncio.sleep(0)  # the question goes out
        answer_one(server)
        hold_everything_up()  # longer than the question may take: and yet the answer came in time
        while not asking.done():
            with_a_question = asyncio.to_thread(answer_one, server)
            await asyncio.wait(
                {asking, asyncio.ensure_future(with_a_question)}, return_when="FIRST_COMPLETED"
            )
        answer = asking.result()
    await engine.close()
    assert isinstance(answer, Answer), answer
    assert answer.measured_again


def answer_one(server: socket.socket) -> None:
    wire, client = server.recvfrom(4096)
    server.sendto(wire[:2] + b"\x80\x00" + wire[4:], client)


async def test_where_the_kernel_tells_no_handshake_time_a_late_connection_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tcp, "_TCP_INFO_BYTES", 1_024)  # more than any kernel knows
    engine = TcpEngine(NetworkOptions())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connecting = asyncio.create_task(engine.connect(*listener.getsockname(), timeout_s=PATIENT_S))
        await asyncio.sleep(0)  # the SYN goes out, and the kernel of the far end answers it
        hold_everything_up()
        connection = await connecting
    assert isinstance(connection, Connection)
    assert connection.measured_again
