"""Bandwidth tests as they are ordered on the command line: within their budgets, announced, counted while they run."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from kontum_netcheck.engine.load_rules import day_of, left_bytes, refusal_of_load, spent_of
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Check, Failure, Message, Observation, TurnKind, message
from kontum_netcheck.plan.loads import Loads
from kontum_netcheck.wording import cause_message

_MB = 1e6


def loads_or_none(*, bandwidth: bool, metered: bool) -> Loads | None:
    """What was ordered; None: no line is to be filled. Who says --metered asks for them."""
    return Loads(metered) if bandwidth or metered else None


class LoadRules:
    """The rules of loads in one run of the program: they refuse, announce, and count what is used."""

    kind = TurnKind.LOAD

    def __init__(
        self,
        inventory: Inventory,
        earlier: Iterable[Observation],
        checks: Iterable[Check],
        tell: Callable[[Message], None],
    ) -> None:
        self._inventory = inventory
        self._spent = spent_of(earlier)
        self._counted: set[str] = set()
        self._count = sum(check.turn is not None and check.turn.kind is self.kind for check in checks)
        self._begun_count = 0
        self._sites = {site.id: site.name for site in inventory.sites}
        self.tell = tell

    def refusal(self, check: Check, now: datetime) -> Failure | None:
        """Why this line must not be filled now, said at once: older evidence may stand in the report; None: it is."""
        failure = refusal_of_load(self._inventory, check, now, self._spent)
        if failure is not None:
            self.tell(
                message(
                    "No bandwidth test: {site} ({line}): {reason}",
                    site=self._sites.get(check.site_id, check.site_id),
                    line=check.service_id,
                    reason=cause_message(failure),
                )
            )
        return failure

    def announce(self, check: Check) -> None:
        """Say which line is filled, what it may cost, and what is left of the budgets."""
        self._begun_count += 1
        left = min(left_bytes(self._inventory, check, self._spent).values())
        self.tell(
            message(
                "Bandwidth test {number} of {count}: {site} ({line}), against {target}, at most {most} MB; "
                "{left} MB left of the budget. Ctrl-C ends it.",
                number=self._begun_count,
                count=max(self._count, self._begun_count),
                site=self._sites.get(check.site_id, check.site_id),
                line=check.service_id,
                target=check.target,
                most=round(int(check.params.max_bytes) / _MB, 1),
                left=round(left / _MB, 1),
            )
        )

    def marked(self, observation: Observation) -> Observation:
        """As it is; what it used is counted, once."""
        if observation.check_id not in self._counted and "transferred_bytes" in observation.metrics:
            self._counted.add(observation.check_id)
            self._spent.add(observation, in_run=True)
        return observation


def load_rules(
    inventory: Inventory,
    made_between: Callable[[datetime, datetime], Iterable[Observation]],
    checks: Iterable[Check],
    tell: Callable[[Message], None],
) -> LoadRules:
    """The rules, knowing what this day's tests have used already. StoreError."""
    since, until = day_of(datetime.now(UTC), inventory)
    return LoadRules(inventory, made_between(since, until), checks, tell)
