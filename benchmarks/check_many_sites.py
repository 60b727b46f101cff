"""`check` over many sites on loopback: wall, CPU and peak memory, and how they grow; with dead hosts among them.

    python benchmarks/check_many_sites.py [SITES …]

Each site has five checks: two pinged hosts, a DNS question, a web page, a port. The servers run in a process of
their own. Memory is the peak of the whole process (ru_maxrss).
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SERVERS = """
import asyncio
from kontum_netcheck.lab.dns import DnsReply, DnsScript, DnsServer
from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.lab.tcp import TcpScript, TcpServer

async def main():
    names = DnsScript(otherwise=DnsReply(("192.0.2.1",)))
    async with DnsServer(names) as dns, LabHttp({"127.0.0.1": Page()}) as web, TcpServer(TcpScript()) as tcp:
        print(dns.address[1], web.port, tcp.address[1], flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
FRAME = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Kon Tum}]
sites:
"""
SITE = """\
  - id: site-{n}
    name: Site {n}
    district: "608"
    internet:
      - id: ftth
        endpoints:
          - {{ping: {one}, count: 5}}
          - {{ping: {two}, count: 5}}
          - {{dns: host-{n}.example, server: "127.0.0.1:{dns}"}}
          - {{http: "http://127.0.0.1:{web}/{n}"}}
          - {{tcp: "127.0.0.1:{tcp}"{dead}}}
"""


@contextlib.contextmanager
def servers() -> Iterator[tuple[int, int, int]]:
    """The ports of a DNS server, a web server and an open port, in a process of their own."""
    with subprocess.Popen([sys.executable, "-c", SERVERS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        dns, web, tcp = map(int, process.stdout.readline().split())
        yield dns, web, tcp
        process.terminate()


def inventory(sites_count: int, ports: tuple[int, int, int], dead_count: int) -> str:
    """`dead_count` sites wait for a banner that never comes, until their timeout of 5 s."""
    dns, web, tcp = ports
    return FRAME + "".join(
        SITE.format(
            n=n,
            one=f"127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}",
            two=f"127.{101 + n // 62500}.{n // 250 % 250}.{1 + n % 250}",
            dns=dns,
            web=web,
            tcp=tcp,
            dead=", timeout_s: 5, expect: {banner: hello}" if n < dead_count else "",
        )
        for n in range(sites_count)
    )


def measure(sites_count: int, dead_count: int) -> str:
    """A row: a whole process, from its start to the written CSV."""
    with tempfile.TemporaryDirectory() as folder, servers() as ports:
        file = Path(folder, "sites.yaml")
        file.write_text(inventory(sites_count, ports, dead_count), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "kontum_netcheck",
            "check",
            str(file),
            "-q",
            "-o",
            f"{folder}/out.csv",
        ]
        started_s = time.perf_counter()
        process = subprocess.Popen([*command, "--max-pps", "0"], stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started_s
    cpu_s = usage.ru_utime + usage.ru_stime
    each_ms = cpu_s / (5 * sites_count) * 1000
    return (
        f"{sites_count:6} sites {dead_count:4} dead: exit {os.waitstatus_to_exitcode(status)}, wall {wall_s:6.2f} s, "
        f"CPU {cpu_s:6.2f} s ({each_ms:.2f} ms a check), peak {usage.ru_maxrss / 1024:.0f} MB"
    )


def main() -> None:
    """Rows for each number of sites, and for 200 sites with ten dead ones."""
    sizes = [int(size) for size in sys.argv[1:]] or [50, 200, 800]
    for size, dead_count in [*((size, 0) for size in sizes), (200, 10)]:
        sys.stdout.write(measure(size, dead_count) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
