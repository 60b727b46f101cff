"""A network of which everything is known: 1,000 hosts at the far end of a cable, answered by a script of faults.

Run inside a network namespace of its own (`ping_truth.py` does that). It answers until its standard input ends;
then it prints what was true: for each host, for each of its echoes, the time in ms from the request's coming out of the
cable at the far end to the reply's at the near one, as the *kernel* stamped both, or null where no right reply was
given. So its own lateness is part of the truth. (What is stamped on its way *into* a device may be held up before it
leaves: such a truth is too long.)
"""

import heapq
import json
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

NEAR, FAR, OWN_ADDRESS = "known0", "known1", "198.18.0.1"  # RFC 2544 keeps 198.18.0.0/15 for benchmarks
LONGEST_MS, JITTER_MS = 196.0, 4.0

_SO_RCVBUFFORCE, _SO_TIMESTAMPNS, _SO_RXQ_OVFL = 33, 35, 40
_ETH_P_IP, _ETH_P_ALL, _PACKET_OUTGOING = 0x800, 3, 4
_ECHO_REQUEST, _ECHO_REPLY = 8, 0
_CAPTURE_BYTES = 256 << 20
_BUSY_S = 0.0003  # before a reply is due, stay awake: sleeping is not that precise


class Kind(Enum):
    """How a host behaves."""

    STEADY = auto()
    LOSSY = auto()  # every third echo is lost
    JITTERY = auto()  # every second reply comes later
    DOUBLED = auto()  # every second reply comes twice
    FORGED = auto()  # every second reply comes from a stranger
    DEAD = auto()


_KINDS = (*[Kind.STEADY] * 4, Kind.LOSSY, Kind.LOSSY, Kind.JITTERY, Kind.DOUBLED, Kind.FORGED, Kind.DEAD)


@dataclass(frozen=True)
class Host:
    """One host; its delay is what nothing but its number decides."""

    address: str
    kind: Kind
    delay_ms: float

    def answers(self, echo: int) -> tuple[float, ...]:
        """The delays of the replies to its echo of that number, in ms; none: lost."""
        odd = echo % 2
        match self.kind:
            case Kind.DEAD:
                return ()
            case Kind.LOSSY:
                return () if echo % 3 == 1 else (self.delay_ms,)
            case Kind.JITTERY:
                return (self.delay_ms + odd * JITTER_MS,)
            case Kind.DOUBLED:
                return (self.delay_ms, self.delay_ms + 1.0) if odd else (self.delay_ms,)
            case _:
                return (self.delay_ms,)

    def is_forged(self, echo: int) -> bool:
        """Whether a stranger answers for it."""
        return self.kind is Kind.FORGED and echo % 2 == 1


def hosts(count: int) -> list[Host]:
    """The hosts of the network, delays from 0 to 196 ms."""
    return [
        Host(f"198.19.{n >> 8}.{n & 255}", _KINDS[n % len(_KINDS)], LONGEST_MS * n / (count - 1))
        for n in range(count)
    ]


def reply_to(request: bytes, *, forged: bool) -> bytes:
    """The IPv4 packet that answers an echo request; a forged one comes from the neighbour's neighbour."""
    source, destination = request[16:20], request[12:16]
    if forged:
        source = source[:1] + bytes((source[1] ^ 1,)) + source[2:]
    ip = request[:8] + bytes((64, 1, 0, 0)) + source + destination
    icmp = bytes((_ECHO_REPLY, 0, 0, 0)) + request[24:]
    return ip[:10] + _checksum(ip) + ip[12:] + icmp[:2] + _checksum(icmp) + icmp[4:]


def _checksum(data: bytes) -> bytes:
    words = int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xFFFF
    return (~words & 0xFFFF).to_bytes(2, "big")


def connect() -> socket.socket:
    """Lay the cable, with a route to all hosts; its far end, to be read and written packet by packet."""
    for command in (
        f"ip link add {NEAR} txqueuelen 20000 arp off type veth peer name {FAR} txqueuelen 20000 arp off",
        f"ip address add {OWN_ADDRESS}/15 dev {NEAR}",
        f"ip link set {FAR} up",
        f"ip link set {NEAR} up",
        "sysctl -qw net.ipv4.conf.all.rp_filter=0",
    ):
        subprocess.run(command.split(), check=True)
    return open_end(FAR, _ETH_P_IP)


def open_end(device: str, protocol: int = _ETH_P_ALL) -> socket.socket:
    """Sees every packet at that end of the cable with the kernel's stamp; holds them until they are read."""
    end = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(protocol))
    end.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _CAPTURE_BYTES)
    end.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    end.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
    end.bind((device, protocol))
    end.setblocking(False)
    return end


def answer(far: socket.socket, script: dict[bytes, Host]) -> None:
    """Answer echoes as the script says, each reply when it is due, until standard input ends."""
    poll = select.poll()
    poll.register(far, select.POLLIN)
    poll.register(sys.stdin.fileno(), select.POLLIN)
    seen_count = dict.fromkeys(script, 0)
    due: list[tuple[float, bytes]] = []
    near = (FAR, _ETH_P_IP, 0, 0, _hardware_address(NEAR))
    while True:
        now = time.perf_counter()
        while due and due[0][0] <= now:
            far.sendto(heapq.heappop(due)[1], near)
        idle_s = due[0][0] - now - _BUSY_S if due else 1.0
        ready = poll.poll(max(0, int(idle_s * 1000)))
        if any(fd == sys.stdin.fileno() for fd, _ in ready):
            return
        for _ in ready:
            _plan_reply(far.recv(2048), script, seen_count, due)


def _hardware_address(device: str) -> bytes:
    return bytes.fromhex(Path(f"/sys/class/net/{device}/address").read_text().replace(":", ""))


def _plan_reply(
    packet: bytes, script: dict[bytes, Host], seen_count: dict[bytes, int], due: list[tuple[float, bytes]]
) -> None:
    now = time.perf_counter()
    host = script.get(packet[16:20])
    if host is None or packet[20] != _ECHO_REQUEST:
        return
    echo = seen_count[packet[16:20]]
    seen_count[packet[16:20]] += 1
    reply = reply_to(packet, forged=host.is_forged(echo))
    for delay_ms in host.answers(echo):
        heapq.heappush(due, (now + delay_ms / 1000, reply))


def captured(end: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Stamp in ns, and packet, of what came out of the cable at that end."""
    while True:
        try:
            packet, ancillary, _, address = end.recvmsg(128, 256)
        except BlockingIOError:
            return
        stamp_ns = 0
        for _, kind, data in ancillary:
            if kind == _SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("=qq", data)
                stamp_ns = seconds * 1_000_000_000 + nanoseconds
            elif kind == _SO_RXQ_OVFL and any(data):
                raise SystemExit("the capture lost packets: the truth is not known")
        if address[2] != _PACKET_OUTGOING and packet[9] == socket.IPPROTO_ICMP:
            yield stamp_ns, packet


def truth(
    requests: socket.socket, replies: socket.socket, script: dict[bytes, Host]
) -> dict[str, list[float | None]]:
    """What each host's echoes really took, by its own first reply."""
    sent_ns: dict[bytes, dict[bytes, int]] = {address: {} for address in script}
    rtts_ms: dict[bytes, dict[bytes, float]] = {address: {} for address in script}
    for stamp_ns, packet in captured(requests):
        if packet[16:20] in script:
            sent_ns[packet[16:20]][packet[24:28]] = stamp_ns
    for stamp_ns, packet in captured(replies):
        host, key = packet[12:16], packet[24:28]
        if host in script and key in sent_ns[host]:
            rtts_ms[host].setdefault(key, (stamp_ns - sent_ns[host][key]) / 1e6)
    return {
        script[host].address: [rtts_ms[host].get(key) for key in numbers] for host, numbers in sent_ns.items()
    }


def main(count: int) -> None:
    """Say `ready`, answer, tell the truth."""
    script = {socket.inet_aton(host.address): host for host in hosts(count)}
    far = connect()
    requests, replies = open_end(FAR), open_end(NEAR)
    print("ready", flush=True)  # noqa: T201
    answer(far, script)
    print(json.dumps(truth(requests, replies, script)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
