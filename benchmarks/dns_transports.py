"""DNS questions over UDP, TCP, TLS and HTTPS to one unbound: what each costs, and whether its time is true.

A connection each, nothing reused. Needs unbound (Debian's, with HTTPS). Usage:

    python benchmarks/dns_transports.py [QUESTIONS]
"""

import asyncio
import socket
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dns_rate import UNBOUND

from kontum_netcheck.lab.certificates import CertificateAuthority
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.probes.dns import DNS, DnsParams

ALONE_COUNT = 100
CONFIGURATION = """
server:
    directory: "{folder}"
    pidfile: ""
    chroot: ""
    username: ""
    use-syslog: no
    do-daemonize: no
    module-config: "iterator"
    incoming-num-tcp: 1000
    interface: 127.0.0.1@{udp}
    interface: 127.0.0.1@{tls}
    tls-port: {tls}
    interface: 127.0.0.1@{https}
    https-port: {https}
    tls-service-key: "{certificate}"
    tls-service-pem: "{certificate}"
    local-zone: "example." redirect
    local-data: "example. 60 IN A 192.0.2.1"
remote-control:
    control-enable: no
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in sockets]


async def ask_all(
    network: Network, typed: dict[str, Any], count: int, at_once: int
) -> tuple[list[float], int]:
    """What the probe says that each question took in ms, and how many failed."""
    left, times_ms, failed_count = iter(range(count)), [], 0

    async def ask_on() -> None:
        nonlocal failed_count
        assert DNS.run is not None
        for index in left:
            params = DnsParams.model_validate({"dns": f"host{index}.example", "timeout_s": 10} | typed)
            measurement = await DNS.run(params, network)
            if measurement.failure is None:
                times_ms.append(float(str(measurement.metrics["resolve_ms"])))
            else:
                failed_count += 1

    await asyncio.gather(*(ask_on() for _ in range(at_once)))
    return times_ms, failed_count


async def compare(network: Network, typed: dict[str, Any], count: int) -> str:
    """One by one, then all at once."""
    alone_ms, _ = await ask_all(network, typed, ALONE_COUNT, 1)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    together_ms, failed_count = await ask_all(network, typed, count, count)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return (
        f"{wall_s:6.2f} s wall, CPU {cpu_s / count * 1000:5.2f} ms a question, {failed_count} failed; one by one"
        f" {statistics.median(alone_ms):6.2f} ms, all at once {statistics.median(together_ms):6.2f} (median)"
        f" {statistics.quantiles(together_ms, n=100)[98]:6.2f} (p99)\n"
    )


async def main(count: int) -> None:
    """Start unbound, ask over each transport."""
    if not UNBOUND:
        raise SystemExit("unbound is not installed")
    udp, tls, https = free_ports(3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = CertificateAuthority(folder)
        authority.context("127.0.0.1")
        certificate = folder / "0.pem"  # the first that it made, with its key
        conf = folder / "unbound.conf"
        conf.write_text(
            CONFIGURATION.format(folder=folder, udp=udp, tls=tls, https=https, certificate=certificate)
        )
        process = await asyncio.create_subprocess_exec(
            UNBOUND, "-d", "-v", "-c", str(conf), stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        while b"start of service" not in (line := await process.stderr.readline()):
            if not line:
                raise SystemExit("unbound did not start")
        draining = asyncio.create_task(process.stderr.read())
        ways: dict[str, dict[str, Any]] = {
            "udp": {"server": f"127.0.0.1:{udp}"},
            "tcp": {"server": f"127.0.0.1:{udp}", "transport": "tcp"},
            "tls": {"server": f"127.0.0.1:{tls}", "transport": "tls"},
            "https": {"server": f"https://127.0.0.1:{https}/dns-query"},
        }
        async with Network(NetworkOptions(trusted_ca=authority.path)) as network:
            for way, typed in ways.items():
                sys.stdout.write(f"{way:6}{await compare(network, typed, count)}")
        process.terminate()
        await process.wait()
        await draining


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
