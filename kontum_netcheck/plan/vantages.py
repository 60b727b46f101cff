"""Which of the questions a machine asks that stands at one vantage, or at none. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from kontum_netcheck.model import Cause, Check, Cost, Failure, Stage
from kontum_netcheck.plan.tree import Plan


def asked_from(whole: Plan, vantage: str | None) -> Plan:
    """The plan as asked from there; what names only other places is skipped. None: from a place that has no name.

    What names no place is asked from anywhere.
    """
    return whole.changed(lambda check: _asked_from(check, vantage))


def vantages_of(checks: Iterable[Check]) -> tuple[str, ...]:
    """The places that any of the checks names, each once, in the order of the inventory."""
    return tuple(dict.fromkeys(name for check in checks for name in check.vantages))


def _asked_from(check: Check, vantage: str | None) -> Check:
    if not check.vantages or vantage in check.vantages:
        return check
    elsewhere = Failure(Stage.PLAN, Cause.OTHER_VANTAGE, ", ".join(check.vantages))
    return replace(check, skip=check.skip or elsewhere, turn=None, cost=Cost())
