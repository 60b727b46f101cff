"""The system's own ping, really run, and what its refusals mean; TCP as the last resort."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from kontum_netcheck.lab.tcp import TcpFault, TcpScript, TcpServer
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.icmp import EchoSeries, Method
from kontum_netcheck.net.icmp.ladder import best_without_sockets
from kontum_netcheck.net.icmp.packets import IPV4
from kontum_netcheck.net.icmp.series import EchoPlan
from kontum_netcheck.net.icmp.system_ping import SystemPing, command_line, refusal_of
from kontum_netcheck.net.icmp.tcp_connect import TcpConnect
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes.ping import PING, PingParams

PLAN = EchoPlan(count=2, interval_s=0.2, timeout_s=5.0, payload_bytes=56)
PROGRAM = shutil.which("ping")

needs_ping = pytest.mark.skipif(
    PROGRAM is None or sys.platform == "win32", reason="needs the ping program (package iputils-ping)"
)


@needs_ping
@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9"])
async def test_the_ping_program_is_run_and_read(address: str) -> None:
    assert PROGRAM is not None
    series = await SystemPing(PROGRAM, None).ping(address, PLAN)
    assert isinstance(series, EchoSeries)
    assert (series.method, series.address) == (Method.SYSTEM_PING, address)
    assert len(series.received_rtts_ms) == 2


@needs_ping
async def test_a_source_address_that_is_not_ours_is_our_fault() -> None:
    assert PROGRAM is not None
    with pytest.raises(CannotMeasure) as told:
        await SystemPing(PROGRAM, "192.0.2.200").ping("127.0.0.1", PLAN)
    assert told.value.failure.cause is Cause.NO_LOCAL_ADDRESS


def test_no_route_is_a_failure() -> None:
    failure = refusal_of("ping: connect: Network is unreachable")
    assert (failure.stage, failure.cause) == (Stage.REQUEST, Cause.NETWORK_UNREACHABLE)


def test_no_permission_is_our_fault() -> None:
    with pytest.raises(CannotMeasure) as told:
        refusal_of("ping: socktype: SOCK_RAW\nping: socket: Operation not permitted")
    assert told.value.failure.cause is Cause.NO_PERMISSION


@pytest.fixture
def _forbidden_ping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ICMP socket is to be had, and the ping program on the PATH may not open one either."""
    program = tmp_path / "ping"
    program.write_text("#!/bin/sh\necho 'ping: socket: Operation not permitted' >&2\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("kontum_netcheck.net.icmp.pinger.open_wire", lambda *_, **__: None)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a service of its own for echoes")
@pytest.mark.usefixtures("_forbidden_ping")
async def test_where_the_ping_program_may_not_send_tcp_stands_in_and_is_marked() -> None:
    assert PING.run is not None
    async with Network() as network:
        measurement = await PING.run(PingParams(ping="127.0.0.1", count=2), network)
    assert (measurement.failure, measurement.metrics["method"]) == (None, "tcp-connect")


@needs_ping
def test_a_ping_program_that_may_send_is_taken() -> None:
    assert best_without_sockets(IPV4, None).method is Method.SYSTEM_PING


@pytest.mark.parametrize(
    ("platform", "arguments"),
    [
        ("linux", "-n -c 2 -i 0.2 -W 5 -s 56 192.0.2.1"),
        ("darwin", "-n -c 2 -i 0.2 -W 5000 -s 56 192.0.2.1"),
    ],
)
def test_each_system_has_its_own_arguments(platform: str, arguments: str) -> None:
    assert command_line("ping", platform, "192.0.2.1", PLAN, None) == ["ping", *arguments.split()]


async def test_an_open_tcp_port_answers_and_is_marked() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        series = await TcpConnect(None, port=server.sockets[0].getsockname()[1]).ping("127.0.0.1", PLAN)
    assert isinstance(series, EchoSeries)
    assert (series.method, len(series.received_rtts_ms)) == (Method.TCP_CONNECT, 2)


async def test_a_refused_tcp_port_answers_too() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    series = await TcpConnect(None, port=port).ping("127.0.0.1", PLAN)
    assert not isinstance(series, Failure)
    assert len(series.received_rtts_ms) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a full backlog drops handshakes on Linux only")
async def test_a_silent_tcp_port_says_nothing_of_the_host_and_is_our_own_fault() -> None:
    async with TcpServer(TcpScript(fault=TcpFault.DEAF)) as server:
        plan = EchoPlan(count=2, interval_s=0.05, timeout_s=0.2, payload_bytes=56)
        with pytest.raises(CannotMeasure) as refused:
            await TcpConnect(None, port=server.address[1]).ping("127.0.0.1", plan)
    assert refused.value.failure.cause is Cause.NO_PERMISSION
