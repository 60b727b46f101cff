"""10,000 DNS questions on loopback: our probe beside blackbox_exporter and dnsperf, all of the same unbound.

Wall time and CPU as ratios, and whether the times told are those of a question asked alone. Needs Linux, unbound,
prometheus-blackbox-exporter and dnsperf (Debian's names). Usage:

    python benchmarks/dns_vs_blackbox.py [QUESTIONS]
"""

import asyncio
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dns_rate import UNBOUND, server
from http_vs_blackbox import cpu_of_process_s, free_port, running

Address = tuple[str, int]

NAMES_COUNT = 100  # blackbox_exporter needs a module a name
ALONE_COUNT = 500
BLACKBOX_PARALLEL_COUNT = 64
DNSPERF_OUT_COUNT = 64
NEAR_MS = 1.0
REQUEST_S = re.compile(rb'probe_dns_duration_seconds\{phase="request"\} (\S+)')


def name_of(index: int) -> str:
    """The name that question asks for."""
    return f"host{index % NAMES_COUNT}.example"


def cpu_of_children_s() -> float:
    """User and system time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


async def ask_blackbox(port: int, target: Address, count: int) -> list[float]:
    """What blackbox_exporter says that each question took, in ms; over a few lasting connections."""
    left, times_ms = iter(range(count)), []

    async def ask_some() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for index in left:
            path = f"/probe?module=dns{index % NAMES_COUNT}&target={target[0]}:{target[1]}"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"transfer-encoding: chunked" in head:
                text = await reader.readuntil(b"\r\n0\r\n\r\n")
            else:
                text = await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            text = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", text)
            found = REQUEST_S.search(text)
            assert b"probe_success 1" in text and found is not None, text[-2000:]
            times_ms.append(float(found[1]) * 1000)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(ask_some() for _ in range(BLACKBOX_PARALLEL_COUNT)))
    return times_ms


async def blackbox(target: Address, count: int, folder: Path) -> tuple[float, float, list[float]]:
    """Wall and CPU seconds of blackbox_exporter and the times it tells; asking it is not its CPU."""
    dns = {"transport_protocol": "udp", "preferred_ip_protocol": "ip4", "query_type": "A"}
    modules = {
        f"dns{index}": {"prober": "dns", "timeout": "5s", "dns": {**dns, "query_name": name_of(index)}}
        for index in range(NAMES_COUNT)
    }
    (folder / "blackbox.yml").write_text(json.dumps({"modules": modules}))
    port = free_port()
    options = [f"--config.file={folder}/blackbox.yml", f"--web.listen-address=127.0.0.1:{port}"]
    with running(["prometheus-blackbox-exporter", "--log.level=error", *options], port) as pid:
        cpu_s, wall_s = cpu_of_process_s(pid), time.perf_counter()
        times_ms = await ask_blackbox(port, target, count)
        return time.perf_counter() - wall_s, cpu_of_process_s(pid) - cpu_s, times_ms


def dnsperf(target: Address, count: int, folder: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds of dnsperf, and the mean time it tells in ms."""
    program = shutil.which("dnsperf")
    if program is None:
        raise SystemExit("dnsperf is not installed")
    (folder / "names").write_text("".join(f"{name_of(index)} A\n" for index in range(count)))
    command = [program, "-s", target[0], "-p", str(target[1]), "-d", str(folder / "names")]
    cpu_s, wall_s = cpu_of_children_s(), time.perf_counter()
    done = subprocess.run(
        [*command, "-q", str(DNSPERF_OUT_COUNT)], capture_output=True, text=True, check=True
    )
    wall_s, cpu_s = time.perf_counter() - wall_s, cpu_of_children_s() - cpu_s
    mean = re.search(r"Average Latency \(s\):\s+(\S+)", done.stdout)
    assert mean is not None, done.stdout
    return wall_s, cpu_s, float(mean[1]) * 1000


async def measure(target: Address, count: int) -> dict[str, object]:
    """Through the probe, first some questions one by one, then all at once."""
    from kontum_netcheck.net.network import Network
    from kontum_netcheck.probes.dns import DNS, DnsParams

    assert DNS.run is not None
    run, at = DNS.run, f"{target[0]}:{target[1]}"
    params = [DnsParams(dns=name_of(index), server=at) for index in range(count)]
    async with Network() as network:
        alone = [await run(each, network) for each in params[:ALONE_COUNT]]
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        together = await asyncio.gather(*(run(each, network) for each in params))
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    failures = [each.failure for each in (*alone, *together) if each.failure]
    assert not failures, (len(failures), failures[:3])
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "alone_ms": [each.metrics["resolve_ms"] for each in alone],
        "together_ms": [each.metrics["resolve_ms"] for each in together],
    }


def ours(target: Address, count: int) -> tuple[dict[str, object], float]:
    """What the probe measured in a process of its own, and the CPU seconds of that whole process."""
    cpu_s = cpu_of_children_s()
    command = [sys.executable, __file__, "--ours", target[0], str(target[1]), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), cpu_of_children_s() - cpu_s


def told(times_ms: list[float], truth_ms: float) -> str:
    """The times told, beside those of a question asked alone."""
    near_count = sum(abs(time_ms - truth_ms) <= NEAR_MS for time_ms in times_ms)
    return (
        f"median {statistics.median(times_ms):6.3f} ms, p99 {statistics.quantiles(times_ms, n=100)[98]:6.3f} ms,"
        f" {near_count / len(times_ms):7.2%} within {NEAR_MS:g} ms of {truth_ms:.3f}"
    )


async def main(count: int) -> None:
    """Run all three, print the table."""
    if not UNBOUND:
        raise SystemExit("unbound is not installed")
    async with server() as target:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            theirs_wall_s, theirs_cpu_s, theirs_ms = await blackbox(target, count, folder)
            perf_wall_s, perf_cpu_s, perf_ms = await asyncio.to_thread(dnsperf, target, count, folder)
            result, whole_cpu_s = await asyncio.to_thread(ours, target, count)
    wall_s, cpu_s = float(str(result["wall_s"])), float(str(result["cpu_s"]))
    alone_ms, together_ms = list(result["alone_ms"]), list(result["together_ms"])
    truth_ms = statistics.median(alone_ms)
    report = f"""\
{count} questions to unbound, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}
blackbox_exporter   {theirs_wall_s:6.2f} s wall {theirs_cpu_s:6.2f} s CPU  {told(theirs_ms, truth_ms)}
dnsperf             {perf_wall_s:6.2f} s wall {perf_cpu_s:6.2f} s CPU  mean {perf_ms:.3f} ms
ours, one by one                             {told(alone_ms, truth_ms)}
ours, all at once   {wall_s:6.2f} s wall {cpu_s:6.2f} s CPU  {told(together_ms, truth_ms)}
ours, whole process               {whole_cpu_s:6.2f} s CPU (with start-up and the questions one by one)
to blackbox_exporter: wall {wall_s / theirs_wall_s:.2f}, CPU {cpu_s / theirs_cpu_s:.2f}\
 (whole process {whole_cpu_s / theirs_cpu_s:.2f})
to dnsperf: wall {wall_s / perf_wall_s:.1f}, CPU {cpu_s / perf_cpu_s:.1f}
"""
    sys.stdout.write(report)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        host, port, count = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        json.dump(asyncio.run(measure((host, port), count)), sys.stdout)
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
