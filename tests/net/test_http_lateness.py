"""What is told when this program itself was held up: the server's time, or that it is not known."""

import asyncio
import subprocess
import sys

import pytest

from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.net.http import Fetched, Request, witness
from kontum_netcheck.net.http.lateness import Lateness
from kontum_netcheck.net.network import Network

SERVER = """
import os, signal, socket, sys, time
from contextlib import suppress
stopped_s = float(sys.argv[1])
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        with connection, suppress(ConnectionResetError):
            stops = stopped_s and b"GET /stop" in connection.recv(65536)
            if stops:
                os.kill(os.getppid(), signal.SIGSTOP)
            time.sleep(0.02)  # this server's own time
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\nhere")
            if stops:
                time.sleep(stopped_s)
                os.kill(os.getppid(), signal.SIGCONT)
                stopped_s = 0.0
            connection.recv(1)  # the client closes first: Linux would stamp the answer as it does its end
"""
"""Whoever first asks it to, stands still from before the answer until long after."""

STAMPED = pytest.mark.skipif(not witness.IS_THERE, reason="only Linux says when bytes came")


async def fetched_while_held_up(stopped_s: float = 0.1, timeout_s: float = 10.0) -> Fetched:
    """An answer that came after 20 ms, while nothing of ours could run."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(stopped_s), stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(await server.stdout.readline())}/"
        async with Network() as network:
            await network.http.fetch(Request(url))  # the thread runs, and Linux stamps
            return await network.http.fetch(Request(f"{url}stop", timeout_s=timeout_s))
    finally:
        server.kill()
        await server.communicate()


@pytest.mark.parametrize("stamped", [pytest.param(True, marks=STAMPED), False])
async def test_a_program_that_was_held_up_tells_the_servers_time(
    stamped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "IS_THERE", stamped)
    answer = await fetched_while_held_up()
    assert answer.body == b"here"
    assert answer.phases.wait_ms is not None and 10 <= answer.phases.wait_ms < 100
    assert answer.phases.total_ms is not None and 10 <= answer.phases.total_ms < 100
    assert answer.late_ms is None or answer.measured_again, "who is late twice says so"


async def test_where_nobody_says_when_bytes_came_it_is_measured_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(witness, "IS_THERE", False)
    answer = await fetched_while_held_up()
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
    answer = await fetched_while_held_up(stopped_s=0.7, timeout_s=0.5)
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
