"""A real unbound on loopback, with zones of its own and nobody else to ask."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin")
NEEDS_UNBOUND = pytest.mark.skipif(
    UNBOUND is None, reason="unbound is not installed (Debian: apt install unbound)"
)

_ALWAYS = """
server:
    directory: "{folder}"
    pidfile: ""
    chroot: ""
    username: ""
    use-syslog: no
    logfile: ""
    verbosity: 1
    do-daemonize: no
    do-not-query-localhost: yes
remote-control:
    control-enable: no
"""


def free_ports(count: int) -> Sequence[int]:
    """Ports of 127.0.0.1 that are free for UDP and TCP just now."""
    with ExitStack() as stack:
        ports = []
        for _ in range(count):
            tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports.append(int(tcp.getsockname()[1]))
    return ports


@asynccontextmanager
async def running_unbound(folder: Path, configuration: str) -> AsyncIterator[None]:
    """Runs while the context lasts; entered once unbound has said that it serves."""
    file = folder / "unbound.conf"
    file.write_text(_ALWAYS.format(folder=folder) + configuration)
    assert UNBOUND is not None
    process = await asyncio.create_subprocess_exec(
        UNBOUND, "-d", "-c", str(file), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    said = b""
    while b"start of service" not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line
    draining = asyncio.create_task(process.stderr.read())
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
        await draining
