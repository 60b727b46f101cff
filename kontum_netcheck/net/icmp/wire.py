"""One socket for all hosts of a family: by the socket module, which works everywhere."""

import contextlib
import secrets
import socket
import sys
import time
from collections.abc import Hashable
from typing import NamedTuple

from kontum_netcheck.net.icmp.linux import QueuedError
from kontum_netcheck.net.icmp.packets import IPV4, Family, without_ipv4_header
from kontum_netcheck.net.icmp.requests import EchoRequests
from kontum_netcheck.net.icmp.series import Method

Peer = Hashable
"""A socket address in the wire's own form, the same for sending and in replies."""

Arrival = tuple[bytes, Peer, int]
"""An ICMP message, its sender, and when it came (perf_counter, ns). A bare tuple: there are many."""


class Columns(NamedTuple):
    """A batch of replies, field by field, all of them stamped, and none that would have to be looked at alone."""

    sequences: list[int]
    seals: list[int]  # cookie and number, as Cohort.seals
    peers: bytes  # one after the other; where there are columns, peers are bytes
    received_ns: list[int]
    length_bytes: int  # of each, the same: header, seal, and a padding of zeros


class Batch:
    """What came in with one look."""

    def __init__(self, arrivals: list[Arrival]) -> None:
        self._arrivals = arrivals

    def __len__(self) -> int:
        return len(self._arrivals)

    def arrivals(self) -> list[Arrival]:
        """One by one."""
        return self._arrivals

    def columns(self) -> Columns | None:
        """All at once, where this system can, and where they are ordinary replies to echoes of ours."""
        return None


class Load:
    """Requests and whom to send them to, as a wire wants them."""

    def __init__(self, requests: EchoRequests, peers: list[Peer]) -> None:
        self.requests = requests
        self.peers = peers


_RECEIVE_BUFFER_BYTES = 4 << 20
_PACKET_MAX_BYTES = 2048
RECEIVE_BATCH = 256


class Wire:
    """A non-blocking socket for echoes. Not thread-safe: it belongs to the pinger's thread once opened."""

    sends_at_once = 16  # then replies are fetched: here nothing but our looking says when they came

    def __init__(self, sock: socket.socket, family: Family, method: Method) -> None:
        self.sock = sock
        self.family = family
        self.method = method
        self.identifier = 1 + secrets.randbelow(0xFFFF)
        self.has_ip_header = family is IPV4 and (
            method is Method.ICMP_RAW or (method is Method.ICMP_DATAGRAM and sys.platform == "darwin")
        )
        sock.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)

    @property
    def dropped_count(self) -> int:
        """Packets that our own receive buffer had no room for, as far as the system tells."""
        return 0

    def count_drops(self) -> None:
        """Ask the system how many those are by now, where it tells only who asks."""

    def peer(self, address: str, port: int = 0) -> Peer:
        """Where to send, for an address (no name) and, in a lab, a port. Raises OSError for what is none."""
        if ":" not in address:
            return socket.inet_ntoa(socket.inet_aton(address)), port
        bare, _, scope = address.partition("%")
        packed = socket.inet_pton(socket.AF_INET6, bare)
        return socket.inet_ntop(socket.AF_INET6, packed), port, 0, scope_id(scope)

    def address_of(self, peer: Peer) -> str:
        """The address of a sender, as text."""
        assert isinstance(peer, tuple)
        return str(peer[0])

    def send(self, packet: bytes, peer: Peer) -> None:
        """Send one echo. Raises OSError; BlockingIOError where our own queue is full."""
        try:
            self._send(packet, peer)
        except BlockingIOError:
            raise
        except OSError:
            self._send(packet, peer)  # the first may have been the error of *another* host's echo

    def load(self, requests: EchoRequests, peers: list[Peer]) -> Load:
        """Get requests ready to be sent, again and again; the first to the first peer."""
        return Load(requests, peers)

    def send_some(self, load: Load, first: int, count: int) -> tuple[list[int], OSError | None]:
        """Send so many requests from the first on: when each went (perf_counter, ns), and what stopped us.

        BlockingIOError where our own queue is full.
        """
        sent_ns: list[int] = []
        for place in range(first, first + count):
            packet = load.requests.packet(place)
            now_ns = time.perf_counter_ns()
            try:
                self.send(packet, load.peers[place])
            except OSError as error:
                return sent_ns, error
            sent_ns.append(now_ns)
        return sent_ns, None

    def _send(self, packet: bytes, peer: Peer) -> None:
        assert isinstance(peer, tuple)
        self.sock.sendto(packet, peer)

    def receive(self) -> Batch:
        """What has come in, at most a batch of it; empty where there is nothing."""
        arrivals = self._receive()
        if self.has_ip_header:
            arrivals = [(without_ipv4_header(packet), peer, at_ns) for packet, peer, at_ns in arrivals]
        return Batch(arrivals)

    def _receive(self) -> list[Arrival]:
        arrivals: list[Arrival] = []
        with contextlib.suppress(
            OSError
        ):  # empty; or a pending error, which belongs to one echo and not to us
            for _ in range(RECEIVE_BATCH):
                packet, peer = self.sock.recvfrom(_PACKET_MAX_BYTES)
                arrivals.append((packet, peer, time.perf_counter_ns()))
        return arrivals

    @property
    def has_errors(self) -> bool:
        """Whether some of these have been fetched already, so that nothing will tell of them."""
        return False

    def queued_errors(self) -> list[QueuedError]:
        """ICMP errors that the system keeps beside the replies, where it does."""
        return []

    def on_our_clock(self, stamp_ns: int) -> int | None:
        """A stamp of the system's as perf_counter ns; None where there is none, or it can't be told."""
        return None

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


def scope_id(scope: str) -> int:
    """The number of an interface, given as name or number; 0 for none. Raises OSError for an unknown one."""
    if not scope:
        return 0
    return int(scope) if scope.isdecimal() else socket.if_nametoindex(scope)
