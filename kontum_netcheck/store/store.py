"""The store: opened, written by adding entries, read by questions. Safe with several programs at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection, Engine

from kontum_netcheck import __version__
from kontum_netcheck.model import (
    Countersignature,
    Evidence,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    Message,
    PastRun,
    Pruned,
    message,
)
from kontum_netcheck.store import exporting, migrations, newest, pruning, reading
from kontum_netcheck.store.adding import Added, add_facts
from kontum_netcheck.store.connection import BUSY_S, Told, claim, engine_of, transaction
from kontum_netcheck.store.entries import Entry, decode, encode
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import Place, network_share, place_of, prepare_folder
from kontum_netcheck.store.rows import ValueAt
from kontum_netcheck.store.selecting import Selected, UnknownSite

Item = TypeVar("Item")
_BATCH_COUNT = 1000
_CLOCKS_DIFFER = timedelta(minutes=5)


class Store:
    """Evidence in a file or on a server. Every method may raise StoreError, with a sentence for the user.

    Threads may share it: each call is a transaction of its own.
    """

    def __init__(self, place: Place, engine: Engine, warnings: tuple[Message, ...] = ()) -> None:
        self.place = place
        self.warnings = warnings
        self._engine = engine

    @classmethod
    def open(
        cls,
        where: str | Path | None = None,
        *,
        writable: bool = True,
        busy_s: float = BUSY_S,
        told: Told | None = None,
    ) -> "Store":
        """Open the store at a path or URL (None: the user's own), made or brought to this version where needed.

        With `writable=False` it must exist and have this version, and nothing of it is touched. While another program
        writes, ours waits `busy_s`; with `told`, who is told so, long enough for a large import.
        """
        place = place_of(where)
        warnings = []
        if place.file is not None:
            if writable or place.file.is_dir():
                prepare_folder(place.file)
            elif not place.file.exists():
                raise StoreError(
                    message(
                        "There is no store {file} yet: “kontum-netcheck check” or “record” makes it.",
                        file=str(place.file),
                    )
                )
            if warning := network_share(place.file):
                warnings.append(warning)
        store = cls(place, engine_of(place, writable=writable, busy_s=busy_s, told=told), tuple(warnings))
        try:
            store._check_version(writable)
        except BaseException:
            store.close()
            raise
        return store

    def _check_version(self, writable: bool) -> None:
        with self._reading() as connection:
            version = migrations.version_of(connection, self.place.shown)
        if version == len(migrations.MIGRATIONS):
            return
        if writable or version > len(migrations.MIGRATIONS):
            with self._writing() as connection:
                migrations.migrate(connection, self.place.shown, __version__)
                claim(connection)
            return
        raise StoreError(
            message(
                "{store} is empty or of an older version; run `kontum-netcheck store upgrade` to bring it up to date.",
                store=self.place.shown,
            )
        )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Store":
        """Itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database."""
        self.close()

    def _reading(self) -> AbstractContextManager[Connection]:
        return transaction(self._engine, self.place)

    def _writing(self) -> AbstractContextManager[Connection]:
        return transaction(self._engine, self.place, writes=True)

    # writing

    def keep(self, facts: Iterable[Evidence]) -> Added:
        """Keep what this program found itself: one commit. Facts that others refer to come with or before them."""
        return self.keep_encoded([(encode(fact), fact) for fact in facts])

    def keep_encoded(self, facts: Sequence[tuple[Entry, Evidence]]) -> Added:
        """Keep facts that were encoded already: one commit."""
        with self._writing() as connection:
            return add_facts(connection, facts)

    def add(self, entries: Iterable[Entry]) -> Added:
        """Add entries from anywhere. NotWellFormed (a StoreError) on the first that is no evidence.

        A thousand a commit, so that a run at the same time gets its turn. What was added before a fault stays, and
        adding all again completes it.
        """
        total = Added(0, 0)
        for batch in _batches(entries):
            total += self.keep_encoded([(entry, decode(entry)) for entry in batch])
        return total

    def add_decoded(self, decoded: Iterable[tuple[Entry, Evidence]]) -> Added:
        """Add entries with what `decode` made of them, all or none, in one commit: other writers wait meanwhile."""
        total = Added(0, 0)
        with self._writing() as connection:
            for batch in _batches(decoded):
                total += add_facts(connection, batch)
        return total

    def prune(
        self, older_than: datetime, now: datetime, *, operator: str, retention: timedelta = pruning.RETENTION
    ) -> Pruned | None:
        """Remove what was observed before `older_than`, and leave a trace. None: there was nothing.

        StoreError where that is younger than `retention` at `now`.
        """
        with self._writing() as connection:
            return pruning.prune(connection, older_than, now, operator, retention)

    # reading

    def newest(
        self,
        check_ids: Iterable[str],
        as_of: datetime,
        *,
        within: timedelta = timedelta(0),
        per_vantage: bool = False,
    ) -> list[KeptObservation]:
        """Of each check (and vantage), at or before `as_of`: the newest answered and the newest of any outcome.

        Of the answered ones, all that are at most `within` older than the newest: persons may contradict each
        other. Sorted by check, time and id.
        """
        with self._reading() as connection:
            return newest.newest(connection, check_ids, as_of, within, per_vantage)

    def latest(self, check_ids: Iterable[str], as_of: datetime, most_count: int) -> list[KeptObservation]:
        """Of each check, its newest `most_count` answers at or before `as_of`; more where the oldest share a time.

        Sorted by check, time and id.
        """
        with self._reading() as connection:
            return reading.latest(connection, check_ids, as_of, most_count)

    def latest_values(
        self, metrics: Mapping[str, str], as_of: datetime, most_count: int
    ) -> Mapping[str, Sequence[ValueAt]]:
        """Of each check (by its id, with the name of a metric) the metric in the answers of `latest`, oldest first."""
        with self._reading() as connection:
            return reading.latest_values(connection, metrics, as_of, most_count)

    def runs(
        self, *, since: datetime | None = None, until: datetime | None = None, most_count: int | None = None
    ) -> list[PastRun]:
        """Runs that started in [since, until), the newest first."""
        with self._reading() as connection:
            return reading.runs(connection, since, until, most_count)

    def run(self, beginning: str) -> PastRun | None:
        """The run whose id begins so; None: none does, or more than one."""
        with self._reading() as connection:
            return reading.run(connection, beginning)

    def of_run(self, run_id: str) -> list[KeptObservation]:
        """What a run observed, sorted by check, time and id."""
        with self._reading() as connection:
            return reading.of_run(connection, run_id)

    def series(
        self, prefix: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[KeptObservation]:
        """The observations in [since, until) of a site (`site`), a service (`site/service`) or a check, by time."""
        with self._reading() as connection:
            return reading.series(connection, prefix, since, until)

    def on_checks(self, ids: Iterable[str], since: datetime, until: datetime) -> list[KeptObservation]:
        """All observations of these checks in [since, until), in no order."""
        with self._reading() as connection:
            return reading.on_checks(connection, ids, since, until)

    def check_ids(self, prefix: str = "") -> list[str]:
        """The checks of a site or service that have been observed, sorted; all of them without a prefix."""
        with self._reading() as connection:
            return reading.check_ids(connection, prefix)

    def sites_unknown(self, known_ids: Collection[str]) -> list[UnknownSite]:
        """The sites that have evidence and that the inventory doesn't have."""
        with self._reading() as connection:
            return reading.sites_unknown(connection, known_ids)

    def limits(self, ids: Iterable[str]) -> Mapping[str, LimitsInForce]:
        """Limits in force by the id of their entry."""
        with self._reading() as connection:
            return reading.limits(connection, ids)

    def inventory(self, content_hash: str) -> InventoryText | None:
        """The inventory of that hash, where it was kept."""
        with self._reading() as connection:
            return reading.inventory(connection, content_hash)

    def countersignatures(self, observation_ids: Iterable[str]) -> Mapping[str, tuple[Countersignature, ...]]:
        """Who vouches for them, by the observation's id."""
        with self._reading() as connection:
            return reading.countersignatures(connection, observation_ids)

    def entries(self, selected: Selected | None = None) -> Iterator[Entry]:
        """The entries of a selection with all that they refer to, each after what it refers to; None: all.

        Read in one transaction, with bounded memory: take them to the end or close the iterator.
        """
        with self._reading() as connection:
            yield from exporting.entries(connection, selected or Selected())

    def clock_warning(self, now: datetime) -> Message | None:
        """A warning where the store holds runs from the future: this clock jumped back, or another's is ahead."""
        with self._reading() as connection:
            last = reading.last_started_at(connection)
        if last is None or last <= now + _CLOCKS_DIFFER:
            return None
        return message(
            "The store holds a run of {moment}, later than this machine's clock: it was set back, or another's"
            " is ahead.",
            moment=last,
        )


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) >= _BATCH_COUNT:
            yield batch
            batch = []
    if batch:
        yield batch
