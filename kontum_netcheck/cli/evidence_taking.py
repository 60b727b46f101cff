"""One bundle into the store, or only looked at; conflicts with what is kept are found on the way."""

import re
from datetime import datetime
from pathlib import Path

from kontum_netcheck.bundles.reading import Bundle
from kontum_netcheck.cli.evidence_result import REFUSED, UNREADABLE, Result, Trust, look_at, unknown_sites
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge.conflicts import WITHIN, Conflict, conflicting
from kontum_netcheck.model import Observation, message
from kontum_netcheck.store.fault import NotWellFormed, StoreError
from kontum_netcheck.store.store import Store
from kontum_netcheck.wording import system_words

_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


def look(file: Path, trust: Trust, inventory: Inventory | None, now: datetime) -> Result:
    """Read all of it, whoever signed it; then say whether it is trusted."""

    def use(bundle: Bundle, result: Result) -> None:
        for _ in result.contents.noting(bundle.entries()):
            pass
        _is_whole(result, inventory)
        result.conflicts = conflicting(result.contents.by_hand)
        result.signer = trust.name_of(bundle.key)

    return look_at(file, now, use)


def take(
    shell: Shell,
    file: Path,
    store: Store,
    trust: Trust,
    inventory: Inventory | None,
    folder: Path | None,
    now: datetime,
) -> Result:
    """Into the store in one transaction, if its key is trusted. What the store itself refuses is in the Result too."""

    def use(bundle: Bundle, result: Result) -> None:
        result.signer = trust.name_of(bundle.key)
        try:
            added = store.add_decoded(result.contents.noting(bundle.entries()))
            _is_whole(result, inventory)
            result.new_count, result.known_count = added.new_count, added.known_count
            result.conflicts = _conflicts(store, result.contents.by_hand)
        except StoreError as fault:
            result.problem, result.whole = fault.problem, False
            result.code = REFUSED if isinstance(fault, NotWellFormed) else UNREADABLE
            return
        _write_attachments(bundle, result, folder)

    try:
        return look_at(file, now, use)
    except KeyboardInterrupt:
        shell.tell(
            message(
                "Interrupted: {file} is in the store wholly or not at all; import it again to be sure.",
                file=str(file),
            )
        )
        raise


def _is_whole(result: Result, inventory: Inventory | None) -> None:
    result.whole = True
    result.unknown_sites = unknown_sites(result.contents, inventory)


def _conflicts(store: Store, by_hand: list[Observation]) -> tuple[Conflict, ...]:
    """What of the taken answers contradicts one that the store has, or another of them."""
    times: dict[str, list[datetime]] = {}
    for answer in by_hand:
        times.setdefault(answer.check_id, []).append(answer.started_at)
    around = [
        kept.observation
        for check_id, moments in times.items()
        for kept in store.series(check_id, min(moments) - WITHIN, max(moments) + 2 * WITHIN)
    ]
    taken = set(map(_identity, by_hand))
    return tuple(
        conflict
        for conflict in conflicting(around)
        if _identity(conflict.earlier) in taken or _identity(conflict.later) in taken
    )


def _identity(answer: Observation) -> tuple[object, ...]:
    return answer.check_id, answer.started_at, answer.operator, answer.outcome


def _write_attachments(bundle: Bundle, result: Result, folder: Path | None) -> None:
    """Into `folder`, named by their hash and the suffix that the evidence names; nothing else of a name is used."""
    count = bundle.manifest.attachments_count
    if folder is None:
        if count:
            result.notes.append(
                message(
                    "Attached files that were not written: {count}; --files-to FOLDER writes them.",
                    count=count,
                )
            )
        return
    try:
        for sha256, content in bundle.attachments():
            suffix = Path(result.contents.attached.get(sha256, "")).suffix.lower()
            write_whole(folder / (sha256 + (suffix if _SUFFIX.fullmatch(suffix) else "")), content)
    except OSError as fault:
        result.code = UNREADABLE
        result.notes.append(
            message(
                "Attached files could not be written to {folder}: {reason}.",
                folder=str(folder),
                reason=system_words(fault),
            )
        )
