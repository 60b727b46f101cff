"""10,000 HTTP end points on loopback: our probe against blackbox_exporter, wall time and CPU as ratios.

Both ask the same nginx, a fresh connection each. Needs Linux, nginx and prometheus-blackbox-exporter (Debian's
names). Usage:

    python benchmarks/http_vs_blackbox.py [END_POINTS [ROUNDS]]

The programs take turns, and of each the least counts, for other work on the machine only ever adds to it. Ours runs
as it is installed, from compiled modules.
"""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ADDRESSES_COUNT = 20  # so that no pair of ports is used again within a minute
BLACKBOX_PARALLEL_COUNT = 64
NGINX_CONF = """
daemon off; worker_processes 2; worker_rlimit_nofile 16384; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_timeout 0;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ {listen} location / {{ default_type text/html; return 200 "{page}"; }} }}
}}
"""
FRAME = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Kon Tum}]
sites:
"""
SITE = """\
  - {{id: site-{n}, name: Site {n}, district: "608", internet: [{{id: ftth, endpoints: [{{http: "{url}"}}]}}]}}
"""
BLACKBOX_YML = "modules: {http: {prober: http, timeout: 10s, http: {preferred_ip_protocol: ip4}}}"


def end_points(port: int, count: int) -> list[str]:
    """URLs of one nginx, over several loopback addresses."""
    return [f"http://127.0.0.{1 + n % ADDRESSES_COUNT}:{port}/{n}" for n in range(count)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server process; its id, once it listens."""
    path = "/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", "")
    program = shutil.which(command[0], path=path)
    if program is None:
        raise SystemExit(f"{command[0]} is not installed")
    process = subprocess.Popen([program, *command[1:]], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_of_process_s(pid: int) -> float:
    """User and system time so far; proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask_blackbox(port: int, urls: list[str]) -> list[bytes]:
    """Have every URL probed, over a few lasting connections, as Prometheus does; what is told of each."""
    left, texts = iter(urls), []

    async def ask_some() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for url in left:
            writer.write(
                f"GET /probe?module=http&target={quote(url, safe='')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"transfer-encoding: chunked" in head:
                text = await reader.readuntil(b"\r\n0\r\n\r\n")
            else:
                text = await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            texts.append(re.sub(rb"\r\n[0-9a-f]+\r\n", b"", text))
            assert b"probe_success 1" in texts[-1], text[-2000:]
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(ask_some() for _ in range(BLACKBOX_PARALLEL_COUNT)))
    return texts


def blackbox(urls: list[str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of blackbox_exporter; those of asking it don't count as its CPU."""
    (folder / "blackbox.yml").write_text(BLACKBOX_YML)
    port = free_port()
    options = [f"--config.file={folder}/blackbox.yml", f"--web.listen-address=127.0.0.1:{port}"]
    with running(["prometheus-blackbox-exporter", "--log.level=error", *options], port) as pid:
        cpu_s, wall_s = cpu_of_process_s(pid), time.perf_counter()
        asyncio.run(ask_blackbox(port, urls))
        return time.perf_counter() - wall_s, cpu_of_process_s(pid) - cpu_s


async def fetch_all(urls: list[str]) -> None:
    """Every URL through the probe, judged; wall and CPU seconds past start-up for the parent."""
    from kontum_netcheck.net.network import Network
    from kontum_netcheck.probes.http import HTTP, HttpParams

    assert HTTP.run is not None
    params = [HttpParams(http=url) for url in urls]
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    async with Network() as network:
        measurements = await asyncio.gather(*(HTTP.run(each, network) for each in params))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    failures = [each.failure for each in measurements if each.failure]
    assert not failures, failures[:3]
    waits_ms = sorted(float(str(each.metrics["wait_ms"])) for each in measurements)
    median_ms, p99_ms = waits_ms[len(waits_ms) // 2], waits_ms[len(waits_ms) * 99 // 100]
    print(wall_s, cpu_s, median_ms, p99_ms)  # noqa: T201


def ours(urls: list[str]) -> tuple[float, float, float, float, list[float]]:
    """Wall and CPU seconds past start-up, median and tail of the wait, then both of the whole process."""
    start_s = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--ours"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n".join(urls))
    process.stdin.close()
    output = process.stdout.read().split()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    whole = [time.perf_counter() - start_s, usage.ru_utime + usage.ru_stime]
    wall_s, cpu_s, median_ms, p99_ms = map(float, output)
    return wall_s, cpu_s, median_ms, p99_ms, whole


def check(urls: list[str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of the whole program: a site an end point, from sites.yaml to the written CSV."""
    file = folder / "sites.yaml"
    file.write_text(FRAME + "".join(SITE.format(n=n, url=url) for n, url in enumerate(urls)))
    command = [sys.executable, "-m", "kontum_netcheck", "check", str(file), "-q", "--no-store", "--rate", "0"]
    start_s = time.perf_counter()
    process = subprocess.Popen([*command, "-o", str(folder / "out.csv")], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - start_s, usage.ru_utime + usage.ru_stime


def main(count: int, rounds_count: int) -> None:
    """Run all in turns, print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        listen = " ".join(f"listen 127.0.0.{1 + n}:{port} backlog=4096;" for n in range(ADDRESSES_COUNT))
        conf = folder / "nginx.conf"
        conf.write_text(NGINX_CONF.format(folder=folder, listen=listen, page="exam " * 200))
        with running(["nginx", "-p", name, "-c", str(conf)], port):
            urls = end_points(port, count)
            os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            check(urls[:1], folder)
            rounds = [(blackbox(urls, folder), ours(urls), check(urls, folder)) for _ in range(rounds_count)]
    peers, own, checks = zip(*rounds, strict=True)
    peer_wall_s, peer_cpu_s = map(min, zip(*peers, strict=True))
    wall_s, cpu_s, median_ms, p99_ms = (min(each[n] for each in own) for n in range(4))
    whole_wall_s, whole_cpu_s = map(min, zip(*(each[4] for each in own), strict=True))
    check_wall_s, check_cpu_s = map(min, zip(*checks, strict=True))
    for line in (
        f"{count} end points, {os.cpu_count()} cores, the least of {rounds_count} rounds",
        f"blackbox_exporter   {peer_wall_s:6.2f} s wall {peer_cpu_s:6.2f} s CPU",
        f"ours, past start-up {wall_s:6.2f} s wall {cpu_s:6.2f} s CPU"
        f"   ratio {wall_s / peer_wall_s:.2f} wall, {cpu_s / peer_cpu_s:.2f} CPU",
        f"ours, whole process {whole_wall_s:6.2f} s wall {whole_cpu_s:6.2f} s CPU"
        f"   ratio {whole_wall_s / peer_wall_s:.2f} wall, {whole_cpu_s / peer_cpu_s:.2f} CPU",
        f"ours, check to CSV  {check_wall_s:6.2f} s wall {check_cpu_s:6.2f} s CPU"
        f"   ratio {check_wall_s / peer_wall_s:.2f} wall, {check_cpu_s / peer_cpu_s:.2f} CPU",
        f"wait for the first byte: median {median_ms:.2f} ms, 99th percentile {p99_ms:.2f} ms",
    ):
        print(line)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1:] == ["--ours"]:
        from kontum_netcheck.cli.event_loop import run_in_loop

        run_in_loop(fetch_all(sys.stdin.read().split()))
    else:
        typed = [int(number) for number in sys.argv[1:]]
        main(*(typed + [10_000, 3][len(typed) :]))
