"""What is told when this program itself was held up: the server's time, or that it is not known."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import pytest

from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.net.http import Fetched, Request, witness
from kontum_netcheck.net.http.lateness import Lateness
from kontum_netcheck.net.network import Network

SERVER = """
import socket, sys, time
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            print("asked", flush=True)
            sys.stdin.readline()  # the test says when to answer
            time.sleep(0.02)  # this server's own time: by then the test's process is held up
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nhere")
"""


STAMPED = pytest.mark.skipif(not witness.IS_THERE, reason="only Linux says when bytes came")


def hold_everything_up() -> float:
    """One long step that no other thread of this process can interrupt; how long it took, in ms."""
    started_s = perf_counter()
    assert 3**4_000_000
    return (perf_counter() - started_s) * 1000


@asynccontextmanager
async def server_process() -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


async def fetched_while_held_up(timeout_s: float = 10.0) -> tuple[Fetched, float]:
    """An answer that came while nothing of ours could run, and how long that was."""
    async with server_process() as server, Network() as network:
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        url = f"http://127.0.0.1:{port}/"
        server.stdin.write(b"answer\n")
        await network.http.fetch(Request(url))  # the thread runs, and Linux stamps
        await server.stdout.readline()
        fetching = asyncio.create_task(network.http.fetch(Request(url, timeout_s=timeout_s)))
        await server.stdout.readline()
        server.stdin.write(b"answer\nanswer, if asked again\n")  # in a pipe at once, before we are held up
        held_up_ms = hold_everything_up()
        return await fetching, held_up_ms


@pytest.mark.parametrize("stamped", [pytest.param(True, marks=STAMPED), False])
async def test_a_program_that_was_held_up_tells_the_servers_time(
    stamped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "IS_THERE", stamped)
    answer, held_up_ms = await fetched_while_held_up()
    assert answer.body == b"here"
    assert answer.phases.wait_ms is not None and answer.phases.wait_ms < held_up_ms / 2
    assert answer.phases.total_ms is not None and answer.phases.total_ms < held_up_ms / 2
    assert answer.late_ms is None


async def test_where_nobody_says_when_bytes_came_it_is_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(witness, "IS_THERE", False)
    answer, _ = await fetched_while_held_up()
    assert answer.measured_again


async def test_without_a_witness_a_fetch_in_time_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "IS_THERE", False)
    async with LabHttp({"exam.example": Page(delay_ms=30)}) as lab, Network(lab.options()) as network:
        answer = await network.http.fetch(Request("http://exam.example/"))
    assert answer.phases.wait_ms is not None and answer.phases.wait_ms >= 30


def test_what_was_late_before_the_handshake_ended_is_taken_out_of_it_and_the_rest_not() -> None:
    late = Lateness(flights=[(0.010, 0.003), (0.020, 0.002), (0.060, 0.004)])
    assert late.securing_s(0.025) == pytest.approx(0.005)
    assert (late.first_byte_s, late.last_byte_s) == (0.004, 0.004)


def test_last_bytes_that_came_after_the_first_have_a_lateness_of_their_own() -> None:
    assert Lateness(flights=[(0.010, 0.003)], end_s=0.001).last_byte_s == 0.001


def test_connecting_is_never_said_to_be_quicker_than_it_was() -> None:
    assert Lateness(round_trip_s=0.030).connecting_s(0.020) == 0.0
    assert Lateness(round_trip_s=0.030).connecting_s(0.050) == pytest.approx(0.020)
    assert Lateness().connecting_s(0.050) == 0.0


async def test_an_answer_that_came_in_time_is_no_timeout_however_late_we_look() -> None:
    answer, _ = await fetched_while_held_up(timeout_s=0.5)
    assert answer.failure is None
    assert answer.body == b"here"


def test_an_answer_that_lay_there_whole_is_known_by_its_size() -> None:
    late = Lateness(flights=[(0.010, 0.003)], end_s=0.002, answer_bytes=120)
    assert late.was_whole(120)
    assert not late.was_whole(121)
    assert not Lateness(flights=[(0.010, 0.003)]).was_whole(120)


def test_all_that_would_be_taken_out_of_times_puts_a_timeout_in_doubt() -> None:
    late = Lateness(round_trip_s=0.030, flights=[(0.010, 0.003)], end_s=0.001)
    assert late.known_s(0.050) == pytest.approx(0.020 + 0.003 + 0.001)
