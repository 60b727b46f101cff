"""The wire on 64-bit Linux: kernel stamps, drop counts, queued ICMP errors, and few system calls."""

import contextlib
import socket
import struct
import time

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.linux_syscalls import SEND_BATCH, Syscalls
from kontum_netcheck.net.icmp.packets import Family
from kontum_netcheck.net.icmp.receive_clock import ReceiveClock
from kontum_netcheck.net.icmp.series import Method
from kontum_netcheck.net.icmp.wire import Arrival, Peer, Wire, scope_id

_ERRORS_AT_ONCE = 128
_INTERRUPTED_NS = 30_000  # a send takes 2 to 5 µs; more on average: something else ran meanwhile
_SOCKADDR_IN = struct.Struct("=H2s4s8x")
_SOCKADDR_IN6 = struct.Struct("=H2s4x16sI")


class LinuxWire(Wire):
    """Peers are socket addresses as the kernel writes them: a reply's is compared without being read."""

    def __init__(self, sock: socket.socket, family: Family, method: Method) -> None:
        super().__init__(sock, family, method)
        linux.prepare(sock, family, method)
        self._syscalls = Syscalls(sock.fileno())
        self._clock = ReceiveClock()
        if method is Method.ICMP_DATAGRAM:
            if sock.getsockname()[1] == 0:
                sock.bind(("", 0))
            self.identifier = sock.getsockname()[1]  # Linux writes it over ours

    @property
    def dropped_count(self) -> int:
        """Packets that found our receive buffer full."""
        return self._syscalls.dropped_count

    def peer(self, address: str, port: int = 0) -> Peer:
        """A sockaddr. Raises OSError for what is no address."""
        port_bytes = port.to_bytes(2, "big")
        if ":" not in address:
            return _SOCKADDR_IN.pack(socket.AF_INET, port_bytes, socket.inet_pton(socket.AF_INET, address))
        bare, _, scope = address.partition("%")
        packed = socket.inet_pton(socket.AF_INET6, bare)
        return _SOCKADDR_IN6.pack(socket.AF_INET6, port_bytes, packed, scope_id(scope))

    def address_of(self, peer: Peer) -> str:
        """The address in a sockaddr."""
        assert isinstance(peer, bytes)
        return linux.address_in(peer)

    def send_many(self, echoes: list[tuple[bytes, Peer]]) -> tuple[list[int], OSError | None]:
        """As everywhere, but some with one call; the times of those are spread evenly over the call."""
        sent_ns: list[int] = []
        while len(sent_ns) < len(echoes):
            some = echoes[len(sent_ns) : len(sent_ns) + SEND_BATCH]
            try:
                count, start_ns, end_ns = self._syscalls.send(some)
            except OSError:  # perhaps of another host's echo
                one_ns, error = super().send_many(some[:1])
                sent_ns += one_ns
                if error is not None:
                    return sent_ns, error
                continue
            step_ns = (end_ns - start_ns) // count
            if step_ns > _INTERRUPTED_NS:
                step_ns = 0  # we can't know where: let no round trip look shorter than it was
            sent_ns += range(start_ns, start_ns + step_ns * count, step_ns) if step_ns else [start_ns] * count
        return sent_ns, None

    def _send(self, packet: bytes, peer: Peer) -> None:
        assert isinstance(peer, bytes)
        self._syscalls.send([(packet, peer)])

    def _receive(self) -> list[Arrival]:
        try:
            received = self._syscalls.receive()
        except OSError:  # empty; or a pending error, which belongs to one echo and not to us
            return []
        offset_ns = self._clock.offset_ns()
        now_ns = time.perf_counter_ns()
        if offset_ns is None or not all(stamp_ns for _, _, stamp_ns in received):
            return [(packet, peer, now_ns) for packet, peer, _ in received]
        return [(packet, peer, stamp_ns - offset_ns) for packet, peer, stamp_ns in received]

    def queued_errors(self) -> list[linux.QueuedError]:
        """ICMP errors about a datagram socket's echoes; on other sockets they are among the replies."""
        errors: list[linux.QueuedError] = []
        if self.method is Method.ICMP_DATAGRAM:
            with contextlib.suppress(OSError):
                for _ in range(_ERRORS_AT_ONCE):
                    error = linux.read_queued_error(self.sock, self.family)
                    errors += [error] if error else []
        return errors
