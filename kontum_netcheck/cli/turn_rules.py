"""What the commands say to each turn at the moment when it would begin, kind by kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from kontum_netcheck.engine.turns import TurnRules
from kontum_netcheck.model import Cause, Check, Failure, Observation, Stage, TurnKind


class KindRules(Protocol):
    """The rules of one kind of turn."""

    def refusal(self, check: Check, now: datetime) -> Failure | None:
        """Why it must not begin at that moment (aware, UTC); None: it does begin."""

    def announce(self, check: Check) -> None:
        """Say to the person at the keyboard that it begins."""

    def marked(self, observation: Observation) -> Observation:
        """With what the rules know of how it was made."""


def turn_rules(rules: Mapping[TurnKind, KindRules]) -> TurnRules:
    """All of them as one; a kind without rules is never begun."""

    def of(check: Check) -> KindRules | None:
        return rules.get(check.turn.kind) if check.turn else None

    def refusal(check: Check, now: datetime) -> Failure | None:
        own = of(check)
        return own.refusal(check, now) if own else Failure(Stage.PLAN, Cause.NOT_ASKED_FOR)

    def announce(check: Check) -> None:
        if (own := of(check)) is not None:
            own.announce(check)

    return TurnRules(refusal, announce)


def marked(observation: Observation, rules: Mapping[TurnKind, KindRules]) -> Observation:
    """With what each kind's rules know of it; each knows its own."""
    for own in rules.values():
        observation = own.marked(observation)
    return observation
