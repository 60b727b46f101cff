"""Phones and faxes: the calls of one hour are one sample. All of it: ready; one failed: degraded; more: not ready.

Policy of this project (docs/decisions/0014); QCVN 35:2019/BTTTT wants fewer than 5 % of calls to fail, which only
59 of 59 would prove: so the bound is said, and fewer than three calls prove no more than that the line is reachable.
"""

import math
from collections.abc import Mapping, Sequence

from kontum_netcheck.judge.conflicts import WITHIN, person_of, result_of
from kontum_netcheck.model import (
    Check,
    Message,
    Observation,
    Outcome,
    Readiness,
    ServiceKind,
    message,
)
from kontum_netcheck.net.icmp.statistics import loss_upper_pct
from kontum_netcheck.probes.by_hand import MANUAL_METHOD, is_by_hand
from kontum_netcheck.probes.calling import ModemWay, SipWay
from kontum_netcheck.wording import cause_message

ENOUGH_COUNT = 3
"""From as many calls on more is said than that the line is reachable."""

METHOD_WORDS: Mapping[str, Message] = {
    MANUAL_METHOD: message("by hand"),
    "sip": message("SIP"),
    "modem": message("modem"),
}
_FAX_PROOFS = frozenset({"fax_tone", "fax_answered", "page_received"})
"""What a machine must have heard or got: that something answered proves no fax."""


def sample(fresh: Sequence[Observation]) -> tuple[Observation, ...]:
    """Of the answers, newest first, those within an hour of the newest; what a person has thought better of is out."""
    near = [each for each in fresh if fresh[0].started_at - each.started_at <= WITHIN]
    return tuple(each for at, each in enumerate(near) if not _taken_back(each, near[:at]))


def _taken_back(answer: Observation, later: Sequence[Observation]) -> bool:
    return is_by_hand(answer) and any(
        is_by_hand(other) and person_of(other) == person_of(answer) and result_of(other) != result_of(answer)
        for other in later
    )


def proves(check: Check, answer: Observation) -> bool:
    """Whether it says anything of the line: of a fax that something rings or answers says nothing yet."""
    if answer.outcome is Outcome.FAILED or check.kind is not ServiceKind.FAX or is_by_hand(answer):
        return True
    return answer.metrics.get("result") in _FAX_PROOFS


def readiness_of(calls: Sequence[Observation]) -> Readiness:
    """Of a sample: all got through, one did not, or more (or the only one) did not."""
    failed_count = _failed_count(calls)
    if failed_count == 0:
        return Readiness.READY
    return Readiness.DEGRADED if failed_count == 1 and len(calls) > 1 else Readiness.NOT_READY


def reason_of(calls: Sequence[Observation]) -> Message:
    """How many of how many got through, how it was tried, and what that proves."""
    count, failed_count = len(calls), _failed_count(calls)
    how = tuple(METHOD_WORDS[name] for name in dict.fromkeys(map(method_of, calls)))
    upper_pct = math.ceil(loss_upper_pct(count, count - failed_count))
    if failed_count:
        newest = next(call for call in calls if call.outcome is Outcome.FAILED)
        assert newest.failure is not None, newest
        cause = cause_message(newest.failure)
        if count == 1:
            return message("{cause} ({how})", cause=cause, how=how)
        told = message(
            "{failed} of {count} calls failed ({how}): {cause}",
            failed=failed_count,
            count=count,
            how=how,
            cause=cause,
        )
        if count < ENOUGH_COUNT or failed_count == count:
            return told
        return message("{told}; 95 % sure: fewer than {upper} % fail", told=told, upper=upper_pct)
    if count < ENOUGH_COUNT:
        return message("reachable: {count} of {count} calls got through ({how})", count=count, how=how)
    return message(
        "{count} of {count} calls got through ({how}); 95 % sure: fewer than {upper} % fail",
        count=count,
        how=how,
        upper=upper_pct,
    )


def only_rings(answer: Observation) -> Message:
    """Why a fax that answers is not known to be one."""
    return message(
        "it answers, but no fax tone was heard ({how}): no proof of a fax",
        how=METHOD_WORDS[method_of(answer)],
    )


def why_not_called(check: Check, answer: Observation) -> Message:
    """Whose fault it was that the line was not reached: the trunk's, the modem's; the line's it is not."""
    assert answer.failure is not None, answer
    cause = cause_message(answer.failure)
    if answer.metrics.get("result") == "answered":
        return message("answered, but it sends nothing back that could be measured: {cause}", cause=cause)
    match getattr(check.params, "way", None):
        case SipWay() as way:
            return message("the trunk {trunk} failed, not this line: {cause}", trunk=way.trunk, cause=cause)
        case ModemWay():
            return message("the modem at hand failed, not this line: {cause}", cause=cause)
    return cause


def method_of(answer: Observation) -> str:
    """`manual`, `sip` or `modem`."""
    method = answer.metrics.get("method", MANUAL_METHOD)
    return method if isinstance(method, str) and method in METHOD_WORDS else MANUAL_METHOD


def _failed_count(calls: Sequence[Observation]) -> int:
    return sum(call.outcome is Outcome.FAILED for call in calls)
