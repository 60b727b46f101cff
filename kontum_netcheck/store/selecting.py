"""What of a store is meant."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Selected:
    """A part of a store; what is None or empty does not narrow it."""

    since: datetime | None = None  # observed at or after
    until: datetime | None = None  # observed before
    site_ids: frozenset[str] = frozenset()
    run_ids: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether nothing narrows it."""
        return self == Selected()


@dataclass(frozen=True, slots=True)
class UnknownSite:
    """A site that has evidence and no place in the inventory."""

    site_id: str
    observations_count: int
    last_at: datetime
