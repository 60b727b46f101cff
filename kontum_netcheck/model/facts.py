"""What was answered: facts about one moment, never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kontum_netcheck.model.scales import Outcome
from kontum_netcheck.model.sentences import Failure, Message

MetricValue = float | int | str | bool | tuple[str, ...]
"""A measured value. A value that was not measured is absent: never 0, never the timeout, never ""."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a probe brings home: metrics, and where it failed, the failure. Both can stand together."""

    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact about one moment. Never rewritten."""

    check_id: str
    probe: str
    target: str
    outcome: Outcome
    started_at: datetime  # aware, UTC
    duration_ms: float
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    failure: Failure | None = None
    vantage: str = ""
    operator: str = ""
    lab: bool = False
    countersigned_by: tuple[str, ...] = field(default=(), compare=False)
    """Who else vouches for it: looked up beside it, and no part of the fact."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program: who asked, when, from where, with what."""

    id: str
    started_at: datetime
    finished_at: datetime
    tool_version: str
    inventory: str  # its path as the user gave it
    inventory_hash: str
    vantage: str
    operator: str
    lab: bool = False  # answers came from the built-in lab, not from the world
    stored: bool = False  # nothing was asked: stored evidence was judged as of `finished_at`
    interrupted: bool = False
    notes: tuple[Message, ...] = ()  # what a reader must know: own link down, a better ping is possible …
    late_ms: float = 0.0  # how late this machine's own event loop was, at worst
    deadline: bool = False  # the run's deadline ended it
    selection: tuple[str, ...] = ()  # the options that selected it, as they are typed
    partial: bool = False  # only a part of the inventory was selected
    sent: bool = False  # agents asked (`dispatch`)
    source: str = ""  # the address of this machine that was asked for (`--source`)
    at: str = ""  # the id of the one site where this machine stands (`--at`)
    at_line: str = ""  # the id of the line that it is behind there, where that was said
