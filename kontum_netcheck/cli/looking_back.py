"""What the store knows of earlier, for the formats that show it: a few last answers of each service, and the calls."""

from collections.abc import Iterator
from itertools import starmap
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.model import Check
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
    followed = dict(_followed(report))
    answers = store.latest_values(followed, as_of, _ANSWERS_COUNT)
    calls = store.latest(_call_ids(store, report), as_of, _CALLS_COUNT)
    calls = [kept for kept in calls if was_called(kept.observation)]
    calls.sort(key=lambda kept: (kept.observation.started_at, kept.observation.check_id, kept.id))
    signed = store.countersignatures(kept.id for kept in calls)
    return Past(
        {
            check_id: Followed(metric, tuple(starmap(Earlier, answers[check_id])))
            for check_id, metric in followed.items()
            if check_id in answers
        },
        tuple(calls),
        {id_: tuple(one.operator for one in signatures) for id_, signatures in signed.items()},
    )


def _followed(report: Report) -> Iterator[tuple[str, str]]:
    """Of each service the first check of the first probe that is followed, with the metric.

    None that several places ask: their values in one row would tell of the places, not of the service.
    """
    order = {probe: place for place, probe in enumerate(FOLLOWED)}
    for site in (*report.sites, *report.portals):
        for service in site.verdict.services:
            checks = [verdict.check for verdict in service.checks if _is_followed(verdict.check)]
            if checks:
                first = min(checks, key=lambda check: order[check.probe])
                yield first.id, FOLLOWED[first.probe]


def _is_followed(check: Check) -> bool:
    return check.probe in FOLLOWED and len(check.vantages) <= 1


def _call_ids(store: "Store", report: Report) -> list[str]:
    """Of the report's sites; of a whole report all that the store knows: a log loses nothing."""
    sites = {row.verdict.id for row in report.sites}
    return [
        check_id
        for check_id in store.check_ids()
        if check_id.split("/")[2] in CALLED and (not report.run.partial or check_id.split("/")[0] in sites)
    ]
