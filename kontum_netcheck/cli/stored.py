"""Judging what the store holds, as of a moment, with what a reader must know of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from kontum_netcheck import __version__
from kontum_netcheck.cli.concluding import selection_notes
from kontum_netcheck.cli.evidence_view import conflict_sentence
from kontum_netcheck.cli.keeping import kept_evidence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.since import moment_or_stop
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.judge import CLOCKS_DIFFER, judge
from kontum_netcheck.judge.conflicts import conflicting
from kontum_netcheck.model import KeptObservation, Message, Observation, Run, ServiceKind, Verdicts, message
from kontum_netcheck.plan import PORTAL, plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.recording.moments import local_time
from kontum_netcheck.wording import KIND_WORDS

if TYPE_CHECKING:
    from kontum_netcheck.inventory.schema import Inventory
    from kontum_netcheck.store.store import Store

_SHOWN_SITES_COUNT = 5
_KINDS = {"call": ServiceKind.PHONE, "fax": ServiceKind.FAX}


class Judged(NamedTuple):
    """A judgement of what the store holds, and what it rests on."""

    verdicts: Verdicts
    run: Run
    kept: tuple[KeptObservation, ...]


def judged_or_stop(
    shell: Shell,
    loaded: Loaded,
    selection: Selection,
    where: str | None,
    as_of: str | None,
    *,
    exactly: bool = False,
) -> Judged:
    """The verdicts at that moment (None: now), by the limits that the inventory has today.

    With `exactly` it is a whole millisecond and nothing is known that is dated later, so that the same can be asked
    for again by its moment. A store's refusal, and a moment that has not come, end the program.
    """
    now, inventory = datetime.now(UTC), loaded.inventory
    moment = now if as_of is None else moment_or_stop(shell, "--as-of", as_of, inventory.zone, now)
    if exactly:
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if moment > now:
        raise shell.stop(
            message(
                "--as-of: {moment} has not come yet; nobody knows how it will be.",
                moment=local_time(moment, inventory.zone),
            )
        )
    planned = plan(inventory, selection, on=moment.astimezone(inventory.zone).date())
    until = moment + CLOCKS_DIFFER if as_of is None and not exactly else moment
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        kept = kept_evidence(store, planned.checks, until)
        known = tuple(each.observation for each in kept)
        notes = (*selection_notes(selection), *_notes(store, loaded, selection, known))
    run = Run(
        id="",
        started_at=moment,
        finished_at=moment,
        tool_version=__version__,
        inventory=loaded.path,
        inventory_hash=loaded.content_hash,
        vantage="",
        operator="",
        stored=True,
        selection=selection.words,
        partial=selection.narrows_places or selection.narrows_probes,
        notes=notes,
    )
    return Judged(judge(planned, known, moment), run, kept)


def _line(inventory: "Inventory", answer: Observation) -> Message:
    """What two people answered differently about: `Trường THPT Kon Tum, Phone 0260 3000 002`."""
    site_id, kind = answer.check_id.split("/", 1)[0], _KINDS.get(answer.probe, ServiceKind.CHECKLIST)
    return message(
        "{site}, {kind} {target}",
        site=next((site.name for site in inventory.sites if site.id == site_id), site_id),
        kind=KIND_WORDS[kind],
        target=answer.target if kind is ServiceKind.CHECKLIST else national(answer.target),
    )


def _notes(
    store: "Store", loaded: Loaded, selection: Selection, known: Sequence[Observation]
) -> Iterator[Message]:
    """That there is nothing; that people differ; that there is evidence of sites that the inventory doesn't have."""
    if not known:
        yield message("The store {place} holds no evidence of what is selected.", place=store.place.shown)
    for conflict in conflicting(known):
        yield conflict_sentence(conflict, _line(loaded.inventory, conflict.later))
    if selection.narrows_places:
        return
    unknown = store.sites_unknown([PORTAL, *(site.id for site in loaded.inventory.sites)])
    if unknown:
        names = tuple(each.site_id for each in unknown[:_SHOWN_SITES_COUNT])
        yield message(
            "The store also has evidence of {count} sites that this inventory doesn't have: {names}.",
            count=len(unknown),
            names=names if len(unknown) <= _SHOWN_SITES_COUNT else (*names, "…"),
        )
