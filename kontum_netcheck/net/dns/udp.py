"""One UDP socket for many questions: answers are matched by id, server address and question."""

import asyncio
import secrets
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from kontum_netcheck.net.dns.kernel import (
    ANCILLARY_BYTES,
    AncillaryData,
    arrival,
    dropped_count,
    keep_refusals,
    read_refusals,
    stamp_arrivals,
)
from kontum_netcheck.net.dns.question import Question, id_of
from kontum_netcheck.net.lateness import Heartbeat

Server = tuple[str, int]  # address without scope, port

_BUFFER_BYTES = 4 * 1024 * 1024  # the kernel grants what it allows
_MESSAGE_BYTES = 4096  # we ask for at most 1,232
_KINDS_MAX_COUNT = 8
_AT_A_TIME_COUNT = 256  # packets read before others get their turn


class NoAnswer(Exception):
    """The time is over; its text tells of packets that came and were no answer."""


class AnswersDropped(Exception):
    """The time is over, and meanwhile our own socket had no room for what came: nobody knows whose fault it is."""


class Datagram(NamedTuple):
    """An answering message, and the time from question to answer."""

    wire: bytes
    took_ms: float
    late_s: float  # up to that much of the time may be our own lateness


@dataclass(eq=False, slots=True)
class _Pending:
    """A question that is out."""

    question: Question
    server: Server
    timeout_s: float
    future: "asyncio.Future[Datagram]"
    sent_at: float = 0.0
    sending_s: float = 0.0
    strays: Counter[str] = field(default_factory=Counter)
    unasked_before: int = 0
    dropped_before: int = 0

    def stray(self, kind: str) -> None:
        """Count a packet that is no answer; of a flood of kinds only some are kept."""
        if kind in self.strays or len(self.strays) < _KINDS_MAX_COUNT:
            self.strays[kind] += 1


class UdpSocket:
    """Asks over one unconnected socket. Port and ids are random; a wrong packet is counted and ignored.

    Raises OSError from its constructor where there is no socket or no such source address.
    """

    def __init__(self, family: socket.AddressFamily, source: tuple[object, ...], heart: Heartbeat) -> None:
        self._heart = heart
        self._loop = asyncio.get_running_loop()
        self._pending: dict[int, _Pending] = {}
        self._unasked: Counter[Server] = (
            Counter()
        )  # packets from servers that we asked, to no question of ours
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            stamp_arrivals(self._socket)
            keep_refusals(self._socket)
            self._socket.bind(source)
            self._loop.add_reader(self._socket, self._read)
        except BaseException:
            self._socket.close()
            raise

    async def ask(self, question: Question, sockaddr: tuple[object, ...], timeout_s: float) -> Datagram:
        """The answering message and its time.

        Raises NoAnswer or AnswersDropped after timeout_s, and OSError where the network refuses.
        """
        message_id = self._free_id()
        server = (str(sockaddr[0]), int(str(sockaddr[1])))
        future: asyncio.Future[Datagram] = self._loop.create_future()
        pending = _Pending(
            question,
            server,
            timeout_s,
            future,
            unasked_before=self._unasked.setdefault(server, 0),
            dropped_before=dropped_count(self._socket),
        )
        self._pending[message_id] = pending
        timer = self._loop.call_later(timeout_s, self._expire, pending)
        try:
            self._send(question.to_wire(message_id), sockaddr, pending)
            return await future
        finally:
            timer.cancel()
            self._pending.pop(message_id, None)

    def close(self) -> None:
        """Close the socket; whoever still waits is cancelled."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        for pending in self._pending.values():
            pending.future.cancel()

    def _free_id(self) -> int:
        if len(self._pending) > 32768:
            raise OSError("too many questions are out on this socket")
        while (message_id := secrets.randbits(16)) in self._pending:
            pass
        return message_id

    def _send(self, wire: bytes, sockaddr: tuple[object, ...], pending: _Pending) -> None:
        """Send; an error that the socket still holds of another question's packet is not ours."""
        while True:
            try:
                pending.sent_at = time.perf_counter()
                self._socket.sendto(wire, sockaddr)
                pending.sending_s = time.perf_counter() - pending.sent_at
                return
            except OSError:
                if not self._read_refusals():
                    raise

    def _read(self) -> None:
        """Take what has come."""
        for _ in range(_AT_A_TIME_COUNT):
            try:
                wire, ancillary, server = self._receive()
            except BlockingIOError:
                return
            except OSError:  # about a packet that we sent; the error queue says which
                self._read_refusals()
                continue
            self._match(wire, (str(server[0]), int(str(server[1]))), arrival(ancillary))

    def _receive(self) -> tuple[bytes, AncillaryData, tuple[object, ...]]:
        if hasattr(self._socket, "recvmsg"):
            wire, ancillary, _, server = self._socket.recvmsg(_MESSAGE_BYTES, ANCILLARY_BYTES)
            return wire, ancillary, server
        wire, server = self._socket.recvfrom(_MESSAGE_BYTES)
        return wire, [], server

    def _match(self, wire: bytes, server: Server, came_at: float | None) -> None:
        """Give the message to the question that it answers, or count it as a stray."""
        message_id = id_of(wire)
        pending = self._pending.get(message_id) if message_id is not None else None
        if pending is None or pending.future.done():
            if server in self._unasked:
                self._unasked[server] += 1
        elif server != pending.server:
            pending.stray(f"from another address ({server[0]} port {server[1]})")
        elif not pending.question.is_answered_by(wire):
            pending.stray("to another question")
        else:
            self._settle(pending, wire, came_at)

    def _settle(self, pending: _Pending, wire: bytes, came_at: float | None) -> None:
        """The answer, unless it came too late. Where nobody stamped it, what may be our lateness is forgiven."""
        late_s = self._heart.late_s() if came_at is None else 0.0
        took_s = (time.perf_counter() if came_at is None else came_at) - pending.sent_at
        if took_s - late_s <= pending.timeout_s:
            late_s += min(pending.sending_s, max(0.0, took_s))
            pending.future.set_result(Datagram(wire, max(0.0, took_s) * 1000, late_s))

    def _read_refusals(self) -> bool:
        """Hand ICMP errors to the questions that they are about; whether there were any."""
        refusals = read_refusals(self._socket)
        for refused in refusals:
            message_id = id_of(refused.quoted)
            about = (
                [self._pending.get(message_id)] if message_id is not None else list(self._pending.values())
            )
            for pending in about:
                if pending is not None and pending.server == refused.server and not pending.future.done():
                    pending.future.set_exception(refused.error)
        return bool(refusals)

    def _expire(self, pending: _Pending) -> None:
        """The time is over, unless the answer lies unread in the socket because we were late."""
        self._read()
        if pending.future.done():
            return
        if dropped := dropped_count(self._socket) - pending.dropped_before:
            pending.future.set_exception(
                AnswersDropped(f"{dropped} packets dropped before we could read them")
            )
            return
        unasked_count = self._unasked[pending.server] - pending.unasked_before
        strays = pending.strays + Counter({"to nothing that was asked": unasked_count})
        kinds = [f"{count} {kind}" for kind, count in strays.most_common(4)]
        pending.future.set_exception(NoAnswer("packets ignored: " + ", ".join(kinds) if kinds else ""))
