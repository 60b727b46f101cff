"""Is what a pinger says true? Ours, fping and icmplib against a network whose every delay and loss is known.

A TUN device in a network namespace is answered by `known_network.py`: 1,000 hosts with delays of 0 to 196 ms, some
lossy, jittery, answering twice, answered for by a stranger, or dead. The truth is the kernel's own stamps on that
device. Needs Linux, root, /dev/net/tun, the ip command and fping. Usage:

    python benchmarks/ping_truth.py [HOSTS]
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import fmean

from icmplib import async_multiping  # type: ignore[import-untyped]
from known_network import Kind, hosts

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.icmp.statistics import jitter_ms
from kontum_netcheck.net.network import NetworkOptions

ECHOES, INTERVAL_S, TIMEOUT_S, MAX_PPS = 5, 0.2, 1.0, 5000

Rtts = list[float | None]
Told = dict[str, Rtts]
"""By host: the round trip of each echo in ms, None for a lost one."""


async def ours(addresses: list[str]) -> Told:
    """Our pinger, all hosts at once."""
    pinger = Pinger(NetworkOptions(max_pps=MAX_PPS))
    try:
        bursts = await asyncio.gather(
            *(
                pinger.ping(
                    address, count=ECHOES, interval_s=INTERVAL_S, timeout_s=TIMEOUT_S, payload_bytes=56
                )
                for address in addresses
            )
        )
    finally:
        await pinger.close()
    return {burst.address: list(burst.rtts_ms) for burst in bursts if not isinstance(burst, Failure)}


async def icmplib(addresses: list[str]) -> Told:
    """icmplib.async_multiping; it doesn't say which echoes were lost, so they stand at the end."""
    answers = await async_multiping(
        addresses,
        count=ECHOES,
        interval=INTERVAL_S,
        timeout=TIMEOUT_S,
        concurrent_tasks=len(addresses),
        privileged=False,
    )
    return {host.address: [*host.rtts, *[None] * (ECHOES - len(host.rtts))] for host in answers}


def fping(addresses: list[str]) -> Told:
    """fping with the same pace."""
    command = [
        "fping",
        "-q",
        "-i",
        f"{1000 / MAX_PPS:g}",
        "-p",
        str(int(INTERVAL_S * 1000)),
        "-C",
        str(ECHOES),
    ]
    command += ["-t", str(int(TIMEOUT_S * 1000))]
    done = subprocess.run(command, input="\n".join(addresses), capture_output=True, text=True, check=False)
    told: Told = {}
    for line in done.stderr.splitlines():
        address, found, rtts = line.partition(" : ")
        if found and not rtts.startswith("duplicate"):
            told[address.strip()] = [None if rtt == "-" else float(rtt) for rtt in rtts.split()]
    return told


PEERS: dict[str, Callable[[list[str]], Told]] = {
    "ours, datagram": lambda addresses: asyncio.run(ours(addresses)),
    "ours, raw": lambda addresses: asyncio.run(ours(addresses)),
    "fping": fping,
    "icmplib, datagram": lambda addresses: asyncio.run(icmplib(addresses)),
}


@contextlib.contextmanager
def namespace(*, datagram: bool) -> Iterator[list[str]]:
    """A network namespace; gives what to put before a command that is to run in it."""
    name = f"truth-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    inside = ["ip", "netns", "exec", name]
    group_range = "0 2147483647" if datagram else "1 0"
    try:
        subprocess.run([*inside, "sysctl", "-qw", f"net.ipv4.ping_group_range={group_range}"], check=True)
        yield inside
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def told_and_true(peer: str, count: int) -> tuple[Told, Told]:
    """What a peer says of the known network, and what was."""
    here = Path(__file__)
    with namespace(datagram="datagram" in peer) as inside:
        network = [*inside, sys.executable, str(here.with_name("known_network.py")), str(count)]
        with subprocess.Popen(network, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            asked = [*inside, sys.executable, str(here), "--ask", peer, str(count)]
            told = json.loads(subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout)
            true = json.loads(running.communicate("enough\n")[0])
    return told, true


@dataclass(frozen=True)
class Verdict:
    """How far what was told is from what was."""

    mean_error_ms: float
    worst_error_ms: float
    near_error_ms: (
        float  # the mean of round trips below 10 ms: fping prints three digits, and rounds the others
    )
    wrong_loss_count: int  # hosts of which another number of echoes was called received
    jitter_error_ms: float  # the worst of all hosts whose loss was told right
    stranger_count: int  # replies of strangers that were counted


def judge(told: Told, true: Told, count: int) -> Verdict:
    """Echo by echo; errors of round trips only where loss is right, for else nobody knows which echo is meant."""
    errors_ms: list[float] = []
    near_errors_ms: list[float] = []
    jitter_errors_ms: list[float] = []
    wrong_loss_count = stranger_count = 0
    for host in hosts(count):
        said, was = told.get(host.address, []), true[host.address]
        said_rtts, true_rtts = ([rtt for rtt in rtts if rtt is not None] for rtts in (said, was))
        if host.kind is Kind.FORGED:
            stranger_count += max(0, len(said_rtts) - len(true_rtts))
        if len(said) != ECHOES or len(said_rtts) != len(true_rtts):
            wrong_loss_count += 1
            continue
        errors_ms += [abs(a - b) for a, b in zip(said_rtts, true_rtts, strict=True)]
        near_errors_ms += [abs(a - b) for a, b in zip(said_rtts, true_rtts, strict=True) if b < 10]
        if (said_jitter := jitter_ms(said)) is not None and (true_jitter := jitter_ms(was)) is not None:
            jitter_errors_ms.append(abs(said_jitter - true_jitter))
    return Verdict(
        fmean(errors_ms or [nan]),
        max(errors_ms, default=nan),
        fmean(near_errors_ms or [nan]),
        wrong_loss_count,
        max(jitter_errors_ms, default=nan),
        stranger_count,
    )


def main(count: int) -> None:
    """Ask every peer in its turn; a line for each."""
    title = (
        f"{'in ms':18} mean error   below 10 ms   worst    jitter, worst   hosts with wrong loss   strangers"
    )
    print(f"{count} hosts × {ECHOES} echoes at {INTERVAL_S * 1000:.0f} ms, {os.cpu_count()} cores\n{title}")  # noqa: T201
    for peer in PEERS:
        verdict = judge(*told_and_true(peer, count), count)
        print(  # noqa: T201
            f"{peer:18} {verdict.mean_error_ms:10.4f} {verdict.near_error_ms:13.4f} {verdict.worst_error_ms:7.3f} "
            f"{verdict.jitter_error_ms:16.3f} {verdict.wrong_loss_count:23} {verdict.stranger_count:11}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        print(json.dumps(PEERS[sys.argv[2]]([host.address for host in hosts(int(sys.argv[3]))])))  # noqa: T201
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
