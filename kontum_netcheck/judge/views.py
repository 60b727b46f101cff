"""A check that several places ask: how it stands from each of them, and what that is worth together. Pure.

The same rule as for lines (`need`): when enough views are in order, one that is not makes the check degraded; when
enough only might be, it is not checked. So it is ready only where every named place sees it ready, whatever the rule:
a view that is missing never makes it look fine (docs/decisions/0018).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from kontum_netcheck.judge.checks import IN_ORDER, judge_answers
from kontum_netcheck.judge.needs import WORKING, ceiling_of
from kontum_netcheck.model import (
    Cause,
    Check,
    CheckVerdict,
    Message,
    Observation,
    Outcome,
    Readiness,
    See,
    View,
    message,
)
from kontum_netcheck.wording import cause_message

_TOLD_REASONS_COUNT = 3
_TOLD_NAMES_COUNT = 6
_DOWN = message("down from {vantages}")
_NOT_READY = message("not ready from {vantages}")
_DEGRADED = message("degraded from {vantages}")
_NOT_CHECKED = message("not checked from {vantages}")
_UP = message("up from {vantages}")
_ORDER = (_DOWN, _NOT_READY, _DEGRADED, _NOT_CHECKED, _UP)
"""Their values are filled in by `_told`. The gravest first; what is up last, as it takes doubt away."""


def judge_check(check: Check, observations: Iterable[Observation], now: datetime) -> CheckVerdict:
    """Judge one check: by its newest fresh answer, or, where it names vantages, by that of each of them.

    What was observed from a place that the check doesn't name is no view of it.
    """
    if not check.vantages:
        return judge_answers(check, observations, now)
    by_vantage: dict[str, list[Observation]] = {name: [] for name in check.vantages}
    for observation in observations:
        if observation.vantage in by_vantage:
            by_vantage[observation.vantage].append(observation)
    views = tuple(_view(check, name, seen, now) for name, seen in by_vantage.items())
    readiness = _together(views, check.see)
    decisive = _decisive(views, readiness)
    return CheckVerdict(check, readiness, _reason(check, views, readiness), decisive.observation, views)


def _view(check: Check, vantage: str, seen: Sequence[Observation], now: datetime) -> View:
    """How it stands from there. That this machine left it to that place is no reason why that place hasn't asked."""
    is_left = check.skip is not None and check.skip.cause is Cause.OTHER_VANTAGE
    verdict = judge_answers(replace(check, skip=None) if is_left else check, seen, now)
    return View(vantage, verdict.readiness, verdict.reason, verdict.observation)


def _together(views: Sequence[View], see: See) -> Readiness:
    """What the views are worth together, by as many as the rule asks to be in order."""
    count = {See.ALL: len(views), See.MAJORITY: len(views) // 2 + 1, See.ANY: 1}[see]
    working = sum(view.readiness in WORKING for view in views)
    unknown = sum(view.readiness is Readiness.NOT_CHECKED for view in views)
    ceiling = ceiling_of(count, working, unknown)
    short = ceiling if working < count else Readiness.READY
    return max(short, *(min(view.readiness, ceiling) for view in views))


def _decisive(views: Sequence[View], readiness: Readiness) -> View:
    """Whose fact stands for the check: what is missing where that decides, else the worst; of equals the first."""
    wanted = [view for view in views if view.readiness is readiness is Readiness.NOT_CHECKED]
    return wanted[0] if wanted else max(views, key=lambda view: view.readiness)


def _reason(check: Check, views: Sequence[View], readiness: Readiness) -> Message:
    """From where it is up and from where it isn't, and why."""
    if readiness is Readiness.READY:
        return IN_ORDER
    if check.skip is not None and all(view.observation is None for view in views):
        return cause_message(check.skip)
    open_views = [view for view in views if view.readiness is not Readiness.READY]
    open_views.sort(key=lambda view: _ORDER.index(_state(view)))
    first = open_views[0].reason
    is_one = all(view.reason == first for view in open_views)
    return message("{views}: {reason}", views=_states(views), reason=first if is_one else _each(open_views))


def _states(views: Sequence[View]) -> tuple[Message, ...]:
    """`down from noc`, `up from dak-to`: the places grouped by what they see."""
    in_order = sorted(views, key=lambda view: _ORDER.index(_state(view)))
    return tuple(
        Message(state.text, {"vantages": _names([view.vantage for view in alike])})
        for state, alike in groupby(in_order, key=_state)
    )


def _state(view: View) -> Message:
    match view.readiness:
        case Readiness.READY:
            return _UP
        case Readiness.DEGRADED:
            return _DEGRADED
        case Readiness.NOT_CHECKED:
            return _NOT_CHECKED
    failed = view.observation is not None and view.observation.outcome is Outcome.FAILED
    return _DOWN if failed else _NOT_READY


def _names(vantages: Sequence[str]) -> object:
    """The places; of many the first ones, and how many more."""
    if len(vantages) <= _TOLD_NAMES_COUNT + 1:
        return tuple(vantages)
    rest = len(vantages) - _TOLD_NAMES_COUNT
    return message("{names} and {count} more", names=tuple(vantages[:_TOLD_NAMES_COUNT]), count=rest)


def _each(open_views: Sequence[View]) -> Message:
    """The reason of each, the gravest first."""
    told = [
        message("{vantage}: {reason}", vantage=view.vantage, reason=view.reason)
        for view in open_views[:_TOLD_REASONS_COUNT]
    ]
    whole = told[0]
    for more in told[1:]:
        whole = message("{told}; {more}", told=whole, more=more)
    rest = len(open_views) - len(told)
    return message("{told}; and {count} more", told=whole, count=rest) if rest else whole
