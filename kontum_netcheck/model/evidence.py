"""What is kept of a run and of people's work, for years: facts, what they were made with, and who vouches for them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kontum_netcheck.model.facts import Observation, Run
from kontum_netcheck.model.questions import Check, Limit
from kontum_netcheck.model.sentences import Message


@dataclass(frozen=True, slots=True)
class InventoryText:
    """An inventory as it was typed, by the hash that the program uses. Secrets are only `${ENV}` there.

    A single file has the name "".
    """

    hash: str
    files: tuple[tuple[str, str], ...]  # name, text


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """By what a check would have been judged at the time: shared by all checks that have the same."""

    limits: tuple[Limit, ...]
    valid_for: timedelta

    @classmethod
    def of(cls, check: Check) -> "LimitsInForce":
        """Those of a planned check."""
        return cls(check.limits, check.valid_for)


@dataclass(frozen=True, slots=True)
class RunBegun:
    """What is known when a run begins. It is kept at once, so that a run that breaks off leaves its trace."""

    id: str
    started_at: datetime  # aware, UTC
    tool_version: str
    inventory: str  # its path as the user gave it
    inventory_hash: str
    vantage: str = ""
    operator: str = ""
    selection: tuple[str, ...] = ()  # the options that selected it, as they are typed
    partial: bool = False  # only a part of the inventory was selected
    at: str = ""  # the id of the one site where the machine stands
    host: str = ""  # the machine's own name
    clock_offset_s: float | None = (
        None  # true time minus the machine's, where it was measured; positive: late
    )

    @property
    def recorded(self) -> bool:
        """Whether `record` made it. A run of `check` is about everything, or says what it was about."""
        return self.partial and not self.selection and not self.at

    @classmethod
    def of(cls, run: Run, host: str = "", clock_offset_s: float | None = None) -> "RunBegun":
        """The first half of a Run."""
        return cls(
            id=run.id,
            started_at=run.started_at,
            tool_version=run.tool_version,
            inventory=run.inventory,
            inventory_hash=run.inventory_hash,
            vantage=run.vantage,
            operator=run.operator,
            selection=run.selection,
            partial=run.partial,
            at=run.at,
            host=host,
            clock_offset_s=clock_offset_s,
        )


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended. A run without one was broken off: killed, or the machine went down."""

    run_id: str
    finished_at: datetime  # aware, UTC
    interrupted: bool = False
    deadline: bool = False
    late_ms: float = 0.0
    notes: tuple[Message, ...] = ()

    @classmethod
    def of(cls, run: Run) -> "RunEnd":
        """The second half of a Run."""
        return cls(run.id, run.finished_at, run.interrupted, run.deadline, run.late_ms, run.notes)


@dataclass(frozen=True, slots=True)
class KeptObservation:
    """An observation, the run that made it and the limits in force then."""

    run_id: str
    limits_id: str  # the id of the entry; "": nobody knows
    observation: Observation
    id: str = field(default="", compare=False)  # the id of its own entry; "" until it is kept


@dataclass(frozen=True, slots=True)
class Countersignature:
    """A second person vouches for an observation."""

    observation_id: str
    operator: str
    at: datetime  # aware, UTC
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The trace of evidence that was removed because it was older than must be kept."""

    at: datetime  # aware, UTC
    older_than: datetime  # what was observed before this moment is gone
    retention: timedelta  # how long evidence had to be kept then
    operator: str
    runs_count: int
    observations_count: int
    ids_sha256: (
        str  # SHA-256 over the sorted ids of the removed observations: a backup can be matched with it
    )


Evidence = InventoryText | LimitsInForce | RunBegun | RunEnd | KeptObservation | Countersignature | Pruned
"""Everything that is kept."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A kept run. `end` is None where it was broken off or is still going on."""

    begun: RunBegun
    end: RunEnd | None
    last_at: datetime  # when its newest observation was made; `started_at` where it has none
    observations_count: int

    @property
    def run(self) -> Run:
        """As the reports know it. A run that was broken off finished with its last observation."""
        begun, end = self.begun, self.end
        return Run(
            id=begun.id,
            started_at=begun.started_at,
            finished_at=end.finished_at if end else self.last_at,
            tool_version=begun.tool_version,
            inventory=begun.inventory,
            inventory_hash=begun.inventory_hash,
            vantage=begun.vantage,
            operator=begun.operator,
            interrupted=end.interrupted if end else True,
            notes=end.notes if end else (),
            late_ms=end.late_ms if end else 0.0,
            deadline=end.deadline if end else False,
            selection=begun.selection,
            partial=begun.partial,
            at=begun.at,
        )
