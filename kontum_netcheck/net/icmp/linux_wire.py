"""The wire on 64-bit Linux: kernel stamps, drop counts, queued ICMP errors, and few system calls."""

import socket
import struct
import time

from kontum_netcheck.net.icmp import linux
from kontum_netcheck.net.icmp.linux_batch import LinuxBatch
from kontum_netcheck.net.icmp.linux_errors import ErrorQueue
from kontum_netcheck.net.icmp.linux_slots import NAME_BYTES, Slots
from kontum_netcheck.net.icmp.linux_syscalls import SEND_BATCH, Inbox, Syscalls
from kontum_netcheck.net.icmp.packets import Family
from kontum_netcheck.net.icmp.receive_clock import ReceiveClock
from kontum_netcheck.net.icmp.requests import EchoRequests
from kontum_netcheck.net.icmp.series import Method
from kontum_netcheck.net.icmp.wire import Batch, Load, Peer, Wire, scope_id

_CLOCKS_NS = 5_000  # how far two readings of the clocks' difference may be apart
_FIRST_STEP_NS = 5_000  # a send takes 2 to 5 µs
_SOCKADDR_IN = struct.Struct("=H2s4s8x")
_SOCKADDR_IN6 = struct.Struct("=H2s4x16sI")
_IPV4 = struct.pack("=H", socket.AF_INET)
_IPV4_HEADER_BYTES = 20


class LinuxLoad(Load):
    """Requests with the message headers that point at them."""

    def __init__(self, requests: EchoRequests, peers: list[Peer]) -> None:
        super().__init__(requests, peers)
        names = bytearray(b"".join([peer for peer in peers if isinstance(peer, bytes)]))
        self.slots = Slots(
            requests.memory,
            names,
            count=len(peers),
            stride_bytes=requests.stride_bytes,
            length_bytes=requests.length_bytes,
            name_bytes=_SOCKADDR_IN.size if names[:2] == _IPV4 else _SOCKADDR_IN6.size,
        )


class LinuxWire(Wire):
    """Peers are socket addresses as the kernel writes them into a slot: a reply's is compared without being read."""

    sends_at_once = 256  # then replies are fetched, lest the receive buffer fills

    def __init__(
        self, sock: socket.socket, family: Family, method: Method, *, stamps_sends: bool = False
    ) -> None:
        super().__init__(sock, family, method)
        linux.prepare(sock, family, method)
        self._syscalls = Syscalls(sock.fileno())
        self._clock = ReceiveClock()
        self._send_clock = ReceiveClock()  # of its own: else a step of the clock between both would be missed
        self._error_queue = ErrorQueue(self._syscalls, family)
        self._stamps_sends = stamps_sends
        if stamps_sends:
            linux.stamp_sends(sock)
        self._ip_header_bytes = _IPV4_HEADER_BYTES if self.has_ip_header else 0
        self._inbox = Inbox(self._ip_header_bytes)
        self._dropped_count = 0
        self._usual_step_ns = _FIRST_STEP_NS
        if method is Method.ICMP_DATAGRAM:
            if sock.getsockname()[1] == 0:
                sock.bind(("", 0))
            self.identifier = sock.getsockname()[1]  # Linux writes it over ours

    @property
    def dropped_count(self) -> int:
        """Packets that found our receive buffer full."""
        return self._dropped_count

    def count_drops(self) -> None:
        """Ask the kernel how many those are by now."""
        self._dropped_count = max(self._dropped_count, linux.dropped_count(self.sock) or 0)

    def peer(self, address: str, port: int = 0) -> Peer:
        """A sockaddr. Raises OSError for what is no address."""
        port_bytes = port.to_bytes(2, "big")
        if ":" not in address:
            packed = socket.inet_pton(socket.AF_INET, address)
            return _SOCKADDR_IN.pack(socket.AF_INET, port_bytes, packed).ljust(NAME_BYTES, b"\0")
        bare, _, scope = address.partition("%")
        packed = socket.inet_pton(socket.AF_INET6, bare)
        sockaddr = _SOCKADDR_IN6.pack(socket.AF_INET6, port_bytes, packed, scope_id(scope))
        return sockaddr.ljust(NAME_BYTES, b"\0")

    def address_of(self, peer: Peer) -> str:
        """The address in a sockaddr."""
        assert isinstance(peer, bytes)
        return linux.address_in(peer)

    def load(self, requests: EchoRequests, peers: list[Peer]) -> Load:
        """As everywhere, and make room for replies of that size."""
        if self._inbox.message_at + requests.length_bytes >= self._inbox.stride_bytes:
            self._inbox = Inbox(self._ip_header_bytes, requests.length_bytes)
        return LinuxLoad(requests, peers)

    def send_some(self, load: Load, first: int, count: int) -> tuple[list[int], OSError | None]:
        """As everywhere, but some with one call; the times of those are spread evenly over the call."""
        assert isinstance(load, LinuxLoad)
        sent_ns: list[int] = []
        while (done := len(sent_ns)) < count:
            try:
                sent, start_ns, end_ns = self._send_batch(load, first + done, min(SEND_BATCH, count - done))
            except OSError as error:
                return sent_ns, error
            stamps_ns = self._send_stamps(start_ns, end_ns) if self._stamps_sends else []
            if len(stamps_ns) == sent:
                sent_ns += stamps_ns
            else:
                step_ns = self._step_ns((end_ns - start_ns) // sent)
                sent_ns += range(start_ns, start_ns + step_ns * sent, step_ns)
        return sent_ns, None

    def _send_stamps(self, start_ns: int, end_ns: int) -> list[int]:
        """When the kernel says that the packets of a call went; not all of them where a neighbour is looked for."""
        stamps_ns = self._error_queue.take_send_stamps()
        offset_ns = self._send_clock.offset_ns()
        if offset_ns is None:
            return []
        since_ns, until_ns = start_ns + offset_ns - _CLOCKS_NS, end_ns + offset_ns + _CLOCKS_NS
        return [stamp_ns - offset_ns for stamp_ns in stamps_ns if since_ns <= stamp_ns <= until_ns]

    def _step_ns(self, step_ns: int) -> int:
        """How long a packet of a call took. Not much longer than usual: else we were interrupted, nobody knows

        where, and no round trip may look shorter than it was.
        """
        self._usual_step_ns = max(1, min(step_ns, self._usual_step_ns * 33 // 32 + 1))
        return max(1, min(step_ns, 2 * self._usual_step_ns))

    def _send_batch(self, load: LinuxLoad, first: int, count: int) -> tuple[int, int, int]:
        try:
            return self._syscalls.send(load.slots, first, count)
        except BlockingIOError:
            raise
        except OSError:
            return self._syscalls.send(
                load.slots, first, 1
            )  # the error may have been of *another* host's echo

    def receive(self) -> Batch:
        """What has come in, stamped by the kernel."""
        try:
            count = self._syscalls.receive(self._inbox)
        except OSError:  # empty; or a pending error, which belongs to one echo and not to us
            return Batch([])
        offset_ns = self._clock.offset_ns()
        batch = LinuxBatch(self, self._inbox, count, offset_ns, time.perf_counter_ns())
        dropped_count = batch.dropped_count()
        if dropped_count is not None:
            self._dropped_count = max(self._dropped_count, dropped_count)
        return batch

    def on_our_clock(self, stamp_ns: int) -> int | None:
        """A CLOCK_REALTIME stamp as perf_counter ns, unless the clock was set meanwhile."""
        offset_ns = self._clock.offset_ns()
        return stamp_ns - offset_ns if stamp_ns and offset_ns is not None else None

    @property
    def has_errors(self) -> bool:
        """Errors that came along with the stamps of packets sent."""
        return self._error_queue.has_errors

    def queued_errors(self) -> list[linux.QueuedError]:
        """ICMP errors about a datagram socket's echoes; on other sockets they are among the replies."""
        return self._error_queue.take_errors()
