"""Keeping what a person said: each answer is committed before the next question is asked."""

import hashlib
import socket
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck import __version__
from kontum_netcheck.cli.record_place import Place
from kontum_netcheck.cli.store import inventory_text
from kontum_netcheck.model import (
    Evidence,
    KeptObservation,
    LimitsInForce,
    Message,
    Observation,
    RunBegun,
    RunEnd,
    message,
)
from kontum_netcheck.recording import Item, Witness
from kontum_netcheck.recording.corrections import settled
from kontum_netcheck.recording.moments import local_time
from kontum_netcheck.recording.results import result_of
from kontum_netcheck.store.entries import encode

if TYPE_CHECKING:
    from kontum_netcheck.store.store import Store

_SHOWN_ID = 12


class Keeper:
    """A sitting of one person: a run of its own in the store, begun with the first answer."""

    def __init__(self, store: "Store", place: Place, witness: Witness) -> None:
        self.store = store
        self.kept_count = 0
        self._place = place
        self._witness = witness
        self._begun: RunBegun | None = None

    def past(self, item: Item) -> list[KeptObservation]:
        """All that was ever recorded of it. StoreError."""
        return self.store.series(item.check.id)

    def keep(self, item: Item, found: Observation) -> KeptObservation | None:
        """Commit it now; None: the same is there already. StoreError where it can't be kept."""
        settled_one = settled(found, self.past(item))
        if settled_one is None:
            return None
        facts: list[Evidence] = []
        begun = self._begun
        if begun is None:
            begun = self._new_run()
            text = inventory_text(self._place.loaded)
            facts += [begun] if text is None else [text, begun]
        limits = LimitsInForce.of(item.check)
        kept = KeptObservation(begun.id, encode(limits).id, settled_one)
        self.store.keep([*facts, limits, kept])
        self._begun = begun
        self.kept_count += 1
        return KeptObservation(kept.run_id, kept.limits_id, settled_one, encode(kept).id)

    def end(self, *, interrupted: bool = False) -> None:
        """Say in the store that the sitting is over, if it began. StoreError."""
        if self._begun is not None:
            self.store.keep([RunEnd(self._begun.id, datetime.now(UTC), interrupted=interrupted)])

    def _new_run(self) -> RunBegun:
        loaded = self._place.loaded
        return RunBegun(
            id=uuid.uuid4().hex,
            started_at=datetime.now(UTC),
            tool_version=__version__,
            inventory=loaded.path,
            inventory_hash=loaded.content_hash,
            vantage=self._witness.vantage,
            operator=self._witness.operator,
            partial=True,
            host=socket.gethostname(),
        )


def keep_sheet(store: "Store", place: Place, found: Sequence[Observation]) -> tuple[int, int]:
    """Keep a whole sheet in one commit; how many answers were new, and how many the store had. StoreError.

    The run is made of the sheet alone, so the same sheet is the same evidence in every store that reads it in.
    """
    by_id = {item.check.id: item for item in place.things}
    once = list({_content(one): one for one in found}.values())
    new = [one for each in once if (one := settled(each, store.series(each.check_id), ever=True)) is not None]
    if new:
        loaded = place.loaded
        digest = hashlib.sha256("\n".join(sorted(_content(one) for one in new)).encode()).hexdigest()
        names = {one.operator for one in new}
        begun = RunBegun(
            id=f"sheet-{digest[:32]}",
            started_at=min(one.started_at for one in new),
            tool_version=__version__,
            inventory=Path(loaded.path).name,
            inventory_hash=loaded.content_hash,
            operator=names.pop() if len(names) == 1 else "",
            partial=True,
        )
        text = inventory_text(loaded)
        limits = {one.check_id: LimitsInForce.of(by_id[one.check_id].check) for one in new}
        kept = [KeptObservation(begun.id, encode(limits[one.check_id]).id, one) for one in new]
        end = RunEnd(begun.id, max(one.started_at for one in new))
        store.keep([*([text] if text else []), begun, *limits.values(), *kept, end])
    return len(new), len(found) - len(new)


def _content(found: Observation) -> str:
    """A text that is equal for equal facts."""
    return encode(KeptObservation("-", "", found)).id


def told(item_name: str, kept: KeptObservation, place: Place) -> Message:
    """`0260 3000 002: in order, 27/06/2024 09:30, Lan [1a2b3c…]`."""
    observation = kept.observation
    return message(
        "{name}: {result}, {time}, {operator} [{id}]",
        name=item_name,
        result=result_of(observation),
        time=local_time(observation.started_at, place.loaded.inventory.zone),
        operator=observation.operator,
        id=kept.id[:_SHOWN_ID],
    )
