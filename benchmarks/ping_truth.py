"""Is what a pinger says true? Ours and its peers against a network whose every delay and loss is known.

    python benchmarks/ping_truth.py [HOSTS [ROUNDS]]

A cable in a network namespace is answered by `known_network.py`: 1,000 hosts with delays of 0 to 196 ms, some lossy,
jittery, answering twice, answered for by a stranger, or dead. The truth is the kernel's own stamps at both ends of
that cable. ROUNDS repeats ours. Needs Linux, root and the ip command. The peers: icmplib, and of Debian
fping, iputils-ping (a process a host, so one host in 21 is asked), monitoring-plugins-basic (check_icmp tells only the
mean of a host: it is held against the true mean). One that isn't installed is passed over.
"""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import fmean

from known_network import Host, Kind, hosts
from ping_peers import (
    CHECK_ICMP,
    ECHOES,
    INTERVAL_S,
    MAX_PPS,
    TIMEOUT_S,
    Rtts,
    Told,
    check_icmp,
    fping,
    icmplib,
    ping,
)

from kontum_netcheck.model import Failure
from kontum_netcheck.net.icmp import Pinger
from kontum_netcheck.net.icmp.statistics import jitter_ms
from kontum_netcheck.net.network import NetworkOptions

ONE_IN = 21  # coprime to the kinds of hosts


async def _ours(addresses: list[str]) -> Told:
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


def ours(addresses: list[str]) -> Told:
    """Ours, in an event loop of its own."""
    return asyncio.run(_ours(addresses))


@dataclass(frozen=True)
class Peer:
    """Who is asked, and for what."""

    ask: Callable[[list[str]], Told]
    program: str = ""  # that must be installed
    one_in: int = 1  # of the hosts are asked
    means_only: bool = False

    @property
    def is_here(self) -> bool:
        """Whether it can be asked."""
        return not self.program or shutil.which(self.program) is not None

    def hosts(self, count: int) -> list[Host]:
        """Those of the network that it is asked about."""
        return hosts(count)[:: self.one_in]


PEERS = {
    "ours, datagram": Peer(ours),
    "ours, raw": Peer(ours),
    "fping": Peer(fping, "fping"),
    "icmplib, datagram": Peer(icmplib),
    "ping": Peer(ping, "ping", ONE_IN),
    "check_icmp": Peer(check_icmp, CHECK_ICMP, means_only=True),
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


def judge(peer: Peer, told: Told, true: Told, count: int) -> Verdict:
    """Echo by echo; errors of round trips only where loss is right, for else nobody knows which echo is meant."""
    errors_ms: list[float] = []
    near_errors_ms: list[float] = []
    jitter_errors_ms: list[float] = []
    wrong_loss_count = stranger_count = 0
    for host in peer.hosts(count):
        said, was = told.get(host.address, []), true[host.address]
        said_rtts, true_rtts = ([rtt for rtt in rtts if rtt is not None] for rtts in (said, was))
        if host.kind is Kind.FORGED:
            stranger_count += max(0, len(said_rtts) - len(true_rtts))
        if len(said) != ECHOES or len(said_rtts) != len(true_rtts):
            wrong_loss_count += 1
            continue
        if peer.means_only:
            true_rtts = [fmean(true_rtts)] * len(true_rtts) if true_rtts else []
        errors_ms += [abs(a - b) for a, b in zip(said_rtts, true_rtts, strict=True)]
        near_errors_ms += [abs(a - b) for a, b in zip(said_rtts, true_rtts, strict=True) if b < 10]
        if not peer.means_only:
            jitter_errors_ms += _jitter_error_ms(said, was)
    return Verdict(
        fmean(errors_ms or [nan]),
        max(errors_ms, default=nan),
        fmean(near_errors_ms or [nan]),
        wrong_loss_count,
        max(jitter_errors_ms, default=nan),
        stranger_count,
    )


def _jitter_error_ms(said: Rtts, was: Rtts) -> list[float]:
    """Nothing where it is undefined."""
    said_ms, true_ms = jitter_ms(said), jitter_ms(was)
    return [] if said_ms is None or true_ms is None else [abs(said_ms - true_ms)]


def main(count: int, rounds_count: int) -> None:
    """Ask every peer in its turn; a line for each."""
    title = (
        f"{'in ms':18} mean error   below 10 ms   worst    jitter, worst   hosts with wrong loss   strangers"
    )
    print(f"{count} hosts × {ECHOES} echoes at {INTERVAL_S * 1000:.0f} ms, {os.cpu_count()} cores\n{title}")  # noqa: T201
    mine = [name for name in PEERS if name.startswith("ours")]
    for name in [*mine * (rounds_count - 1), *PEERS]:
        peer = PEERS[name]
        if not peer.is_here:
            print(f"{name:18} is not installed")  # noqa: T201
            continue
        verdict = judge(peer, *told_and_true(name, count), count)
        print(  # noqa: T201
            f"{name:18} {verdict.mean_error_ms:10.4f} {verdict.near_error_ms:13.4f} {verdict.worst_error_ms:7.3f} "
            f"{verdict.jitter_error_ms:16.3f} {verdict.wrong_loss_count:23} {verdict.stranger_count:11}"
        )


def _ask(name: str, count: int) -> Told:
    peer = PEERS[name]
    return peer.ask([host.address for host in peer.hosts(count)])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        print(json.dumps(_ask(sys.argv[2], int(sys.argv[3]))))  # noqa: T201
    else:
        given = [int(argument) for argument in sys.argv[1:]]
        main(*given, *[1000, 1][len(given) :])
