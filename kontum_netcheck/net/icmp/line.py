"""Echoes over one wire: numbered and sealed on the way out, matched and checked on the way in."""

import socket
import time

from kontum_netcheck.net.icmp.burst import Burst, Outstanding
from kontum_netcheck.net.icmp.packets import (
    COOKIE_BYTES,
    ECHO_HEADER,
    SEALED_ECHO,
    echo_request,
    meaning,
    parse_refusal,
)
from kontum_netcheck.net.icmp.series import IcmpError, Method
from kontum_netcheck.net.icmp.wire import Peer, Wire

_SETTLE_NS = 10_000_000  # Linux begins to stamp a moment after it was asked to


class Line:
    """One wire and its outstanding echoes. Every packet costs the same, however many hosts there are."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.ready_ns = time.perf_counter_ns() + _SETTLE_NS
        self._outstanding = Outstanding()
        self._af = socket.AF_INET if wire.family.version == 4 else socket.AF_INET6

    def send(self, bursts: list[Burst]) -> tuple[list[int], OSError | None]:
        """Send the next echo of each burst, in order: when each went, and what stopped us before the end.

        Without an error there was no room: in our own queue, or among the sequence numbers.
        """
        wire, outstanding = self.wire, self._outstanding
        now_ns = time.perf_counter_ns()
        sequences: list[int] = []
        echoes: list[tuple[bytes, Peer]] = []
        for burst in bursts:
            if (sequence := outstanding.free_sequence(now_ns)) is None:
                break
            packet = echo_request(
                wire.family,
                wire.identifier,
                sequence,
                burst.cookie,
                burst.sent_count,
                burst.padding,
                burst.payload_sum,
            )
            sequences.append(sequence)
            echoes.append((packet, burst.peer))
        sent, error = wire.send_many(echoes)
        for burst, sequence, sent_ns in zip(bursts, sequences, sent, strict=False):
            outstanding.put(sequence, (burst, burst.sent_count, sent_ns))
            burst.sent_count += 1
        return sent, None if isinstance(error, BlockingIOError) else error

    def receive(self) -> tuple[int, list[Burst]]:
        """Match what came in: how many packets that was, and the bursts that wait for nothing more."""
        arrivals = self.wire.receive()
        resolved: list[Burst] = []
        reply_type = bytes((self.wire.family.echo_reply,))
        for message, peer, received_ns in arrivals:
            if message[:1] == reply_type:
                burst = self._reply(message, peer, received_ns)
            else:
                burst = self._refusal(message, peer)
            if burst is not None and not burst.unresolved_count:
                resolved.append(burst)
        if not arrivals:  # the socket woke us for something: perhaps for its error queue
            resolved += [burst for burst in self._queued_refusals() if not burst.unresolved_count]
        return len(arrivals), resolved

    def _reply(self, message: bytes, peer: Peer, received_ns: int) -> Burst | None:
        """Book a reply to its burst. None where it is not ours, or refused."""
        if len(message) < SEALED_ECHO.size:
            return None
        _, _, _, identifier, sequence, cookie, claimed = SEALED_ECHO.unpack_from(message)
        echo = self._outstanding.get(sequence)
        if echo is None or identifier != self.wire.identifier:
            return None
        burst, number, sent_ns = echo
        if burst.closed:
            return None
        is_sealed = cookie == burst.cookie and claimed == number
        if peer != burst.peer or not is_sealed or message[SEALED_ECHO.size :] != burst.padding:
            burst.foreign_count += 1
            return None
        burst.answered(number, max(1, received_ns - sent_ns))
        return burst

    def _refusal(self, message: bytes, peer: Peer) -> Burst | None:
        """Book an ICMP error to the burst whose echo it quotes."""
        refused = parse_refusal(self.wire.family, message)
        if refused is None or refused.identifier != self.wire.identifier:
            return None
        destination = socket.inet_ntop(self._af, refused.destination)
        return self._refused(
            refused.sequence,
            refused.type,
            refused.code,
            destination,
            refused.payload,
            reporter=self.wire.address_of(peer),
        )

    def _queued_refusals(self) -> list[Burst]:
        """The same for the errors that Linux queues beside a datagram socket."""
        bursts = []
        for error in self.wire.queued_errors():
            if len(error.echo) >= ECHO_HEADER.size:
                sequence = ECHO_HEADER.unpack_from(error.echo)[4]
                payload = error.echo[ECHO_HEADER.size :]
                burst = self._refused(
                    sequence, error.type, error.code, error.destination, payload, reporter=error.reporter
                )
                bursts += [burst] if burst else []
        return bursts

    def _refused(
        self, sequence: int, icmp_type: int, code: int, destination: str, payload: bytes, *, reporter: str
    ) -> Burst | None:
        echo = self._outstanding.get(sequence)
        if echo is None:
            return None
        burst, number, _ = echo
        quoted_bytes = min(len(payload), COOKIE_BYTES)  # routers may quote no more than the header
        is_ours = payload[:quoted_bytes] == burst.cookie[:quoted_bytes]
        is_same = destination == burst.bare_address or self.wire.method is Method.LAB_UDP
        if burst.closed or not is_same or not is_ours:
            return None
        cause, text = meaning(self.wire.family, icmp_type, code)
        burst.refused(number, IcmpError(cause, text, reporter))
        return burst
