"""The pingers that `ping_truth.py` asks beside ours: fping, icmplib, iputils' ping, monitoring-plugins' check_icmp."""

import asyncio
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from icmplib import async_multiping  # type: ignore[import-untyped]

ECHOES, INTERVAL_S, TIMEOUT_S, MAX_PPS = 5, 0.2, 1.0, 5000

Rtts = list[float | None]
Told = dict[str, Rtts]
"""By host: the round trip of each echo in ms, None for a lost one."""

CHECK_ICMP = "/usr/lib/nagios/plugins/check_icmp"
_PROCESSES_AT_ONCE = 10
_PING_REPLY = re.compile(r"icmp_seq=(\d+) .*time=([\d.]+) ms(?!.*DUP!)")
_CHECK_ICMP_HOST = re.compile(r"([\d.]+)rta=([\d.]+)ms\S* \1pl=(\d+)%")


def icmplib(addresses: list[str]) -> Told:
    """icmplib.async_multiping; it doesn't say which echoes were lost, so they stand at the end."""
    answers = asyncio.run(
        async_multiping(
            addresses,
            count=ECHOES,
            interval=INTERVAL_S,
            timeout=TIMEOUT_S,
            concurrent_tasks=len(addresses),
            privileged=False,
        )
    )
    return {host.address: [*host.rtts, *[None] * (ECHOES - len(host.rtts))] for host in answers}


def fping(addresses: list[str]) -> Told:
    """fping with the same pace."""
    pace = ("-i", f"{1000 / MAX_PPS:g}", "-p", f"{INTERVAL_S * 1000:.0f}")
    command = ["fping", "-q", *pace, "-C", str(ECHOES), "-t", f"{TIMEOUT_S * 1000:.0f}"]
    done = subprocess.run(command, input="\n".join(addresses), capture_output=True, text=True, check=False)
    told: Told = {}
    for line in done.stderr.splitlines():
        address, found, rtts = line.partition(" : ")
        if found and not rtts.startswith("duplicate"):
            told[address.strip()] = [None if rtt == "-" else float(rtt) for rtt in rtts.split()]
    return told


def ping(addresses: list[str]) -> Told:
    """iputils' ping knows one host: a process for each, ten at once."""

    def one(address: str) -> Rtts:
        command = ["ping", "-n", "-c", str(ECHOES), "-i", str(INTERVAL_S), "-W", str(TIMEOUT_S), address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        rtts: Rtts = [None] * ECHOES
        for number, rtt_ms in _PING_REPLY.findall(done.stdout):
            rtts[int(number) - 1] = float(rtt_ms)
        return rtts

    with ThreadPoolExecutor(_PROCESSES_AT_ONCE) as processes:
        return dict(zip(addresses, processes.map(one, addresses), strict=True))


def check_icmp(addresses: list[str]) -> Told:
    """check_icmp of monitoring-plugins. It tells only means: each echo that was answered stands as the mean."""
    limits = ("-w", "5000,100%", "-c", "5000,100%")
    pace = (
        "-n",
        str(ECHOES),
        "-i",
        f"{1e6 / MAX_PPS:.0f}us",
        "-t",
        "30",
    )  # from packet to packet, whatever the host
    done = subprocess.run(
        [CHECK_ICMP, *limits, *pace, *addresses], capture_output=True, text=True, check=False
    )
    told: Told = {address: [None] * ECHOES for address in addresses}
    for address, mean_ms, lost_pct in _CHECK_ICMP_HOST.findall(done.stdout):
        lost_count = round(int(lost_pct) * ECHOES / 100)
        told[address] = [*[float(mean_ms)] * (ECHOES - lost_count), *[None] * lost_count]
    return told
