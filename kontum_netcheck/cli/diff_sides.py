"""The two sides of a difference: the runs or moments that are meant, and what the store knew then."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kontum_netcheck.cli.history_window import Window
from kontum_netcheck.cli.keeping import evidence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.history import Difference, Moment, difference, remembered
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge import CLOCKS_DIFFER, judge, judge_check
from kontum_netcheck.model import CheckVerdict, KeptObservation, PastRun, Readiness, Verdicts, message
from kontum_netcheck.plan import plan
from kontum_netcheck.store.store import Store

_LOOKED_AT = 500
"""Runs, from the newest on, among which the last two measuring ones are looked for."""
_SHOWN_ID = 12


def difference_or_stop(
    shell: Shell, inventory: Inventory, words: Sequence[str], where: str | None, window: Window
) -> Difference:
    """Read both sides, judge them, compare them. Runs that aren't there end the program with a sentence."""
    if words and window.since is not None:
        raise shell.stop(message("Write two runs or --since, not both."))
    if len(words) not in (0, 2):
        raise shell.stop(
            message("Write two runs, or last and previous, or --since TIME. Runs: kontum-netcheck history")
        )
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        if window.since is not None:
            before, after = Moment(window.since), Moment(window.now)
        else:
            before, after = (_moment_or_stop(shell, store, word) for word in words or ("previous", "last"))
        verdicts = (_judged(store, inventory, before), _judged(store, inventory, after))
        vanished = tuple(_vanished(store, inventory, before, after))
    if not _knows_anything(verdicts) and not vanished:
        raise shell.stop(
            message("The store {place} has no evidence of this inventory then.", place=store.place.shown)
        )
    return difference(before, after, verdicts, vanished)


def _moment_or_stop(shell: Shell, store: Store, word: str) -> Moment:
    if word in ("last", "previous"):
        run = _latest_or_stop(shell, store, word)
    else:
        found = store.run(word) if word else None
        if found is None:
            raise _no_such_run(shell, store, word)
        run = found
    return Moment(run.run.finished_at, run.begun.id)


def _latest_or_stop(shell: Shell, store: Store, word: str) -> PastRun:
    """The newest run, or the one before it, of those that measured: what people record is a run of its own."""
    runs = [run for run in store.runs(most_count=_LOOKED_AT) if not run.begun.recorded]
    if not runs:
        raise shell.stop(message("The store {place} has no run of check yet.", place=store.place.shown))
    if word == "last":
        return runs[0]
    if len(runs) == 1:
        raise shell.stop(message("The store {place} has only one run of check.", place=store.place.shown))
    return runs[1]


def _no_such_run(shell: Shell, store: Store, word: str) -> Exception:
    alike = [
        run.begun.id[: max(_SHOWN_ID, len(word) + 4)] for run in store.runs() if run.begun.id.startswith(word)
    ]
    if alike and word:
        return shell.stop(
            message(
                "{word} is the beginning of {count} runs: {ids}. Write more of it.",
                word=word,
                count=len(alike),
                ids=tuple(alike[:5]),
            )
        )
    return shell.stop(
        message("The store has no run whose id begins with {word}. Runs: kontum-netcheck history", word=word)
    )


def _judged(store: Store, inventory: Inventory, moment: Moment) -> Verdicts:
    planned = plan(inventory, on=moment.at.astimezone(inventory.zone).date())
    until = moment.at if moment.run_id else moment.at + CLOCKS_DIFFER
    return judge(planned, evidence(store, planned.checks, until), moment.at)


def _knows_anything(verdicts: Sequence[Verdicts]) -> bool:
    """Whether either side has an observation at all."""
    return any(
        check.observation is not None
        for side in verdicts
        for services in (*(site.services for site in side.sites), side.portals)
        for service in services
        for check in service.checks
    )


def _vanished(store: Store, inventory: Inventory, before: Moment, after: Moment) -> Iterator[CheckVerdict]:
    """What was known before of checks that today's inventory doesn't have, and that nobody has asked since."""
    planned = {check.id for check in plan(inventory).checks}
    unknown = [id_ for id_ in store.check_ids() if id_ not in planned]
    if not unknown:
        return
    then = _by_check(store.newest(unknown, before.at))
    now = _by_check(store.newest(list(then), after.at)) if then else {}
    limits = store.limits(each.limits_id for kept in then.values() for each in kept)
    for id_, kept in sorted(then.items()):
        check = remembered(kept[-1].observation, limits.get(kept[-1].limits_id))
        if check is None or _last_at(now[id_]) > _last_at(kept):
            continue
        verdict = judge_check(check, [each.observation for each in kept], before.at)
        if verdict.readiness is not Readiness.NOT_CHECKED:
            yield verdict


def _by_check(kept: Sequence[KeptObservation]) -> dict[str, list[KeptObservation]]:
    found: dict[str, list[KeptObservation]] = {}
    for each in kept:
        found.setdefault(each.observation.check_id, []).append(each)
    return found


def _last_at(kept: Sequence[KeptObservation]) -> datetime:
    return kept[-1].observation.started_at
