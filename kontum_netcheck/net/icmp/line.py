"""Echoes over one wire: numbered and sealed on the way out, matched and checked on the way in."""

import socket
import time
from collections import Counter
from collections.abc import Callable
from operator import getitem, setitem, sub
from typing import Any

from kontum_netcheck.net.icmp.burst import Burst
from kontum_netcheck.net.icmp.cohort import Cohort
from kontum_netcheck.net.icmp.outstanding import Outstanding, columns_of
from kontum_netcheck.net.icmp.packets import (
    COOKIE_BYTES,
    ECHO_HEADER,
    SEALED_ECHO,
    meaning,
    parse_refusal,
)
from kontum_netcheck.net.icmp.series import IcmpError, Method
from kontum_netcheck.net.icmp.wire import Columns, Peer, Wire

_SHORTEST_NS = 1  # for a reply that seems older than its echo: a neighbour on loopback
_MISSING_MAX = 1 << 17  # bursts; beyond that their stragglers are not told any more
_NOTHING_MISSING: tuple[str, Peer, set[int]] = ("", None, set())
_SETTLE_NS = 10_000_000  # Linux begins to stamp a moment after it was asked to


class Line:
    """One wire and its outstanding echoes. Every packet costs the same, however many hosts there are."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ready_ns = time.perf_counter_ns() + _SETTLE_NS
        self._outstanding = Outstanding()
        self._shortest_timeout_ns = 1 << 62
        self._lengths_bytes: set[int] = set()  # of all echoes so far
        self._missing: dict[bytes, tuple[str, Peer, set[int]]] = {}  # by cookie, of bursts that were closed
        self.straggler_counts: Counter[str] = Counter()  # by address: replies to bursts that were closed
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
            self._outstanding.put(sequences[:count], cohort, first, sent_ns)
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
        of_these = columns_of(sequences)
        if (
            columns.seals != list(of_these(table.seals))
            or columns.peers != b"".join(of_these(table.peers))
            or len(set(sequences)) != len(sequences)
            or not self._are_as_long_as(of_these, columns.length_bytes)
        ):
            return False
        rtts_ns, numbers = of_these(table.rtts_ns), of_these(table.numbers)
        if any(map(getitem, rtts_ns, numbers)):
            return False
        took_ns = list(map(sub, columns.received_ns, of_these(table.sent_ns)))
        if max(took_ns) > self._shortest_timeout_ns:
            return False
        if min(took_ns) < _SHORTEST_NS:
            took_ns = [rtt_ns if rtt_ns > 0 else _SHORTEST_NS for rtt_ns in took_ns]
        any(map(setitem, rtts_ns, numbers, took_ns))  # no setitem says anything: all are called
        return True

    def _are_as_long_as(self, of_these: Callable[[list[Any]], tuple[Any, ...]], length_bytes: int) -> bool:
        """Whether these replies are as long as what was sent to them."""
        if self._lengths_bytes == {length_bytes}:
            return True
        bursts = of_these(self._outstanding.bursts)
        return all(ECHO_HEADER.size + burst.plan.payload_bytes == length_bytes for burst in bursts)

    def _reply(self, message: bytes, peer: Peer, received_ns: int) -> None:
        """Book one reply to its burst, if it is ours."""
        if len(message) < SEALED_ECHO.size:
            return
        _, _, _, identifier, sequence, cookie, claimed = SEALED_ECHO.unpack_from(message)
        if identifier != self.wire.identifier:
            return
        burst, number = self._outstanding.bursts[sequence], self._outstanding.numbers[sequence]
        is_sealed = burst is not None and cookie == burst.cookie and claimed == number
        if burst is None or burst.closed or not (is_sealed or peer == burst.peer):
            self._straggler(cookie, claimed, peer)
        elif peer != burst.peer or not is_sealed or message[SEALED_ECHO.size :] != bytes(burst.padding_bytes):
            burst.foreign_count += 1
        else:
            burst.answered(number, max(_SHORTEST_NS, received_ns - self._outstanding.sent_ns[sequence]))

    def expect_stragglers(self, burst: Burst) -> None:
        """A burst was closed while replies were missing: they may still come, later than late."""
        missing = {
            number
            for number, rtt_ns in enumerate(burst.rtts_ns)
            if rtt_ns is None and number not in burst.late and number not in burst.errors
        }
        if missing and len(self._missing) < _MISSING_MAX:
            self._missing[burst.cookie] = burst.address, burst.peer, missing

    def _straggler(self, cookie: bytes, number: int, peer: Peer) -> None:
        """Count a reply that came when its burst was closed, or its number already another echo's."""
        address, expected_peer, missing = self._missing.get(cookie, _NOTHING_MISSING)
        if peer == expected_peer and number in missing:
            missing.remove(number)
            self.straggler_counts[address] += 1

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
