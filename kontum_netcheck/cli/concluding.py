"""The end of every run, wherever it was asked: judged, kept, printed and written."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED, exit_code
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Message, Observation, Readiness, Run, Verdicts, count, message
from kontum_netcheck.plan import Plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import build
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.wording import system_words

if TYPE_CHECKING:
    from kontum_netcheck.report.build import Report
    from kontum_netcheck.report.past import Past

_SHOWN_ID = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What a run brought home, and how it went."""

    plan: Plan
    known: tuple[Observation, ...]  # the evidence there was before
    observations: tuple[Observation, ...]
    interrupted: bool = False
    deadline: bool = False
    late_ms: float = 0.0
    notes: tuple[Message, ...] = ()  # what the reader must know of our own side


def conclude(
    shell: Shell,
    loaded: Loaded,
    selection: Selection,
    wanted: Wanted,
    kept: Keeping,
    begun: Run,
    started_s: float,
    found: Found,
) -> int:
    """Judge what was found, keep the run's end, print and write; return the exit code."""
    ended = judge_and_keep(selection, kept, begun, started_s, found)
    verdicts, run, unkept = ended.verdicts, ended.run, ended.unkept
    if wanted.verbose:
        asked_count = sum(check.skip is None for check in found.plan.checks)
        shell.tell(
            message(
                "Checks asked: {count}, in {span}.", count=asked_count, span=run.finished_at - run.started_at
            )
        )
    shell.note(_summary(verdicts, run))
    whole = replace(wanted, quiet=wanted.quiet or wanted.only_changes)
    written = give_report(shell, loaded, verdicts, run, whole, kept.look_back)
    if wanted.only_changes and not wanted.quiet:
        from kontum_netcheck.cli.only_changes import print_changes

        print_changes(shell, loaded, wanted, kept, found.plan, run, verdicts)
    if unkept is not None:
        shell.tell(unkept)
    if found.interrupted:
        return INTERRUPTED
    if not written or unkept is not None:
        return COULD_NOT_RUN
    return 0 if wanted.exit_zero else exit_code(verdicts.readiness)


def _summary(verdicts: Verdicts, run: Run) -> Message:
    counts = count(site.readiness for site in verdicts.sites)
    return message(
        "Run {id}: {verdict}. Sites not ready: {not_ready}, not checked: {not_checked}, degraded: {degraded},"
        " ready: {ready}.",
        id=run.id[:_SHOWN_ID],
        verdict=verdicts.readiness,
        not_ready=counts.get(Readiness.NOT_READY, 0),
        not_checked=counts.get(Readiness.NOT_CHECKED, 0),
        degraded=counts.get(Readiness.DEGRADED, 0),
        ready=counts.get(Readiness.READY, 0),
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over, and its judgement."""

    verdicts: Verdicts
    run: Run
    unkept: Message | None  # why it could not be kept whole


def judge_and_keep(selection: Selection, kept: Keeping, begun: Run, started_s: float, found: Found) -> Ended:
    """Judge what was found, and keep the run's end.

    `started_s`: when it began by the performance counter. A clock that was set back makes no answer one of the future.
    """
    took = timedelta(seconds=time.perf_counter() - started_s)
    now = max(datetime.now(UTC), begun.started_at + took)
    verdicts = judge(found.plan, (*found.known, *found.observations), now)
    run = replace(
        begun,
        finished_at=now,
        interrupted=found.interrupted,
        deadline=found.deadline,
        late_ms=found.late_ms,
        notes=(*selection_notes(selection), *found.notes),
    )
    if (unkept := kept.end(run, found.observations)) is not None:
        run = replace(run, notes=(*run.notes, message("This run could not be kept whole: {why}", why=unkept)))
    return Ended(verdicts, run, unkept)


def give_report(
    shell: Shell,
    loaded: Loaded,
    verdicts: Verdicts,
    run: Run,
    wanted: Wanted,
    look_back: "Callable[[Report], Past] | None" = None,
) -> bool:
    """Print the report and write its files; False where a file could not be written (it is said which and why).

    The files come first: a closed pipe must not cost them. `look_back` is asked where a format shows the past; where
    the store fails, it is said and the report stands without it.
    """
    report = build(verdicts, run, loaded.inventory)
    if look_back is not None and wanted.looks_back:
        try:
            report = replace(report, past=look_back(report))
        except StoreError as fault:
            shell.tell(fault.problem)
    options = Options(
        language=shell.language,
        by=wanted.by,
        zone=loaded.inventory.zone,
        width=shell.width,
        colour=shell.colour,
        csv_keys=wanted.csv_keys,
    )
    unwritten = [
        problem for file, name in wanted.outputs if (problem := write_file(file, name, report, options))
    ]
    for problem in unwritten:
        shell.tell(problem)
    if not wanted.quiet:
        shell.put(FORMATS[wanted.format_name].render(report, options))
    return not unwritten


def write_file(file: Path, name: str, report: "Report", options: Options) -> Message | None:
    """Write the report as a file of that format; a sentence where it could not be written."""
    try:
        write_whole(file, FORMATS[name].render(report, options))
    except OSError as fault:
        return message("{file} could not be written: {reason}.", file=str(file), reason=system_words(fault))
    return None


def selection_notes(selection: Selection) -> Iterator[Message]:
    """What the reader must know of what was selected."""
    if selection.narrows_places or selection.narrows_probes:
        yield message("Only a part of the inventory was selected: this is no verdict on the rest.")
