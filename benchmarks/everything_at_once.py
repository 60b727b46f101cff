"""The whole program over 2,323 sites, the country's number in 2024: from process start to the written CSV.

Each site has two pinged hosts with 20 echoes each, two DNS questions (unbound), two web pages (nginx) and one TCP
port, all on loopback, in a network namespace of its own. Usage:

    python benchmarks/everything_at_once.py                the run; what a tenth of dead targets adds; truth
    python benchmarks/everything_at_once.py growth [ROUNDS]
                                                           the cost of a check at 1,000, 10,000 and 100,000 checks

A dead target lies behind a device that nobody reads: nothing comes back, not even a refusal. Truth: every 30th site
is asked again, alone and slowly (twice, to see what the machine itself adds), and each of its times is compared.
Memory is the peak of the process.
"""

import asyncio
import contextlib
import csv
import fcntl
import math
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import steady_core
from dns_rate import server
from http_vs_blackbox import NGINX_CONF, free_port, running

SITES_COUNT, CHECKS_A_SITE, EVERY = 2323, 7, 30
ADDRESSES_COUNT = 20  # of nginx, so that no pair of ports is used again within a minute
NEAR_MS = 2.0
TIMES = {"ping": "rtt_avg_ms", "dns": "resolve_ms", "http": "total_ms", "tcp": "connect_ms"}
GROWTH = (143, 1429, 14_286)
TURNS = (1, *GROWTH[:-1] * 2, GROWTH[-1])  # small ones more often: a busy moment is all of them
TUNSETIFF, IFF_TUN = 0x400454CA, 0x1001
NETWORK = """
ip link set lo up
echo "0 0" > /proc/sys/net/ipv4/ping_group_range
sysctl -qw net.core.somaxconn=4096
ip addr add 198.18.255.1/32 dev dead0
ip link set dead0 up
ip route add default dev dead0
"""
FRAME = (
    'version: 1\nprovince: {code: "62", name: Kon Tum}\ndistricts: [{code: "608", name: Kon Tum}]\nsites:\n'
)
SITE = """\
  - id: site-{n}
    name: Site {n}
    district: "608"
    internet:
      - id: ftth
        endpoints:
          - {{ping: {one}}}
          - {{ping: {two}}}
          - {{dns: a{n}.example, server: "{dns}"}}
          - {{dns: b{n}.example, server: "{dns}"}}
          - {{http: "http://{web}/{n}"}}
          - {{http: "http://{web}/{n}/b"}}
          - {{tcp: "{tcp}"}}
"""


@dataclass(frozen=True)
class Servers:
    """The ports of what answers on loopback."""

    dns_port: int
    web_port: int


@dataclass(frozen=True)
class Took:
    """What one run took, and where its CSV is."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    exit_code: int

    def __str__(self) -> str:
        return f"{self.wall_s:6.2f} s wall {self.cpu_s:6.2f} s CPU {self.peak_mb:5.0f} MB   exit {self.exit_code}"


def inventory(numbers: range, servers: Servers, dead_every: int = 0) -> str:
    """The YAML of the sites of those numbers; of every so many, one whose seven targets are all dead."""
    sites = []
    for n in numbers:
        number = f"{n // 62500}.{n // 250 % 250}.{1 + n % 250}"
        web = f"127.0.0.{1 + n % ADDRESSES_COUNT}"
        if dead_every and n % dead_every == 0:
            dead = f"198.18.{n // 250}.{1 + n % 250}"
            one, two, dns, web, tcp = dead, f"198.19.{n // 250}.{1 + n % 250}", dead, dead, f"{dead}:80"
        else:
            one, two, dns = f"127.1{number}", f"127.2{number}", f"127.0.0.1:{servers.dns_port}"
            web = tcp = f"{web}:{servers.web_port}"
        sites.append(SITE.format(n=n, one=one, two=two, dns=dns, web=web, tcp=tcp))
    return FRAME + "".join(sites)


def check(text: str, csv_file: Path, *options: str, on_core_of_its_own: bool = False) -> Took:
    """Run the program over the inventory, as a user would."""
    inventory_file = csv_file.with_suffix(".yaml")
    inventory_file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "kontum_netcheck", "check", str(inventory_file), "-q"]
    command += ["--csv-keys", "--by", "check", "-o", str(csv_file), *options]
    if "--no-store" not in options:
        command += ["--store", str(csv_file.with_suffix(".sqlite"))]
    started_s = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, preexec_fn=steady_core.take if on_core_of_its_own else None
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started_s
    process.returncode = os.waitstatus_to_exitcode(status)
    return Took(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def times_ms(csv_file: Path) -> dict[str, float]:
    """The time of each check in a written CSV."""
    with csv_file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows, "the CSV is empty"
    found = {}
    for row in rows:
        if time_ms := row[TIMES[row["probe"]]]:
            found[row["check_id"]] = float(time_ms)
    return found


def say(text: str) -> None:
    """A line of the result, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


AT_ONCE = ("--rate", "0", "--max-pps", "0")


def at_once(servers: Servers, folder: Path) -> None:
    """The country, the country with dead targets, and the truth of what was told."""
    few, country = range(0, SITES_COUNT, EVERY), range(SITES_COUNT)
    for name in ("alone", "again"):
        took = check(inventory(few, servers), folder / f"{name}.csv", "--rate", "40", "--no-store")
        say(f"{len(few):6} sites, slowly          {took}")
    took = check(inventory(country, servers), folder / "lean.csv", *AT_ONCE, "--no-store")
    say(f"{len(country):6} at once, not kept       {took}")
    healthy = check(inventory(country, servers), folder / "all.csv", *AT_ONCE)
    say(f"{len(country):6} at once, evidence kept  {healthy}   (at most 20 s, 250 MB)")
    dead = check(inventory(country, servers, dead_every=10), folder / "dead.csv", *AT_ONCE)
    say(f"{len(country):6} one tenth dead, kept    {dead}   {dead.wall_s - healthy.wall_s:+.2f} s")
    for name, words in {"again": "slowly again", "lean": "at once", "all": "at once and kept"}.items():
        say(f"times told {words}, beside those told slowly:")
        compare(times_ms(folder / "alone.csv"), times_ms(folder / f"{name}.csv"))


def compare(calm: dict[str, float], busy: dict[str, float]) -> None:
    """How far the times lie apart; all together, then probe by probe."""
    for probe in ("", *TIMES):
        apart_ms = sorted(abs(busy[name] - calm[name]) for name in calm if f"/{probe}" in name)
        near_pct = sum(each <= NEAR_MS for each in apart_ms) / len(apart_ms) * 100
        say(
            f"  {probe or 'all':4} {near_pct:5.1f} % within {NEAR_MS:g} ms, "
            f"median {statistics.median(apart_ms):.3f} ms, 99th percentile {apart_ms[len(apart_ms) * 99 // 100]:.2f} ms"
        )


def growth(servers: Servers, folder: Path, rounds_count: int) -> None:
    """What one more check costs: all sizes in turn, the least CPU of each; nothing is kept.

    From one size to the next: so what every run costs alike (the program's start, the first of each kind) is no
    cost of a check.
    """
    least_s = dict.fromkeys((1, *GROWTH), math.inf)
    for _ in range(rounds_count):
        for sites_count in TURNS:
            text = inventory(range(sites_count), servers)
            took = check(text, folder / f"{sites_count}.csv", *AT_ONCE, "--no-store", on_core_of_its_own=True)
            say(f"{sites_count * CHECKS_A_SITE:7} checks {took}")
            least_s[sites_count] = min(least_s[sites_count], took.cpu_s)
    for few, many in pairwise(least_s):
        each_ms = (least_s[many] - least_s[few]) / ((many - few) * CHECKS_A_SITE) * 1000
        of_all_ms = (least_s[many] - least_s[1]) / (many * CHECKS_A_SITE) * 1000
        say(
            f"{many * CHECKS_A_SITE:7} checks: {least_s[many]:.2f} s of CPU at least, {of_all_ms:.3f} ms a check "
            f"past start-up, {each_ms:.3f} ms for one more than {few * CHECKS_A_SITE}"
        )


async def main() -> None:
    """Bring the namespace up, start the servers, measure."""
    if os.environ.get("EVERYTHING_AT_ONCE") != "inside":
        environment = {**os.environ, "EVERYTHING_AT_ONCE": "inside"}
        os.execvpe("unshare", ["unshare", "-rn", sys.executable, __file__, *sys.argv[1:]], environment)
    device = os.open("/dev/net/tun", os.O_RDWR)  # it is up as long as this is open, and nobody reads
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"dead0", IFF_TUN))
    subprocess.run(["sh", "-e", "-c", NETWORK], check=True)  # noqa: ASYNC221
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        listen = " ".join(f"listen 127.0.0.{1 + n}:{port} backlog=4096;" for n in range(ADDRESSES_COUNT))
        conf = folder / "nginx.conf"
        conf.write_text(
            "user root root;" + NGINX_CONF.format(folder=folder, listen=listen, page="exam " * 200)
        )
        grows = sys.argv[1:2] == ["growth"]
        with steady_core.others_busy() if grows else contextlib.nullcontext():
            async with server() as (_, dns_port):
                with running(["nginx", "-p", name, "-c", str(conf)], port):
                    servers = Servers(dns_port, port)
                    if grows:
                        growth(servers, folder, int((sys.argv[2:] or ["2"])[0]))
                    else:
                        at_once(servers, folder)


if __name__ == "__main__":
    asyncio.run(main())
