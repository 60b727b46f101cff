"""How one service stands, turn after turn: a verdict counts once it is confirmed. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kontum_netcheck.model import Message, Readiness


@dataclass(frozen=True, slots=True)
class Look:
    """What one turn found of a service."""

    readiness: Readiness
    at: datetime  # aware
    reason: Message


@dataclass(frozen=True, slots=True)
class Standing:
    """A confirmed verdict, since the first look that found it."""

    readiness: Readiness
    since: datetime
    reason: Message
    is_first: bool = False
    """Nothing is known of before: it may stand so for longer than `since`."""


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of one service."""

    recent: tuple[Look, ...] = ()  # as many as confirm a verdict, the newest last
    confirmed: Standing | None = None
    told: Standing | None = None  # the one that people were last told of
    trouble: Standing | None = None  # what it first was when it ceased to be ready; None: it is ready


def after_look(state: State, look: Look, confirm: int) -> State:
    """The state after one more look.

    A verdict changes when the last `confirm` looks all lie on one side of it: to the mildest of them where it gets
    worse, to the gravest where it gets better. So neither a single bad answer is told, nor does a line that is
    degraded and dead by turns stay ready for ever. The first verdict is the mildest of as many looks: the benefit of
    the doubt, and no change.
    """
    if state.recent and look.at < state.recent[-1].at:
        look = replace(
            look, at=state.recent[-1].at
        )  # a clock that was set back, or older evidence that came late
    recent = (*state.recent, look)[-confirm:]
    state = replace(state, recent=recent)
    if len(recent) < confirm:
        return state
    mildest = min(recent, key=lambda each: each.readiness)
    gravest = max(recent, key=lambda each: each.readiness)
    before = state.confirmed
    if before is None:
        first = Standing(mildest.readiness, recent[0].at, mildest.reason, is_first=True)
        return replace(state, confirmed=first, told=first, trouble=_trouble(None, first))
    if mildest.readiness > before.readiness:
        now = Standing(mildest.readiness, recent[0].at, mildest.reason)
    elif gravest.readiness < before.readiness:
        now = Standing(gravest.readiness, recent[0].at, gravest.reason)
    elif look.readiness is before.readiness:
        now = replace(before, reason=look.reason)
    else:
        return state
    return replace(state, confirmed=now, trouble=_trouble(state.trouble, now))


def forgotten(state: State) -> State:
    """After a time in which nobody looked: what was seen before it confirms nothing that is seen after it."""
    return replace(state, recent=())


def lasted(before: Standing, after: Standing) -> timedelta:
    """How long the earlier verdict stood."""
    return max(timedelta(0), after.since - before.since)


def _trouble(trouble: Standing | None, now: Standing) -> Standing | None:
    return None if now.readiness is Readiness.READY else trouble or now
