"""Real SIPp servers (Debian: sip-tester) on loopback, each playing one scenario for the length of a test."""

import asyncio
import random
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SIPP = shutil.which("sipp")
NEEDS_SIPP = pytest.mark.skipif(SIPP is None, reason="SIPp is not installed (Debian: sip-tester)")
SCENARIOS = Path(__file__).parent / "net" / "sip" / "scenarios"


@dataclass(frozen=True)
class Sipp:
    """A running SIPp: where it listens, and what it thinks of its calls."""

    port: int
    process: asyncio.subprocess.Process

    async def succeeded(self) -> bool:
        """Whether its calls went as its scenario says; waits for the last of them."""
        return await self.process.wait() == 0


def free_sip_port(host: str = "127.0.0.1") -> int:
    """A port that is free for UDP and TCP just now, and that no system gives away by itself (RFC 6335, section 6)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randrange(10_000, 30_000)
        with (
            socket.socket(family, socket.SOCK_DGRAM) as udp,
            socket.socket(family, socket.SOCK_STREAM) as tcp,
        ):
            try:
                udp.bind((host, port))
                tcp.bind((host, port))
            except OSError:
                continue
            return port


@asynccontextmanager
async def sipp(
    folder: Path,
    scenario: str,
    *options: str,
    transport: str = "u1",
    host: str = "127.0.0.1",
    calls: int = 1,
    **keys: str,
) -> AsyncIterator[Sipp]:
    """A server that plays the scenario for that many calls; entered once it listens. `keys` fill its [words]."""
    assert SIPP is not None
    played = (SCENARIOS / scenario).read_text(encoding="utf-8")
    for name, value in keys.items():
        played = played.replace(f"[{name}]", value)
    script = folder / scenario
    script.write_text(played, encoding="utf-8")
    port = free_sip_port(host)
    command = [SIPP, "-sf", str(script), "-i", host, "-p", str(port), "-t", transport]
    command += ["-m", str(calls), "-nostdin", "-skip_rlimit", *options]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        while not _listens(host, port, transport) and process.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(0)  # SIPp says nothing when it is ready
        yield Sipp(port, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _listens(host: str, port: int, transport: str) -> bool:
    """Whether somebody has that port: looked up, for trying to take it would be in the way."""
    name = ("udp" if transport.startswith("u") else "tcp") + ("6" if ":" in host else "")
    return f":{port:04X} " in Path("/proc/net", name).read_text()
