"""How does a call sound: calls an echo, and listens to what comes back."""

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.asking import failure_of_asking
from kontum_netcheck.net.sip.call import Broken, Call, HungUp
from kontum_netcheck.net.sip.clearing import to_the_end
from kontum_netcheck.net.sip.engine import Line, Metrics, NotOpened
from kontum_netcheck.net.sip.measured import line_of, server_of
from kontum_netcheck.net.sip.media import MediaSocket
from kontum_netcheck.net.sip.message import Response
from kontum_netcheck.net.sip.outcome import failure_of_result, refused_credentials, result_of_status
from kontum_netcheck.net.sip.ring import OnProgress
from kontum_netcheck.net.sip.sdp import offer, read_media
from kontum_netcheck.net.sip.speech import EchoTrial
from kontum_netcheck.net.sip.transaction import Arrived

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_STRAGGLERS_S = 1.0
"""How long is waited for what is still on its way: people call that a broken line."""


async def voice(
    network: "Network",
    account: Account,
    number: str,
    *,
    seconds: float = 10.0,
    timeout_s: float = 30.0,
    on_progress: OnProgress = lambda _: None,
) -> Measurement:
    """Call a number that sends back what it hears (`answer`, or a switch's echo), and hang up after `seconds`.

    `loss_pct`, `jitter_ms` (RFC 3550, A.8) and `rtt_avg_ms` are there and back; `mos` is the E-model's (G.107).
    `timeout_s` is until somebody answers. Cancelled, it clears the call, for 5 s at most. Raises ValueError where
    that is no number, CannotMeasure where the fault is ours.
    """
    number_uri = account.number_uri(number)
    metrics: Metrics = {"method": "sip"}
    try:
        async with network.sip.open(account, timeout_s, metrics, drop=False) as line:
            trial = _VoiceTrial(line, number_uri, metrics, on_progress)
            try:
                failure = await trial.run(seconds, timeout_s)
            finally:
                await to_the_end(trial.close())
    except NotOpened as error:
        failure = error.failure
    except OSError as error:
        failure = failure_of(error, Stage.REQUEST)
    return Measurement(metrics, failure)


class _VoiceTrial:
    """One call to an echo; `metrics` is filled as it goes."""

    def __init__(self, line: Line, number_uri: str, metrics: Metrics, on_progress: OnProgress) -> None:
        self._line = line
        self._metrics = metrics
        self._on_progress = on_progress
        self._media = MediaSocket(line.channel.own.host, lambda _packet, _came_s: None)
        body = offer(self._media.host, self._media.port, secrets.randbits(31))
        self._call = Call(line, number_uri, body)

    async def run(self, seconds: float, timeout_s: float) -> Failure | None:
        """Call, speak, listen; why it is no good call, or None."""
        self._call.start()
        self._tell()
        try:
            async with asyncio.timeout(timeout_s):
                answered = await self._answered(timeout_s)
        except TimeoutError:
            return self._result("no_answer", f"not answered in {timeout_s:g} s")
        if isinstance(answered, Failure):
            return answered
        self._tell(result="answered")
        media = read_media(answered.body)
        if media is None:
            return Failure(Stage.REPLY, Cause.BAD_REPLY, "the answer names no address for speech")
        self._media.talk_to(media, self._line.channel.peer.host)
        return await self._speak(EchoTrial(seconds, media.payload_type))

    async def close(self) -> None:
        """Clear the call."""
        try:
            await self._call.clear()
        finally:
            self._media.close()

    async def _answered(self, timeout_s: float) -> Response | Failure:
        while True:
            match await self._call.next():
                case Broken(error):
                    return failure_of_asking(error, timeout_s)
                case Arrived(response):
                    self._tell(status=response.status, **server_of(response))
                    if 200 <= response.status < 300:
                        return response
                    if response.is_final:
                        return self._refused(response)

    def _refused(self, response: Response) -> Failure:
        refused = refused_credentials(response, self._call.gave_credentials)
        if refused is None:
            refused = self._result(result_of_status(response.status), line_of(response))
        assert refused is not None
        return refused

    async def _speak(self, trial: EchoTrial) -> Failure | None:
        self._media.on_packet = trial.take
        speaking = asyncio.create_task(self._media.send_frames(trial.frames(), trial.sent))
        ending = asyncio.create_task(self._hung_up())
        try:
            await asyncio.wait({speaking, ending}, return_when=asyncio.FIRST_COMPLETED)
            if speaking.done():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(trial.whole.wait(), _STRAGGLERS_S)
        finally:
            for task in (speaking, ending):
                task.cancel()
            await asyncio.gather(speaking, ending, return_exceptions=True)
            self._tell(**trial.metrics())
        if not self._metrics["received_count"]:
            return Failure(Stage.TRANSFER, Cause.TIMEOUT, "none of our sound came back")
        if not speaking.done() or speaking.cancelled():
            return Failure(Stage.TRANSFER, Cause.CLOSED, "the other side hung up")
        return None

    async def _hung_up(self) -> None:
        while not isinstance(await self._call.next(), HungUp):
            pass

    def _result(self, result: str, detail: str) -> Failure | None:
        self._tell(result=result)
        return failure_of_result(result, detail)

    def _tell(self, **metrics: MetricValue) -> None:
        self._metrics |= {**metrics, "retransmit_count": self._call.retransmit_count}
        self._on_progress(dict(self._metrics))
