"""Does a number ring: calls it, listens, and clears the call before anybody has to answer."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.asking import failure_of_asking
from kontum_netcheck.net.sip.call import Broken, Call, Event, HungUp
from kontum_netcheck.net.sip.clearing import to_the_end
from kontum_netcheck.net.sip.early_media import Ear
from kontum_netcheck.net.sip.engine import Line, Metrics, NotOpened
from kontum_netcheck.net.sip.measured import line_of, server_of
from kontum_netcheck.net.sip.media import MediaSocket
from kontum_netcheck.net.sip.message import Response
from kontum_netcheck.net.sip.outcome import (
    BY_TONE,
    failure_of_result,
    refused_credentials,
    result_of_status,
)
from kontum_netcheck.net.sip.sdp import offer, read_media
from kontum_netcheck.net.sip.transaction import Arrived
from kontum_netcheck.net.tones import Heard, Tone
from kontum_netcheck.net.tones.t30 import introduction

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_RINGING, _PROGRESS = 180, 183
_LISTEN_MORE_S = 6.0
"""A ring-back tone is 1 s in 5, and known 3 s after it began (ITU-T E.180; Viet Nam)."""
_LOUD_S = 1.0
_INTRODUCTION_S = 4.0
"""A fax machine introduces itself within that time after its CED (T.30: 75 ms, then DIS of up to 2 s)."""

OnProgress = Callable[[Mapping[str, MetricValue]], None]


async def ring(
    network: "Network",
    account: Account,
    number: str,
    *,
    ring_for_s: float = 6.0,
    timeout_s: float = 30.0,
    listen_s: float = 0.0,
    on_progress: OnProgress = lambda _: None,
) -> Measurement:
    """Call, let it ring for `ring_for_s`, and clear the call; an answered one after `listen_s` at the latest.

    `timeout_s` is until it rings at all. Sound is listened to before an answer and after: a tone may tell more
    than the status. `on_progress` gets all metrics so far whenever there is more. Cancelled, it clears the call,
    for 5 s at most. Raises ValueError where that is no number, CannotMeasure where the fault is ours.
    """
    number_uri = account.number_uri(number)
    metrics: Metrics = {"method": "sip"}
    try:
        async with network.sip.open(account, timeout_s, metrics, drop=False) as line:
            trial = _Trial(line, number_uri, metrics, on_progress)
            try:
                failure = await trial.run(ring_for_s, timeout_s, listen_s)
            finally:
                await to_the_end(trial.close())
    except NotOpened as error:
        failure = error.failure
    except OSError as error:
        failure = failure_of(error, Stage.REQUEST)
    return Measurement(metrics, failure)


class _Trial:
    """One call and what is known of it; `metrics` is filled as it goes."""

    def __init__(self, line: Line, number_uri: str, metrics: Metrics, on_progress: OnProgress) -> None:
        self._loop = asyncio.get_running_loop()
        self._line = line
        self._metrics = metrics
        self._on_progress = on_progress
        self._ear = Ear(lambda heard: self._call.tell(heard))
        self._media = MediaSocket(line.channel.own.host, self._ear.take)
        body = offer(self._media.host, self._media.port, secrets.randbits(31))
        self._call = Call(line, number_uri, body)
        self._talking: asyncio.Task[None] | None = None
        self._until_s = 0.0
        self._last: Response | None = None
        self._rings = self._is_answered = False

    async def run(self, ring_for_s: float, timeout_s: float, listen_s: float) -> Failure | None:
        """Call until it is known how it goes; why it is no good call, or None."""
        self._until_s = self._loop.time() + timeout_s
        self._call.start()
        self._tell(tone="none")
        while True:
            match await self._next():
                case None:
                    return self._time_is_over(timeout_s)
                case Broken(error):
                    return failure_of_asking(error, timeout_s)
                case HungUp():
                    return self._result(self._answered_result(), "")
                case Heard() as heard:
                    done = self._heard(heard, ring_for_s)
                case Arrived(response) if response.status < 200:
                    done = self._progress(response, ring_for_s)
                case Arrived(response) if response.status < 300:
                    done = self._answered(response, listen_s)
                case Arrived(response):
                    return self._refused(response)
            if done is not None:
                return self._result(done, self._said())

    async def close(self) -> None:
        """Clear the call, and be silent."""
        if self._talking is not None:
            self._talking.cancel()
            await asyncio.gather(self._talking, return_exceptions=True)
        try:
            await self._call.clear()
        finally:
            self._media.close()

    async def _next(self) -> Event | None:
        """What happens next; None: the time is over, and nothing lies unread because we were late."""
        try:
            async with asyncio.timeout_at(self._until_s):
                return await self._call.next()
        except TimeoutError:
            self._line.board.look()
            self._media.look()
            return self._call.next_at_once()

    def _progress(self, response: Response, ring_for_s: float) -> str | None:
        """180 rings. 183 without sound rings, too; with sound, its sound must say so: it may be an announcement."""
        self._note(response)
        has_sound = self._listen_to(response)
        is_ringing = response.status == _RINGING or (response.status == _PROGRESS and not has_sound)
        if is_ringing and self._talking is not None and response.status == _PROGRESS:
            is_ringing = False  # a second 183 without SDP, of a call whose sound is there already
        if is_ringing:
            self._ring(ring_for_s)
        elif has_sound and not self._rings:
            self._until_s = min(self._until_s, self._loop.time() + ring_for_s + _LISTEN_MORE_S)
        return None

    def _heard(self, heard: Heard, ring_for_s: float) -> str | None:
        self._tell(tone=heard.tone.value)
        if heard.tone is Tone.RING_BACK and not self._is_answered:
            self._ring(ring_for_s, ago_s=heard.known_s - heard.since_s)
            return None
        if heard.tone in (Tone.CED, Tone.V21) and self._is_answered:
            if self._introduced():
                return "fax_answered"
            self._until_s = min(self._until_s, self._loop.time() + _INTRODUCTION_S)
            return None
        return BY_TONE.get(heard.tone)

    def _ring(self, ring_for_s: float, ago_s: float = 0.0) -> None:
        """It rings; a tone began some time before it was recognized."""
        if not self._rings:
            self._rings = True
            self._until_s = self._loop.time() + ring_for_s
            self._tell(wait_ms=max(0.0, self._since_invite_ms() - ago_s * 1000), result="ring")

    def _answered(self, response: Response, listen_s: float) -> str | None:
        if self._is_answered:  # another end of a forked call
            return None
        self._is_answered = True
        self._note(response)
        self._listen_to(response)
        self._tell(result="answered")
        if "wait_ms" not in self._metrics:
            self._tell(wait_ms=self._since_invite_ms())
        self._until_s = self._loop.time() + listen_s
        return None if listen_s > 0 else "answered"

    def _refused(self, response: Response) -> Failure | None:
        self._note(response)
        failure = refused_credentials(response, self._call.gave_credentials)
        if failure is not None:
            return failure
        return self._result(result_of_status(response.status), line_of(response))

    def _time_is_over(self, timeout_s: float) -> Failure | None:
        if self._is_answered:
            return self._result(self._answered_result(), "")
        if self._rings:
            return self._result("ring", "")
        if self._last is None:
            self._call.give_up()
            return Failure(Stage.REPLY, Cause.TIMEOUT, f"no answer in {timeout_s:g} s")
        return self._result("no_answer", self._said())

    def _answered_result(self) -> str:
        """What an answered call turned out to be: a fax that was heard, or a telephone."""
        if self._introduced():
            return "fax_answered"
        heard = {each.tone for each in self._ear.all_heard()}
        return "fax_tone" if heard & {Tone.CED, Tone.V21} else "answered"

    def _said(self) -> str:
        """The last answer, and what was heard."""
        said = "" if self._last is None else line_of(self._last)
        if self._ear.tone is not Tone.NONE:
            return f"{said}, tone: {self._ear.tone.value}"
        return f"{said}, sound without a ring-back tone" if self._ear.loud_s > _LOUD_S else said

    def _introduced(self) -> bool:
        """Whether a fax machine has said what it can; its number and speed become metrics."""
        said = introduction(self._ear.frames)
        if said.csi:
            self._tell(csi=said.csi)
        if said.capabilities is not None and (speed := said.capabilities.fastest_bit_per_s) is not None:
            self._tell(fax_speed_bit_per_s=speed)
        return said.capabilities is not None

    def _listen_to(self, response: Response) -> bool:
        """Take part in the sound that an answer speaks of; whether it speaks of any."""
        media = read_media(response.body) if response.body else None
        if media is None:
            return False
        self._media.talk_to(media, self._line.channel.peer.host)
        if self._talking is None:
            self._talking = asyncio.create_task(self._media.send_frames(self._media.silence()))
        return True

    def _note(self, response: Response) -> None:
        self._last = response
        self._tell(status=response.status, **server_of(response))

    def _result(self, result: str, detail: str) -> Failure | None:
        self._tell(result=result)
        return failure_of_result(result, detail)

    def _tell(self, **metrics: MetricValue) -> None:
        self._metrics |= {**metrics, "retransmit_count": self._call.retransmit_count}
        self._on_progress(dict(self._metrics))

    def _since_invite_ms(self) -> float:
        assert self._call.invited_at is not None
        return (self._loop.time() - self._call.invited_at) * 1000
