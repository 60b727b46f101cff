"""One request of ours until its final answer: repeated, waited for, acknowledged (RFC 3261, section 17.1)."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.net.sip.channel import Channel
from kontum_netcheck.net.sip.conversation import Outgoing
from kontum_netcheck.net.sip.message import Response
from kontum_netcheck.net.sip.timers import PATIENCE_S, T2_S, pauses_s

if TYPE_CHECKING:
    from kontum_netcheck.net.sip.switchboard import Switchboard

_KINDS_MAX_COUNT = 6


class NoAnswer(Exception):
    """The time is over; its text tells of messages that came and were no answer."""

    def __init__(self, text: str, retransmit_count: int) -> None:
        super().__init__(text)
        self.retransmit_count = retransmit_count


class AnswersDropped(Exception):
    """The time is over, and meanwhile our own socket had no room for what came: nobody knows whose fault it is."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer and the time from the first sending of its request, in ms."""

    response: Response
    took_ms: float
    late_ms: float  # up to that much of the time may be our own lateness


class Transaction:
    """A client transaction. `on_arrival` gets every answer once, in its order; `final` is done with the last one."""

    def __init__(
        self,
        board: "Switchboard",
        channel: Channel,
        request: Outgoing,
        *,
        timeout_s: float = PATIENCE_S,
        on_arrival: Callable[[Arrived], None] = lambda _: None,
        acknowledge: Callable[[Response], bytes] | None = None,
    ) -> None:
        self.request = request
        self.channel = channel
        self.retransmit_count = 0
        self.is_provisional = False  # somebody has said that it is being worked on
        self.final: asyncio.Future[Arrived] = asyncio.get_running_loop().create_future()
        self._board = board
        self._on_arrival = on_arrival
        self._acknowledge = acknowledge  # writes the ACK of a refusal; None: it is no INVITE
        self._timeout_s = min(timeout_s, PATIENCE_S)
        self._strays: Counter[str] = Counter()
        self._pauses_s = pauses_s(request.method)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._dropped_before = channel.dropped_count
        self._sent_s = self._sending_s = 0.0

    def start(self) -> None:
        """Send it for the first time; where the network refuses at once, it has failed."""
        self._board.add(self)
        self._sent_s = time.perf_counter()
        try:
            self.channel.send(self.request.wire)
        except OSError as error:
            self.fail(error)
            return
        self._sending_s = time.perf_counter() - self._sent_s
        self._after("give up", self._timeout_s, self._expire)
        if not self.channel.is_reliable:
            self._after("repeat", next(self._pauses_s), self._repeat)

    async def answer(self) -> Arrived:
        """Send it and wait for the final answer. Raises NoAnswer, AnswersDropped, OSError, EOFError."""
        try:
            self.start()
            return await self.final
        finally:
            self.end()

    def end(self) -> None:
        """Stop all timers and listen no more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._board.remove(self)
        if not self.final.done():
            self.final.cancel()
        elif not self.final.cancelled():
            self.final.exception()  # whoever wanted it has it

    def arrived(self, response: Response, came_s: float | None) -> None:
        """An answer to this request; `came_s` by the kernel's clock, or None."""
        late_s = self._board.late_s() if came_s is None else 0.0
        took_s = (time.perf_counter() if came_s is None else came_s) - self._sent_s
        late_s += min(self._sending_s, max(0.0, took_s))
        arrived = Arrived(response, max(0.0, took_s) * 1000, late_s * 1000)
        if response.is_final and self._acknowledge is not None and response.status >= 300:
            self.send_again(self._acknowledge(response))  # for every repetition, too
        if self.final.done():
            if self._acknowledge is None or not 200 <= response.status < 300:
                return  # of an INVITE, every 2xx is somebody who has answered (section 13.2.2.4)
        elif response.is_final:
            self._stop()
            self.final.set_result(arrived)
        else:
            self._proceed()
        self._on_arrival(arrived)

    def fail(self, error: Exception) -> None:
        """The way to the server is broken."""
        if not self.final.done():
            self._stop()
            self.final.set_exception(error)

    def repeat_no_more(self) -> None:
        """We have given up; what still comes is listened to."""
        if (timer := self._timers.pop("repeat", None)) is not None:
            timer.cancel()

    def stray(self, kind: str) -> None:
        """Count a message that looks like an answer and is none; of a flood of kinds only some are kept."""
        if kind in self._strays or len(self._strays) < _KINDS_MAX_COUNT:
            self._strays[kind] += 1

    def send_again(self, wire: bytes) -> None:
        """Send what may be lost: what comes of it is seen by the answers."""
        with contextlib.suppress(OSError):
            self.channel.send(wire)

    def _proceed(self) -> None:
        """A provisional answer: an INVITE is repeated no more, anything else only every T2 (section 17.1.2.2)."""
        if self.is_provisional:
            return
        self.is_provisional = True
        if self._acknowledge is not None:
            self._stop()
        elif "repeat" in self._timers:
            self._after("repeat", T2_S, self._repeat)

    def _repeat(self) -> None:
        self.retransmit_count += 1
        self.send_again(self.request.wire)
        pause_s = T2_S if self.is_provisional else next(self._pauses_s)
        self._after("repeat", pause_s, self._repeat)

    def _expire(self) -> None:
        """The time is over, unless the answer lies unread because we were late."""
        self._board.look()
        if self.final.done() or (self.is_provisional and self._acknowledge is not None):
            return
        if dropped := self.channel.dropped_count - self._dropped_before:
            self.fail(AnswersDropped(f"{dropped} packets dropped before we could read them"))
            return
        kinds = [f"{count} {kind}" for kind, count in self._strays.most_common()]
        told = "messages ignored: " + ", ".join(kinds) if kinds else ""
        self.fail(NoAnswer(told, self.retransmit_count))

    def _after(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        if name in self._timers:
            self._timers[name].cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(delay_s, action)

    def _stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
