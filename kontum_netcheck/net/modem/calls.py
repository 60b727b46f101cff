"""Dial tone without a call, and a call to a phone line."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kontum_netcheck.model import (
    CannotMeasure,
    Cause,
    Failure,
    Measurement,
    MetricValue,
    Stage,
    message,
)
from kontum_netcheck.net.modem.dialling import wake
from kontum_netcheck.net.modem.line import Code, Line, Reply, TimeOver
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.ports import PortFault, Trouble

METHOD: Mapping[str, MetricValue] = MappingProxyType({"method": "modem"})
_RINGING = frozenset({"RINGING", "RING BACK", "RINGBACK"})
"""What some modems say at each ring (U.S. Robotics); V.250 doesn't know it."""

_RESULTS = {
    Code.BUSY: ("busy", Cause.BUSY),
    Code.NO_ANSWER: ("no_answer", Cause.NO_ANSWER),
    Code.NO_CARRIER: ("no_carrier", Cause.NO_ANSWER),
}


def dial_tone(line: Line, patience: Patience) -> Measurement:
    """Lift the handset, listen, put it down: `W` waits for a dial tone, `;` comes back without having dialled.

    V.250, 6.3.1.3 and 6.3.1.6. W listens also where the modem is set to dial blindly (Silicon Labs AN93).
    """
    wake(line, patience)
    started_s = time.perf_counter()
    try:
        reply = seize(line, "DTW;", patience.dial_tone_s)
        if reply.code is Code.ERROR:
            reply = seize(line, "DT;", patience.dial_tone_s)  # with X4 it looks for the tone by itself
    except TimeOver:
        raise _untold(line, "ATDTW;") from None
    wait_ms = (time.perf_counter() - started_s) * 1000
    if reply.code is Code.OK:
        return Measurement({**METHOD, "result": "dial_tone", "tone": "dial", "wait_ms": wait_ms})
    if reply.code is Code.NO_DIAL_TONE:
        failure = Failure(Stage.REPLY, Cause.NO_DIAL_TONE, reply.code.value)
        return Measurement({**METHOD, "result": "no_dial_tone", "tone": "none"}, failure)
    raise _untold(line, reply.code.value)


def phone_call(line: Line, digits: str, patience: Patience, ring_for_s: float | None = None) -> Measurement:
    """Call a phone and put down as soon as it is known how the call goes, or after it rang for so long.

    `@` waits until the ringing has ended and the line was quiet for five seconds: somebody listens. A modem
    that doesn't know it calls as if a modem would answer, and hears only a busy line or none.
    """
    wake(line, patience)
    longest_s = patience.ring_s + 2 * patience.quiet_s
    called = dialled(line, f"S7={patience.ring_s:.0f}DT{digits}@;", longest_s, ring_for_s)
    if called.reply.code is Code.OK and called.took_s < patience.quiet_s:
        raise _untold(line, "@")
    if called.reply.code is Code.ERROR:
        called = dialled(line, f"DT{digits}", patience.ring_s, ring_for_s)
    return _phone_result(line, called)


@dataclass(frozen=True, slots=True)
class Dialled:
    """How a call went: the final result code, when it rang (ms; None: the modem doesn't tell), how long it took."""

    reply: Reply
    rang_ms: float | None
    took_s: float

    @property
    def waited(self) -> dict[str, MetricValue]:
        """The metric `wait_ms`, the time until it rang, where it is known."""
        return {} if self.rang_ms is None else {"wait_ms": self.rang_ms}


def dialled(line: Line, command: str, timeout_s: float, ring_for_s: float | None = None) -> Dialled:
    """Take the line and dial. Where no final result code comes in time, nobody answered.

    Where the modem tells of rings, that time is `ring_for_s` from the first one on.
    """
    started_s = time.perf_counter()
    rang_ms, lines = None, tuple[str, ...]()
    try:
        reply = seize(line, command, timeout_s, watch=_RINGING)
        while reply.lines and reply.lines[-1] in _RINGING and reply.code is Code.OK:
            now_s = time.perf_counter() - started_s
            if rang_ms is None:
                rang_ms = now_s * 1000
                timeout_s = timeout_s if ring_for_s is None else min(timeout_s, now_s + ring_for_s)
            lines += reply.lines
            reply = line.reply(timeout_s - now_s, watch=_RINGING)
    except TimeOver as silence:
        reply = Reply(Code.NO_ANSWER, silence.lines)
    return Dialled(Reply(reply.code, lines + reply.lines), rang_ms, time.perf_counter() - started_s)


def dial_fax(line: Line, digits: str, timeout_s: float) -> Dialled:
    """Dial, with S7 as long as a fax machine may take to pick up and introduce itself (up to 255 s)."""
    return dialled(line, f"S7={min(255.0, timeout_s):.0f}DT{digits}", timeout_s)


def seize(line: Line, command: str, timeout_s: float, watch: frozenset[str] = frozenset()) -> Reply:
    """A command that takes the line; it is put down whatever comes of it."""
    line.is_off_hook = True
    return line.command(command, timeout_s, watch=watch)


def _phone_result(line: Line, called: Dialled) -> Measurement:
    code = called.reply.code
    if code in (Code.OK, Code.CONNECT):
        return Measurement({**METHOD, **called.waited, "result": "answered"})
    if called.rang_ms is not None and code in (Code.NO_ANSWER, Code.NO_CARRIER):
        return Measurement({**METHOD, **called.waited, "result": "ring", "tone": "ring_back"})
    return failed_call(line, called.reply)


def failed_call(line: Line, reply: Reply, silence: Cause | None = None) -> Measurement:
    """What the result code of a call that came to nothing means; `silence` is the cause where nobody spoke up.

    Raises CannotMeasure where the fault is on our side: no dial tone, a modem that refuses.
    """
    if reply.code is Code.NO_DIAL_TONE:
        raise CannotMeasure(Failure(Stage.LINK, Cause.NO_DIAL_TONE, "the modem's own line has no dial tone"))
    if reply.code not in _RESULTS:
        raise _untold(line, reply.code.value)
    result, cause = _RESULTS[reply.code]
    if silence is not None and reply.code is Code.NO_CARRIER:
        cause = silence
    metrics: dict[str, MetricValue] = {**METHOD, "result": result}
    if reply.code is Code.BUSY:
        metrics["tone"] = "busy"
    return Measurement(metrics, Failure(Stage.REPLY, cause, reply.code.value))


def _untold(line: Line, text: str) -> PortFault:
    return PortFault(
        Trouble.NONSENSE,
        message(
            "The modem at {device} can't tell how the call went: {said}. Try another modem, or call by hand.",
            device=line.device,
            said=text,
        ),
    )
