"""All services, turn after turn: what has changed, and what of it is to be told. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kontum_netcheck.model import Readiness, ServiceKind
from kontum_netcheck.watch.standing import Look, Standing, State, after_look, forgotten

_REMEMBERED_GAPS = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """What is watched: a line, a phone, a fax or a checklist item of a site, or a portal of the province."""

    id: str  # of the service: `thpt-a/ftth`, `portal/results`
    kind: ServiceKind
    name: str
    site_id: str = ""  # "": a portal
    site: str = ""  # its name
    district_code: str = ""
    district: str = ""
    carrier: str = ""  # its id


@dataclass(frozen=True, slots=True)
class Seen:
    """A service in one turn. `look` None: nothing new is known of it, and it is neither confirmed nor denied."""

    unit: Unit
    look: Look | None
    site_readiness: Readiness


@dataclass(frozen=True, slots=True)
class Change:
    """A confirmed change of verdict."""

    unit: Unit
    before: Standing
    after: Standing
    trouble: Standing | None  # where it is ready again: how its trouble began
    site_readiness: Readiness  # of its whole site, now
    unwatched: timedelta = timedelta(0)  # of the time before the change: when nobody looked

    @property
    def is_recovery(self) -> bool:
        """Whether it is in order again."""
        return self.after.readiness is Readiness.READY

    @property
    def is_worse(self) -> bool:
        """Whether it got worse."""
        return self.after.readiness > self.before.readiness

    @property
    def lasted(self) -> timedelta:
        """How long its trouble was, where it is over; else how long the earlier verdict stood."""
        return max(timedelta(0), self.after.since - self._began.since)

    @property
    def lasted_at_least(self) -> bool:
        """Whether that is only as long as it was looked at."""
        return self._began.is_first

    @property
    def _began(self) -> Standing:
        return self.trouble if self.is_recovery and self.trouble is not None else self.before


@dataclass(frozen=True, slots=True)
class Watched:
    """What is remembered from turn to turn."""

    states: Mapping[str, State] = field(default_factory=dict)  # by the id of the service
    units: Mapping[str, Unit] = field(default_factory=dict)
    last_at: datetime | None = None
    gaps: tuple[tuple[datetime, datetime], ...] = ()  # when nobody looked


@dataclass(frozen=True, slots=True)
class Rules:
    """How changes are told."""

    confirm: int = 2  # looks that make a verdict
    longest_gap: timedelta = timedelta(
        minutes=15
    )  # from a turn to the next; beyond it nobody looked meanwhile


@dataclass(frozen=True, slots=True)
class Turned:
    """One turn is over."""

    watched: Watched
    changes: tuple[Change, ...]  # confirmed in this turn
    to_tell: tuple[Change, ...]  # since people were last told; without what is muted


def turn(
    watched: Watched,
    seen: Iterable[Seen],
    at: datetime,
    rules: Rules,
    is_muted: Callable[[Unit], bool] = lambda _unit: False,
    *,
    begun_at: datetime | None = None,
) -> Turned:
    """Take what a turn saw that was over at that moment.

    Where it began is given, only the time up to then is one in which nobody looked: dead lines make a turn long, and
    must be confirmed all the same.

    What is muted is watched and not told; once it is muted no longer, it is told where it differs from what was
    told last. A service that the inventory doesn't have any more is forgotten.
    """
    watched = _after_gap(watched, begun_at or at, rules.longest_gap)
    states: dict[str, State] = {}
    units: dict[str, Unit] = {}
    changes, to_tell = [], []
    for each in seen:
        before = watched.states.get(each.unit.id, State())
        now = before if each.look is None else after_look(before, each.look, rules.confirm)
        if before.confirmed and now.confirmed and before.confirmed.readiness != now.confirmed.readiness:
            changes.append(_change(each, before.confirmed, now.confirmed, before.trouble, watched.gaps))
        if now.told and now.confirmed and not is_muted(each.unit):
            if now.told.readiness is not now.confirmed.readiness:
                trouble = _told_trouble(now, before)
                to_tell.append(_change(each, now.told, now.confirmed, trouble, watched.gaps))
            now = replace(now, told=now.confirmed)
        states[each.unit.id], units[each.unit.id] = now, each.unit
    return Turned(Watched(states, units, at, watched.gaps), tuple(changes), tuple(to_tell))


def _told_trouble(now: State, before: State) -> Standing | None:
    """The trouble that people know of: it may be over for some turns, told only now."""
    if before.trouble is not None:
        return before.trouble
    return now.told


def _change(
    seen: Seen,
    before: Standing,
    after: Standing,
    trouble: Standing | None,
    gaps: Iterable[tuple[datetime, datetime]],
) -> Change:
    change = Change(seen.unit, before, after, trouble, seen.site_readiness)
    start = after.since - change.lasted
    unwatched = sum((_overlap(start, after.since, *gap) for gap in gaps), timedelta(0))
    return replace(change, unwatched=unwatched)


def _overlap(start: datetime, end: datetime, gap_start: datetime, gap_end: datetime) -> timedelta:
    return max(timedelta(0), min(end, gap_end) - max(start, gap_start))


def _after_gap(watched: Watched, at: datetime, longest: timedelta) -> Watched:
    if watched.last_at is None or at - watched.last_at <= longest:
        return watched
    states = {id_: forgotten(state) for id_, state in watched.states.items()}
    gaps = (*watched.gaps, (watched.last_at, at))[-_REMEMBERED_GAPS:]
    return replace(watched, states=states, gaps=gaps)
