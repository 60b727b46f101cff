"""Whether a load may begin at this very moment: quiet windows, and the bytes of the run, the day and the line. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause, Check, Failure, Observation, Stage
from kontum_netcheck.plan.loads import line_of
from kontum_netcheck.recording.moments import quiet_at

LineKey = tuple[str, str]
"""A site's id and the id of one of its lines."""


@dataclass(slots=True)
class Spent:
    """Bytes that bandwidth tests have used: of this run, and of this day, by line."""

    run_bytes: int = 0
    day_bytes: int = 0
    by_line: dict[LineKey, int] = field(default_factory=dict)

    def add(self, observation: Observation, *, in_run: bool) -> None:
        """Count a test, also one that failed or was broken off."""
        used = observation.metrics.get("transferred_bytes")
        if observation.probe != "bandwidth" or isinstance(used, bool) or not isinstance(used, int):
            return
        if (
            "file_sha256" in observation.metrics
        ):  # taken over from a file: nobody knows when, and it was not ours
            return
        self.run_bytes += used if in_run else 0
        self.day_bytes += used
        key = line_key(observation.check_id)
        self.by_line[key] = self.by_line.get(key, 0) + used


def line_key(check_id: str) -> LineKey:
    """`site/line/bandwidth…` → site, line."""
    site, line, *_ = (*check_id.split("/"), "", "")
    return site, line


def day_of(now: datetime, inventory: Inventory) -> tuple[datetime, datetime]:
    """From midnight to midnight in the inventory's zone."""
    start = now.astimezone(inventory.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def left_bytes(inventory: Inventory, check: Check, spent: Spent) -> Mapping[str, int]:
    """What is left of each budget that the check draws on, in bytes: `run`, `day`, `line`."""
    left = {
        "run": int(inventory.budget.per_run) - spent.run_bytes,
        "day": int(inventory.budget.per_day) - spent.day_bytes,
    }
    line = line_of(inventory, check)
    if line is not None and line.budget is not None and line.budget.per_day is not None:
        left["line"] = int(line.budget.per_day) - spent.by_line.get((check.site_id, check.service_id), 0)
    return left


def refusal_of_load(inventory: Inventory, check: Check, now: datetime, spent: Spent) -> Failure | None:
    """Why the load must not begin at `now` (aware); None: it may.

    It begins only where the most that it can use still fits, so that no budget is ever overdrawn, and where it would be
    over before a quiet window begins.
    """
    ends = now + timedelta(seconds=check.cost.duration_s)
    if quiet_at(now, inventory) is not None or quiet_at(ends, inventory) is not None:
        return Failure(Stage.PLAN, Cause.QUIET)
    wants = int(check.params.max_bytes)
    for name, left in left_bytes(inventory, check, spent).items():
        if wants > left:
            has = f"per {name}: {max(0, left) / 1e6:.1f} MB left, the test may use {wants / 1e6:.1f} MB"
            return Failure(Stage.PLAN, Cause.BUDGET_SPENT, has)
    return None


def spent_of(observations: Iterable[Observation]) -> Spent:
    """What the kept tests of a day have used."""
    spent = Spent()
    for observation in observations:
        spent.add(observation, in_run=False)
    return spent
