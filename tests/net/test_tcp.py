"""The TCP engine against ports on loopback that do as scripted."""

import asyncio
import errno
import socket
import sys
import time
from collections.abc import AsyncIterator

import pytest

from kontum_netcheck.lab.tcp import TcpFault, TcpScript, TcpServer
from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.network import NetworkOptions
from kontum_netcheck.net.tcp import BANNER_BYTES, Connection, TcpEngine

SPEAKS_IN_TIME = """
import socket, time
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    print("connected", flush=True)
    time.sleep(0.02)  # by then the test's process is held up
    connection.sendall(b"220 ready")
    connection.recv(1)
"""
PATIENT_S = 10.0
SHORT_S = 0.2


@pytest.fixture
async def engine() -> AsyncIterator[TcpEngine]:
    engine = TcpEngine(NetworkOptions())
    yield engine
    await engine.close()


async def connected(
    engine: TcpEngine, script: TcpScript, banner: bytes | None = None, timeout_s: float = PATIENT_S
) -> Connection:
    async with TcpServer(script) as server:
        connection = await engine.connect(*server.address, timeout_s=timeout_s, banner=banner)
    assert isinstance(connection, Connection), connection
    return connection


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_open_port_accepts_and_the_time_is_told(engine: TcpEngine, host: str) -> None:
    async with TcpServer(TcpScript(), host) as server:
        connection = await engine.connect(*server.address, timeout_s=PATIENT_S)
    assert isinstance(connection, Connection)
    assert connection.connect_ms > 0
    assert (connection.address, connection.banner) == (host, None)


async def test_a_closed_port_refuses(engine: TcpEngine) -> None:
    async with TcpServer(TcpScript(fault=TcpFault.REFUSES)) as server:
        failure = await engine.connect(*server.address, timeout_s=PATIENT_S)
    assert failure == Failure(Stage.CONNECT, Cause.REFUSED, "Connection refused")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
async def test_a_port_that_never_answers_is_a_timeout(engine: TcpEngine) -> None:
    async with TcpServer(TcpScript(fault=TcpFault.DEAF)) as server:
        failure = await engine.connect(*server.address, timeout_s=SHORT_S)
    assert failure == Failure(Stage.CONNECT, Cause.TIMEOUT, "no answer in 0.2 s")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the handshake's time")
async def test_a_late_event_loop_neither_counts_nor_makes_a_timeout(engine: TcpEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connecting = asyncio.create_task(engine.connect(*listener.getsockname(), timeout_s=0.2))
        await asyncio.sleep(0)  # the SYN goes out, and the kernel of the far end answers it
        blocked_until = time.monotonic() + 0.3
        while time.monotonic() < blocked_until:
            pass  # our own program is busy
        connection = await connecting
    assert isinstance(connection, Connection)


async def test_a_banner_is_read_until_the_wanted_text_has_come(engine: TcpEngine) -> None:
    connection = await connected(engine, TcpScript(b"SSH-2.0-school\r\n"), banner=b"SSH-2.0")
    assert (connection.banner, connection.failure) == (b"SSH-2.0-school\r\n", None)


async def test_a_banner_without_the_wanted_text_is_what_came(engine: TcpEngine) -> None:
    connection = await connected(engine, TcpScript(b"220 mail\r\n", fault=TcpFault.CLOSES), banner=b"SSH")
    assert (connection.banner, connection.failure) == (b"220 mail\r\n", None)


async def test_an_endless_banner_is_cut(engine: TcpEngine) -> None:
    connection = await connected(engine, TcpScript(b"x" * 1_000_000), banner=b"SSH")
    assert connection.banner == b"x" * BANNER_BYTES


@pytest.mark.parametrize(
    ("fault", "timeout_s", "cause"),
    [
        (TcpFault.SILENT, SHORT_S, Cause.TIMEOUT),
        (TcpFault.RESETS, PATIENT_S, Cause.RESET),
        (TcpFault.CLOSES, PATIENT_S, Cause.CLOSED),
    ],
)
async def test_why_no_banner_came(engine: TcpEngine, fault: TcpFault, timeout_s: float, cause: Cause) -> None:
    connection = await connected(engine, TcpScript(fault=fault), banner=b"SSH", timeout_s=timeout_s)
    assert connection.connect_ms > 0
    assert connection.failure is not None
    assert (connection.failure.stage, connection.failure.cause) == (Stage.REPLY, cause)


async def test_the_connection_is_dropped_so_that_no_port_waits(engine: TcpEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        await engine.connect(*listener.getsockname(), timeout_s=PATIENT_S)
        accepted, _ = listener.accept()
        with accepted, pytest.raises(ConnectionResetError):
            accepted.recv(1)


async def test_a_source_address_is_used() -> None:
    engine = TcpEngine(NetworkOptions(source_address="127.0.0.9"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        await engine.connect(*listener.getsockname(), timeout_s=PATIENT_S)
        accepted, client = listener.accept()
        accepted.close()
    assert client[0] == "127.0.0.9"


@pytest.mark.parametrize("source_address", ["192.0.2.250", "::1"])
async def test_a_source_address_that_is_not_ours_is_our_fault(source_address: str) -> None:
    engine = TcpEngine(NetworkOptions(source_address=source_address))
    with pytest.raises(CannotMeasure) as raised:
        await engine.connect("127.0.0.1", 9, timeout_s=SHORT_S)
    assert raised.value.failure.cause is Cause.NO_LOCAL_ADDRESS


async def test_a_link_local_address_without_its_interface_is_our_fault(engine: TcpEngine) -> None:
    with pytest.raises(CannotMeasure, match="without its interface"):
        await engine.connect("fe80::1", 9, timeout_s=SHORT_S)


async def test_an_interface_that_is_not_there_is_our_fault(engine: TcpEngine) -> None:
    with pytest.raises(CannotMeasure, match="no network interface nowhere0"):
        await engine.connect("fe80::1%nowhere0", 9, timeout_s=SHORT_S)


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ECONNREFUSED, Cause.REFUSED),
        (errno.ECONNRESET, Cause.RESET),
        (errno.ETIMEDOUT, Cause.TIMEOUT),
        (errno.EHOSTUNREACH, Cause.HOST_UNREACHABLE),
        (errno.ENETUNREACH, Cause.NETWORK_UNREACHABLE),
        (errno.EACCES, Cause.PROHIBITED),
    ],
)
def test_errors_of_the_network_become_causes(number: int, cause: Cause) -> None:
    assert failure_of(OSError(number, "in words"), Stage.CONNECT) == Failure(Stage.CONNECT, cause, "in words")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL, errno.EINVAL])
def test_errors_of_our_own_machine_are_our_fault(number: int) -> None:
    with pytest.raises(CannotMeasure):
        failure_of(OSError(number, "in words"), Stage.CONNECT)


async def test_a_banner_that_came_in_time_is_read_however_late_we_look(engine: TcpEngine) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SPEAKS_IN_TIME, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    connecting = asyncio.create_task(engine.connect("127.0.0.1", port, timeout_s=0.5, banner=b"ready"))
    await server.stdout.readline()
    assert 3**4_000_000  # one long step: the event loop sees its timer before the banner
    connection = await connecting
    await server.communicate()
    assert isinstance(connection, Connection)
    assert (connection.banner, connection.failure) == (b"220 ready", None)
