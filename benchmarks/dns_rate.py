"""10,000 DNS questions to a server on loopback: wall and CPU per question, and whether the times are true.

The server is unbound where it is installed, else the lab's, in a process of its own. Usage:

    python benchmarks/dns_rate.py [QUESTIONS] [AT_ONCE]
"""

import asyncio
import contextlib
import platform
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.net.dns import Answer, DnsEngine
from kontum_netcheck.net.network import NetworkOptions

UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin")
CONFIGURATION = """
server:
    directory: "{directory}"
    interface: 127.0.0.1@{port}
    pidfile: ""
    chroot: ""
    username: ""
    use-syslog: no
    do-daemonize: no
    so-rcvbuf: 4m
    module-config: "iterator"
    local-zone: "example." redirect
    local-data: "example. 60 IN A 192.0.2.1"
remote-control:
    control-enable: no
"""
ALONE_COUNT = 300
TIMEOUT_S = 5.0


def free_port() -> int:
    """A UDP port on loopback that was free just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def configuration_file(folder: str, port: int) -> str:
    """Write unbound's configuration; its path."""
    path = Path(folder, "unbound.conf")
    path.write_text(CONFIGURATION.format(directory=folder, port=port), encoding="utf-8")
    return str(path)


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[tuple[str, int]]:
    """The address of a server that answers any name under `example` in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if UNBOUND:
            port = free_port()
            configuration = configuration_file(folder, port)
            command, ready = [UNBOUND, "-d", "-v", "-c", configuration], b"start of service"
        else:
            port, command, ready = 0, [sys.executable, __file__, "--serve"], b"port "
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        assert process.stderr is not None
        line = b""
        while ready not in line:
            line = await process.stderr.readline()
            if not line:
                raise SystemExit("the server did not start")
        try:
            yield "127.0.0.1", port or int(line.split()[-1])
        finally:
            process.terminate()
            await process.communicate()


async def serve() -> None:
    """Be the server: the lab's, until ended."""
    async with DnsServer(DnsScript(otherwise=DnsReply(("192.0.2.1",)))) as lab:
        sys.stderr.write(f"port {lab.address[1]}\n")
        await asyncio.Event().wait()


async def ask_all(
    engine: DnsEngine, address: tuple[str, int], count: int, at_once: int
) -> tuple[list[float], int]:
    """The times of `count` questions in ms, `at_once` in flight, and how many failed."""
    left, times_ms, failed = iter(range(count)), [], 0

    async def ask_on() -> None:
        nonlocal failed
        for index in left:
            answer = await engine.ask(f"host{index}.example", "A", address, TIMEOUT_S)
            if isinstance(answer, Answer):
                times_ms.append(answer.resolve_ms)
            else:
                failed += 1

    await asyncio.gather(*(ask_on() for _ in range(at_once)))
    return times_ms, failed


async def main(count: int, at_once: int) -> None:
    """Ask one by one, then many at once, and compare."""
    async with server() as address:
        engine = DnsEngine(NetworkOptions())
        alone_ms, _ = await ask_all(engine, address, ALONE_COUNT, 1)
        wall, cpu = time.perf_counter(), time.process_time()
        together_ms, failed = await ask_all(engine, address, count, at_once)
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        await engine.close()
    alone, together = statistics.median(alone_ms), statistics.median(together_ms)
    p99_ms = statistics.quantiles(together_ms, n=100)[98]
    report = f"""\
Python {platform.python_version()}, {platform.machine()}, server: {"unbound" if UNBOUND else "the lab's"}
{count} questions, {at_once} at once, {failed} failed: wall {wall_s:.2f} s, CPU {cpu_s:.2f} s
a question: CPU {cpu_s / count * 1000:.3f} ms, wall {wall_s / count * 1000:.3f} ms
reported: one by one {alone:.3f} ms, together {together:.3f} ms (median), {p99_ms:.3f} ms (99th percentile)
"""
    sys.stdout.write(report)


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        asyncio.run(serve())
    else:
        numbers = [int(argument) for argument in sys.argv[1:]]
        asyncio.run(main(*(numbers + [10_000, 50][len(numbers) :])))
