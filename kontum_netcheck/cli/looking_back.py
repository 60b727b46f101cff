"""What the store knows of earlier, for the formats that show it: a few last answers of each service, and the calls."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.model import KeptObservation, Outcome
from kontum_netcheck.recording.results import was_called
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.call_log import CALLED
from kontum_netcheck.report.past import FOLLOWED, Earlier, Followed, Past

if TYPE_CHECKING:
    from kontum_netcheck.store.store import Store

_ANSWERS_COUNT = 12
_CALLS_COUNT = 1_000
"""The most of one line that a log takes; a line is tried a few times."""


def past_or_stop(shell: Shell, where: str | None, report: Report) -> Past:
    """What the store that was named holds before the report's moment; its refusal ends the program."""
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        return past(store, report)


def past(store: "Store", report: Report) -> Past:
    """The same of an open store. StoreError."""
    as_of = report.run.finished_at
    followed_ids = list(_followed(report))
    answers: dict[str, list[KeptObservation]] = {}
    for kept in store.latest(followed_ids, as_of, _ANSWERS_COUNT):
        answers.setdefault(kept.observation.check_id, []).append(kept)
    calls = store.latest(_call_ids(store, report), as_of, _CALLS_COUNT)
    calls = [kept for kept in calls if was_called(kept.observation)]
    calls.sort(key=lambda kept: (kept.observation.started_at, kept.observation.check_id, kept.id))
    signed = store.countersignatures(kept.id for kept in calls)
    return Past(
        {check_id: _of(answers[check_id]) for check_id in followed_ids if check_id in answers},
        tuple(calls),
        {id_: tuple(one.operator for one in signatures) for id_, signatures in signed.items()},
    )


def _followed(report: Report) -> Iterator[str]:
    """Of each service the first check of the first probe that is followed."""
    order = list(FOLLOWED)
    for site in (*report.sites, *report.portals):
        for service in site.verdict.services:
            checks = [verdict.check for verdict in service.checks if verdict.check.probe in FOLLOWED]
            if checks:
                yield min(checks, key=lambda check: order.index(check.probe)).id


def _of(kept: list[KeptObservation]) -> Followed:
    metric = FOLLOWED[kept[0].observation.probe]
    return Followed(
        metric, tuple(Earlier(each.observation.started_at, _value(each, metric)) for each in kept)
    )


def _value(kept: KeptObservation, metric: str) -> float | None:
    value = kept.observation.metrics.get(metric)
    if kept.observation.outcome is not Outcome.MEASURED or isinstance(value, str | bool | tuple | None):
        return None
    return float(value)


def _call_ids(store: "Store", report: Report) -> list[str]:
    """Of the report's sites; of a whole report all that the store knows: a log loses nothing."""
    sites = {row.verdict.id for row in report.sites}
    return [
        check_id
        for check_id in store.check_ids()
        if check_id.split("/")[2] in CALLED and (not report.run.partial or check_id.split("/")[0] in sites)
    ]
