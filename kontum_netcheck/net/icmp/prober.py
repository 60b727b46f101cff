"""Single echoes of any size and reach to one address, through a socket of their own: what a path is found by."""

import asyncio
import errno
import secrets
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.icmp.linux import QueuedError
from kontum_netcheck.net.icmp.packets import (
    COOKIE_BYTES,
    ECHO_HEADER,
    IPV4,
    SEALED_ECHO,
    is_time_exceeded,
    meaning,
    parse_refusal,
)
from kontum_netcheck.net.icmp.requests import EchoRequests
from kontum_netcheck.net.icmp.wire import Peer, Wire

_PROBES_MAX = 512
_BATCHES_MAX = 16
# linux/in.h, linux/in6.h; the socket module of older Pythons lacks them
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER, _PMTUDISC_PROBE = 10, 23, 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered a probe, after how long; where it was an error, what it means."""

    address: str
    rtt_ms: float
    is_reply: bool
    is_on_the_way: bool = False  # a router where the probe's time to live ended
    cause: Cause | None = None
    mtu_bytes: int = 0  # that a router told


class Prober:
    """Sends numbered probes, collects their answers by number. Belongs to the running event loop; close it."""

    def __init__(self, wire: Wire, address: str) -> None:
        self.wire = wire
        self.address = address
        self.ip_header_bytes = 20 if wire.family is IPV4 else 40
        self.answers: dict[int, Answer] = {}
        self._peer: Peer = wire.peer(address)
        self._bare_address = address.partition("%")[0]
        self._cookie = secrets.token_bytes(COOKIE_BYTES)
        self._sent_ns: list[int] = []
        self._sizes: list[int] = []
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(wire.sock, self._read)

    def send(self, *, size_bytes: int, hops_max: int | None = None) -> int | Failure | None:
        """Send an IP packet of that size that may pass so many hops (None: the system's default).

        Its number; None for a packet that is too large for this machine's own link, or one too many; a Failure
        where there is no route. Raises CannotMeasure where that is our fault.
        """
        number = len(self._sent_ns)
        if number >= _PROBES_MAX:
            return None
        payload_bytes = size_bytes - self.ip_header_bytes - ECHO_HEADER.size
        requests = EchoRequests(self.wire.family, self.wire.identifier, [self._cookie], payload_bytes)
        requests.renew(0, range(number, number + 1), number)
        if hops_max is not None:
            self._set_hops(hops_max)
        sent_ns, error = self.wire.send_some(self.wire.load(requests, [self._peer]), 0, 1)
        if error is not None and error.errno in (errno.EMSGSIZE, errno.EAGAIN, errno.ENOBUFS):
            return None
        if error is not None:
            return failure_of(error, Stage.REQUEST)
        self._sent_ns += sent_ns
        self._sizes.append(requests.length_bytes)
        self._read()  # what was fetched along with the stamp would wake nobody
        return number

    def forbid_fragments(self) -> bool:
        """From now on no probe is cut into pieces, here or on the way. False where this system can't."""
        if sys.platform != "linux":
            return False
        level, option = (
            (socket.IPPROTO_IP, _IP_MTU_DISCOVER)
            if self.wire.family is IPV4
            else (socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER)
        )
        self.wire.sock.setsockopt(level, option, _PMTUDISC_PROBE)
        return True

    async def wait(self, is_enough: Callable[[], bool], timeout_s: float) -> None:
        """Until the answers are enough, or the time is over."""
        try:
            async with asyncio.timeout(timeout_s):
                while not is_enough():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pass

    def close(self) -> None:
        """Let go of the socket."""
        self._loop.remove_reader(self.wire.sock)
        self.wire.close()

    def _set_hops(self, hops_max: int) -> None:
        if self.wire.family is IPV4:
            self.wire.sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops_max)
        else:
            self.wire.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops_max)

    def _read(self) -> None:
        for _ in range(_BATCHES_MAX):
            batch = self.wire.receive()
            for message, peer, received_ns in batch.arrivals():
                if message[:1] == bytes((self.wire.family.echo_reply,)):
                    self._reply(message, peer, received_ns)
                else:
                    self._refusal(message, peer, received_ns)
            if not batch:
                break
        for error in self.wire.queued_errors():
            self._queued(error)
        self._changed.set()

    def _reply(self, message: bytes, peer: Peer, received_ns: int) -> None:
        if len(message) < SEALED_ECHO.size or peer != self._peer:
            return
        _, _, _, identifier, sequence, cookie, number = SEALED_ECHO.unpack_from(message)
        is_ours = (identifier, cookie, number) == (self.wire.identifier, self._cookie, sequence)
        if is_ours and number < len(self._sizes) and len(message) == self._sizes[number]:
            self._answered(number, Answer(self._bare_address, self._rtt_ms(number, received_ns), True))

    def _refusal(self, message: bytes, peer: Peer, received_ns: int) -> None:
        refused = parse_refusal(self.wire.family, message)
        if refused is None or refused.identifier != self.wire.identifier:
            return
        af = socket.AF_INET if self.wire.family is IPV4 else socket.AF_INET6
        if socket.inet_ntop(af, refused.destination) == self._bare_address:
            reporter = self.wire.address_of(peer)
            self._refused(
                refused.sequence, refused.type, refused.code, reporter, refused.mtu_bytes, received_ns
            )

    def _queued(self, error: QueuedError) -> None:
        if len(error.echo) < ECHO_HEADER.size or error.destination.partition("%")[0] != self._bare_address:
            return
        sequence = ECHO_HEADER.unpack_from(error.echo)[4]
        received_ns = self.wire.on_our_clock(error.stamp_ns) or time.perf_counter_ns()
        self._refused(sequence, error.type, error.code, error.reporter, error.mtu_bytes, received_ns)

    def _refused(
        self, number: int, icmp_type: int, code: int, reporter: str, mtu_bytes: int, received_ns: int
    ) -> None:
        if number < len(self._sent_ns):
            family = self.wire.family
            is_on_the_way = is_time_exceeded(family, icmp_type)
            cause = None if is_on_the_way else meaning(family, icmp_type, code)[0]
            rtt_ms = self._rtt_ms(number, received_ns)
            self._answered(number, Answer(reporter, rtt_ms, False, is_on_the_way, cause, mtu_bytes))

    def _answered(self, number: int, answer: Answer) -> None:
        self.answers.setdefault(number, answer)

    def _rtt_ms(self, number: int, received_ns: int) -> float:
        return max(1, received_ns - self._sent_ns[number]) / 1e6
