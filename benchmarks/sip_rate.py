"""OPTIONS to SIPp on loopback: rate, CPU and told times, beside SIPp's own client in the same run; and growth.

SIPp (Debian: sip-tester) answers in a process of its own. Usage:

    python benchmarks/sip_rate.py [QUESTIONS …]
"""

import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, options

SIPP = shutil.which("sipp") or sys.exit("SIPp is not installed (Debian: sip-tester)")
AT_ONCE = 500  # as the engine has it
SIPP_AT_ONCE = 64  # more, and SIPp's own server loses some of them
ALONE_COUNT = 200
TIMEOUT_S = 10.0
HEADERS = """[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
"""
SERVER = f"""<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="answers">
<recv request="OPTIONS" crlf="true"/>
<send><![CDATA[
SIP/2.0 200 OK
{HEADERS}
]]></send>
</scenario>
"""
CLIENT = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="asks">
<send retrans="500"><![CDATA[
OPTIONS sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: <sip:sipp@[local_ip]>;tag=[call_number]
To: <sip:[remote_ip]>
Call-ID: [call_id]
CSeq: 1 OPTIONS
Content-Length: 0

]]></send>
<recv response="200" crlf="true"/>
</scenario>
"""


class Cost(NamedTuple):
    """Of one way to ask them all."""

    wall_s: float
    cpu_s: float
    failed_count: int


def free_port() -> int:
    """A UDP port of loopback that was free just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def server(folder: Path) -> Iterator[int]:
    """A SIPp that answers every OPTIONS; its port."""
    script, port = folder / "server.xml", free_port()
    script.write_text(SERVER, encoding="utf-8")
    command = [SIPP, "-sf", str(script), "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-skip_rlimit"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while f":{port:04X} " not in Path("/proc/net/udp").read_text():
            if process.poll() is not None:
                raise SystemExit("SIPp did not start")
        try:
            yield port
        finally:
            process.kill()


def sipp(folder: Path, port: int, count: int) -> Cost:
    """SIPp's own client, as fast as it can."""
    script = folder / "client.xml"
    script.write_text(CLIENT, encoding="utf-8")
    command = [SIPP, f"127.0.0.1:{port}", "-sf", str(script), "-i", "127.0.0.1", "-p", str(free_port())]
    command += ["-m", str(count), "-r", "50000", "-l", str(SIPP_AT_ONCE), "-nostdin", "-skip_rlimit"]
    begun_s = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.perf_counter() - begun_s, used.ru_utime + used.ru_stime, abs(process.returncode))


async def ours(account: Account, count: int, at_once: int) -> tuple[Cost, list[float]]:
    """Our engine; the times that it tells, in ms."""
    left, times_ms, failed_count = iter(range(count)), [], 0

    async def ask_on(network: Network) -> None:
        nonlocal failed_count
        for _ in left:
            measured = await options(network, account, timeout_s=TIMEOUT_S)
            if measured.failure is None:
                times_ms.append(float(str(measured.metrics["wait_ms"])))
            else:
                failed_count += 1

    async with Network() as network:
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(ask_on(network) for _ in range(at_once)))
        cost = Cost(time.perf_counter() - wall, time.process_time() - cpu, failed_count)
    return cost, times_ms


def main(counts: list[int]) -> None:
    """Each size in turn, SIPp and ours against the same server."""
    out = sys.stdout
    out.write(
        "questions | SIPp: wall, CPU | ours: wall, CPU, a question | ours to SIPp: wall, CPU | told ms\n"
    )
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as port:
        account = Account("127.0.0.1", port)
        _, alone_ms = asyncio.run(ours(account, ALONE_COUNT, 1))
        for count in counts:
            theirs = sipp(Path(name), port, count)
            cost, told_ms = asyncio.run(ours(account, count, AT_ONCE))
            p99_ms = statistics.quantiles(told_ms, n=100)[98]
            out.write(
                f"{count:7} | {theirs.wall_s:.2f} s, {theirs.cpu_s:.2f} s, status {theirs.failed_count}"
                f" | {cost.wall_s:.2f} s, {cost.cpu_s:.2f} s, {cost.cpu_s / count * 1e6:.0f} µs,"
                f" {cost.failed_count} failed | {cost.wall_s / theirs.wall_s:.2f},"
                f" {cost.cpu_s / theirs.cpu_s:.2f}"
                f" | median {statistics.median(told_ms):.3f}, 99 % {p99_ms:.3f}\n"
            )
            out.flush()
    out.write(f"one by one: median {statistics.median(alone_ms):.3f} ms\n")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 40_000])
