"""Echoes over one wire: numbered and sealed on the way out, matched and checked on the way in."""

import socket
import time
from operator import getitem

from kontum_netcheck.net.icmp.burst import Burst
from kontum_netcheck.net.icmp.cohort import Cohort
from kontum_netcheck.net.icmp.outstanding import Outstanding
from kontum_netcheck.net.icmp.packets import (
    COOKIE_BYTES,
    ECHO_HEADER,
    SEALED_ECHO,
    meaning,
    parse_refusal,
)
from kontum_netcheck.net.icmp.series import IcmpError, Method
from kontum_netcheck.net.icmp.wire import Columns, Peer, Wire

_SHORTEST_NS, _SHORTEST_MS = 1, 1e-6  # for a reply that seems older than its echo: a neighbour on loopback
_SETTLE_NS = 10_000_000  # Linux begins to stamp a moment after it was asked to


class Line:
    """One wire and its outstanding echoes. Every packet costs the same, however many hosts there are."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ready_ns = time.perf_counter_ns() + _SETTLE_NS
        self._outstanding = Outstanding()
        self._shortest_timeout_ns = 1 << 62
        self._lengths_bytes: set[int] = set()  # of all echoes so far
        self._af = socket.AF_INET if wire.family.version == 4 else socket.AF_INET6

    def send(self, cohort: Cohort, allowance: int) -> tuple[int, OSError | None]:
        """Send the echo that a cohort is at, to at most so many: to how many it went, and what stopped us.

        Without an error there was no room: in our own queue, or among the sequence numbers.
        """
        first, number = cohort.place, cohort.number
        sequences = self._outstanding.take(min(allowance, cohort.left_count), time.perf_counter_ns())
        if sequences is None:
            return 0, None
        cohort.requests.renew(first, sequences, number)
        sent_ns, error = self.wire.send_some(cohort.load, first, len(sequences))
        if sent_ns:
            count = len(sent_ns)
            cohort.place += count
            cohort.last_sent_ns = sent_ns[-1]
            bursts = cohort.bursts[first : first + count]
            self._outstanding.put(sequences[:count], bursts, number, cohort.seals(first, count), sent_ns)
            self._lengths_bytes.add(cohort.requests.length_bytes)
            self._shortest_timeout_ns = min(self._shortest_timeout_ns, cohort.timeout_ns)
        if self.wire.has_errors:
            self._queued_refusals()
        return len(sent_ns), None if isinstance(error, BlockingIOError) else error

    def receive(self) -> int:
        """Match what came in: how many packets that was."""
        batch = self.wire.receive()
        if not batch:  # the socket woke us for something: perhaps for its error queue
            self._queued_refusals()
            return 0
        columns = batch.columns()
        if columns is None or not self._book(columns):
            reply_type = bytes((self.wire.family.echo_reply,))
            for message, peer, received_ns in batch.arrivals():
                if message[:1] == reply_type:
                    self._reply(message, peer, received_ns)
                else:
                    self._refusal(message, peer)
        return len(batch)

    def _book(self, columns: Columns) -> bool:
        """Book replies all at once; False where one of them is not simply the first and timely answer."""
        sequences, table = columns.sequences, self._outstanding
        known = [table.bursts[sequence] for sequence in sequences]
        bursts = [burst for burst in known if burst is not None]
        numbers = [table.numbers[sequence] for sequence in sequences]
        if (
            len(bursts) != len(known)
            or len(set(sequences)) != len(sequences)
            or columns.seals != [table.seals[sequence] for sequence in sequences]
            or columns.peers != [burst.peer for burst in bursts]
            or not self._are_as_long_as(bursts, columns.length_bytes)
        ):
            return False
        rtts_ms = [burst.rtts_ms for burst in bursts]
        if any(map(getitem, rtts_ms, numbers)):
            return False
        rtts_ns = [
            received_ns - table.sent_ns[sequence]
            for received_ns, sequence in zip(columns.received_ns, sequences, strict=True)
        ]
        if max(rtts_ns) > self._shortest_timeout_ns:
            return False
        for of_burst, number, rtt_ns in zip(rtts_ms, numbers, rtts_ns, strict=True):
            of_burst[number] = rtt_ns / 1e6 if rtt_ns > 0 else _SHORTEST_MS
        return True

    def _are_as_long_as(self, bursts: list[Burst], length_bytes: int) -> bool:
        """Whether these replies are as long as what was sent to them."""
        if self._lengths_bytes == {length_bytes}:
            return True
        return all(ECHO_HEADER.size + burst.plan.payload_bytes == length_bytes for burst in bursts)

    def _reply(self, message: bytes, peer: Peer, received_ns: int) -> None:
        """Book one reply to its burst, if it is ours, and what its burst waits for."""
        if len(message) < SEALED_ECHO.size:
            return
        _, _, _, identifier, sequence, cookie, claimed = SEALED_ECHO.unpack_from(message)
        burst, number = self._outstanding.bursts[sequence], self._outstanding.numbers[sequence]
        if burst is None or burst.closed or identifier != self.wire.identifier:
            return
        is_sealed = cookie == burst.cookie and claimed == number
        if peer != burst.peer or not is_sealed or message[SEALED_ECHO.size :] != bytes(burst.padding_bytes):
            burst.foreign_count += 1
        else:
            burst.answered(number, max(_SHORTEST_NS, received_ns - self._outstanding.sent_ns[sequence]))

    def _refusal(self, message: bytes, peer: Peer) -> None:
        """Book an ICMP error to the burst whose echo it quotes."""
        refused = parse_refusal(self.wire.family, message)
        if refused is not None and refused.identifier == self.wire.identifier:
            self._refused(
                refused.sequence,
                refused.type,
                refused.code,
                socket.inet_ntop(self._af, refused.destination),
                refused.payload,
                reporter=self.wire.address_of(peer),
            )

    def _queued_refusals(self) -> None:
        """The same for the errors that Linux queues beside a datagram socket."""
        for error in self.wire.queued_errors():
            if len(error.echo) >= ECHO_HEADER.size:
                sequence = ECHO_HEADER.unpack_from(error.echo)[4]
                payload = error.echo[ECHO_HEADER.size :]
                self._refused(
                    sequence, error.type, error.code, error.destination, payload, reporter=error.reporter
                )

    def _refused(
        self, sequence: int, icmp_type: int, code: int, destination: str, payload: bytes, *, reporter: str
    ) -> None:
        burst: Burst | None = self._outstanding.bursts[sequence]
        if burst is None or burst.closed:
            return
        quoted_bytes = min(len(payload), COOKIE_BYTES)  # routers may quote no more than the header
        is_ours = payload[:quoted_bytes] == burst.cookie[:quoted_bytes]
        is_same = destination == burst.address.partition("%")[0] or self.wire.method is Method.LAB_UDP
        if is_same and is_ours:
            cause, text = meaning(self.wire.family, icmp_type, code)
            burst.refused(self._outstanding.numbers[sequence], IcmpError(cause, text, reporter))
