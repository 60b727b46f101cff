"""One socket for all hosts of a family: by the socket module, which works everywhere."""

import contextlib
import secrets
import socket
import sys
import time
from collections.abc import Hashable

from kontum_netcheck.net.icmp.linux import QueuedError
from kontum_netcheck.net.icmp.packets import IPV4, Family, without_ipv4_header
from kontum_netcheck.net.icmp.series import Method

Peer = Hashable
"""A socket address in the wire's own form, the same for sending and in replies."""

Arrival = tuple[bytes, Peer, int]
"""An ICMP message, its sender, and when it came (perf_counter, ns). A bare tuple: there are many."""

_RECEIVE_BUFFER_BYTES = 4 << 20
_PACKET_MAX_BYTES = 2048
_BATCH = 128


class Wire:
    """A non-blocking socket for echoes. Not thread-safe: it belongs to the pinger's thread once opened."""

    def __init__(self, sock: socket.socket, family: Family, method: Method) -> None:
        self.sock = sock
        self.family = family
        self.method = method
        self.identifier = 1 + secrets.randbelow(0xFFFF)
        self._has_ip_header = family is IPV4 and (
            method is Method.ICMP_RAW or (method is Method.ICMP_DATAGRAM and sys.platform == "darwin")
        )
        sock.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)

    @property
    def dropped_count(self) -> int:
        """Packets that our own receive buffer had no room for, as far as the system tells."""
        return 0

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

    def send_many(self, echoes: list[tuple[bytes, Peer]]) -> tuple[list[int], OSError | None]:
        """Send packets to peers, in order: when each went (perf_counter, ns), and what stopped us before the end.

        BlockingIOError where our own queue is full.
        """
        sent_ns: list[int] = []
        for packet, peer in echoes:
            now_ns = time.perf_counter_ns()
            try:
                self.send(packet, peer)
            except OSError as error:
                return sent_ns, error
            sent_ns.append(now_ns)
        return sent_ns, None

    def _send(self, packet: bytes, peer: Peer) -> None:
        assert isinstance(peer, tuple)
        self.sock.sendto(packet, peer)

    def receive(self) -> list[Arrival]:
        """What has come in, at most a batch of it."""
        arrivals = self._receive()
        if self._has_ip_header:
            return [(without_ipv4_header(packet), peer, at_ns) for packet, peer, at_ns in arrivals]
        return arrivals

    def _receive(self) -> list[Arrival]:
        arrivals: list[Arrival] = []
        with contextlib.suppress(
            OSError
        ):  # empty; or a pending error, which belongs to one echo and not to us
            for _ in range(_BATCH):
                packet, peer = self.sock.recvfrom(_PACKET_MAX_BYTES)
                arrivals.append((packet, peer, time.perf_counter_ns()))
        return arrivals

    def queued_errors(self) -> list[QueuedError]:
        """ICMP errors that the system keeps beside the replies, where it does."""
        return []

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


def scope_id(scope: str) -> int:
    """The number of an interface, given as name or number; 0 for none. Raises OSError for an unknown one."""
    if not scope:
        return 0
    return int(scope) if scope.isdecimal() else socket.if_nametoindex(scope)
