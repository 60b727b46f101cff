"""What is in a bundle, told from its entries as they pass by: who, from when to when, which sites, what is odd."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.model import Evidence, KeptObservation, Observation, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.store.entries import Entry, decode, entry_id
from kontum_netcheck.store.fault import NotWellFormed

CLOCKS_DIFFER = timedelta(minutes=5)
"""Further ahead of our clock than this, a moment is one in the future."""

BEFORE_ALL = datetime(2024, 1, 1, tzinfo=UTC)
"""No inventory of this program is older: what is dated before comes from a clock that was never set."""


@dataclass(slots=True)
class Contents:
    """Grows while entries pass. `now` (aware) is when they are read."""

    now: datetime
    counts: Counter[str] = field(default_factory=Counter)  # entries by kind
    operators: Counter[str] = field(default_factory=Counter)  # observations by who made them
    sites: Counter[str] = field(default_factory=Counter)  # observations by site
    first_at: datetime | None = None
    last_at: datetime | None = None
    future_count: int = 0
    too_early_count: int = 0
    by_hand: list[Observation] = field(default_factory=list)
    attached: dict[str, str] = field(
        default_factory=dict
    )  # SHA-256 of a file → its name, as observations say

    def noting(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Evidence]]:
        """Each entry with its fact, looked at. Raises Refused where one is not as this program writes it."""
        for entry in entries:
            try:
                fact = decode(entry)
            except NotWellFormed as wrong:
                raise Refused(
                    message("An entry in it is not right: {problem}", problem=wrong.problem)
                ) from None
            self.counts[entry.kind] += 1
            if isinstance(fact, KeptObservation):
                self._note(fact.observation)
            yield entry, fact

    def counting(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Entries of our own store, only counted, and asked which files they name.

        Raises Refused where the store has changed one: it would be refused everywhere.
        """
        for entry in entries:
            if entry_id(entry.kind, entry.body) != entry.id:
                raise Refused(message("The store is damaged: an entry of it was changed."))
            self.counts[entry.kind] += 1
            if b'"attachment_sha256":' in entry.body:
                fact = decode(entry)
                if isinstance(fact, KeptObservation):
                    self._note_attachment(fact.observation)
            yield entry

    def _note(self, seen: Observation) -> None:
        self.operators[seen.operator] += 1
        self.sites[seen.check_id.split("/", 1)[0]] += 1
        at = seen.started_at
        self.first_at = at if self.first_at is None else min(at, self.first_at)
        self.last_at = at if self.last_at is None else max(at, self.last_at)
        self.future_count += at > self.now + CLOCKS_DIFFER
        self.too_early_count += at < BEFORE_ALL
        if is_by_hand(seen):
            self.by_hand.append(seen)
            self._note_attachment(seen)

    def _note_attachment(self, seen: Observation) -> None:
        sha256, name = seen.metrics.get("attachment_sha256"), seen.metrics.get("attachment_name", "")
        if isinstance(sha256, str) and isinstance(name, str):
            self.attached[sha256] = name
