"""One socket for all hosts of a family, with the kernel's receive stamps where there are any."""

import contextlib
import secrets
import socket
import sys
import time

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.packets import IPV4, Family, without_ipv4_header
from kontum_netcheck.net.icmp.receive_clock import ReceiveClock
from kontum_netcheck.net.icmp.series import Method

Peer = tuple[str, int] | tuple[str, int, int, int]

Arrival = tuple[bytes, Peer, int]
"""An ICMP message, its sender, and when it came (perf_counter, ns). A bare tuple: there are many."""

_RECEIVE_BUFFER_BYTES = 4 << 20
_PACKET_MAX_BYTES = 2048
_ANCILLARY_BYTES = 128
_BATCH = 128


class Wire:
    """A non-blocking socket for echoes. Not thread-safe: it belongs to the pinger's thread once opened."""

    def __init__(self, sock: socket.socket, family: Family, method: Method) -> None:
        self.sock = sock
        self.family = family
        self.method = method
        self.identifier = 1 + secrets.randbelow(0xFFFF)
        self.dropped_count = 0  # by our own receive buffer, says the kernel
        self._has_ip_header = family is IPV4 and (
            method is Method.ICMP_RAW or (method is Method.ICMP_DATAGRAM and sys.platform == "darwin")
        )
        self._queues_errors = method is Method.ICMP_DATAGRAM and linux.HERE
        self._clock: ReceiveClock | None = None
        self._prepare()

    def _prepare(self) -> None:
        sock = self.sock
        sock.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        if not linux.HERE:
            return
        linux.prepare(sock, self.family, raw=self.method is Method.ICMP_RAW)
        self._clock = ReceiveClock()
        if self.method is Method.ICMP_DATAGRAM:
            if sock.getsockname()[1] == 0:
                sock.bind(("", 0))
            self.identifier = sock.getsockname()[1]  # Linux writes it over ours

    def send(self, packet: bytes, peer: Peer) -> None:
        """Send one echo. Raises OSError; BlockingIOError where our own queue is full."""
        try:
            self.sock.sendto(packet, peer)
        except BlockingIOError:
            raise
        except OSError:
            self.sock.sendto(packet, peer)  # the first may have been the error of *another* host's echo

    def receive(self) -> list[Arrival]:
        """What has come in, at most a batch of it."""
        arrivals = self._receive_stamped() if self._clock else self._receive_plain()
        if self._has_ip_header:
            return [(without_ipv4_header(packet), peer, at_ns) for packet, peer, at_ns in arrivals]
        return arrivals

    def _receive_plain(self) -> list[Arrival]:
        arrivals: list[Arrival] = []
        with contextlib.suppress(
            OSError
        ):  # empty; or a pending error, which belongs to one echo and not to us
            for _ in range(_BATCH):
                packet, peer = self.sock.recvfrom(_PACKET_MAX_BYTES)
                arrivals.append((packet, peer, time.perf_counter_ns()))
        return arrivals

    def _receive_stamped(self) -> list[Arrival]:
        assert self._clock is not None
        stamped: list[tuple[bytes, Peer, int]] = []
        with contextlib.suppress(OSError):
            for _ in range(_BATCH):
                packet, ancillary, _, peer = self.sock.recvmsg(_PACKET_MAX_BYTES, _ANCILLARY_BYTES)
                stamped.append((packet, peer, self._stamp_ns(ancillary)))
        if not stamped:
            return stamped
        offset_ns = self._clock.offset_ns()
        now_ns = time.perf_counter_ns()
        if offset_ns is None:
            return [(packet, peer, now_ns) for packet, peer, _ in stamped]
        return [
            (packet, peer, min(stamp_ns - offset_ns, now_ns) if stamp_ns else now_ns)
            for packet, peer, stamp_ns in stamped
        ]

    def _stamp_ns(self, ancillary: list[tuple[int, int, bytes]]) -> int:
        """The kernel's stamp, 0 without one. What the kernel says that it dropped is kept by the way."""
        stamp_ns = 0
        for _level, kind, data in ancillary:
            if kind == linux.SO_TIMESTAMPNS:
                seconds, nanoseconds = linux.TIMESPEC.unpack(data)
                stamp_ns = seconds * 1_000_000_000 + nanoseconds
            elif kind == linux.SO_RXQ_OVFL:
                (self.dropped_count,) = linux.DROPPED.unpack(data)
        return stamp_ns

    def queued_errors(self) -> list[linux.QueuedError]:
        """ICMP errors that Linux keeps beside the replies (datagram sockets); elsewhere they are replies."""
        errors: list[linux.QueuedError] = []
        if self._queues_errors:
            with contextlib.suppress(OSError):
                for _ in range(_BATCH):
                    error = linux.read_queued_error(self.sock, self.family)
                    if error is not None:
                        errors.append(error)
        return errors

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()
