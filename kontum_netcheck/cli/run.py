"""One run, from the loaded inventory to the written report: what `check` and `demo` share."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kontum_netcheck import __version__
from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED, exit_code
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Message, Run, Verdicts, message
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import build
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.wording import system_words

if TYPE_CHECKING:
    from kontum_netcheck.cli.asking import Answers, World
    from kontum_netcheck.report.build import Report
    from kontum_netcheck.report.past import Past

_BUSY_MS = 100.0
"""From this lateness of the event loop on, the reader is told that the machine was too busy to measure well."""
_HOSTS_TOLD = 5


def run_and_report(
    shell: Shell, loaded: Loaded, selection: Selection, wanted: Wanted, world: "World", kept: Keeping
) -> int:
    """Ask, keep, judge, print and write; return the exit code.

    What was measured before Ctrl-C or the deadline is judged and printed. Raises StoreError before anything is asked.
    """
    from kontum_netcheck.cli.asking import ask  # loads the engine, which `report` needs not
    from kontum_netcheck.cli.event_loop import run_in_loop

    begun, started_s = begun_of(loaded, selection, wanted, world), time.perf_counter()
    answers = run_in_loop(ask(shell, loaded, selection, wanted, world, begun, kept))
    planned, asked = answers.plan, answers.asked
    took = timedelta(seconds=time.perf_counter() - started_s)
    # A clock that was set back makes no answer one of the future.
    now = max(datetime.now(UTC), begun.started_at + took)
    verdicts = judge(planned, (*answers.known, *asked.observations), now)
    run = replace(
        begun,
        finished_at=now,
        interrupted=asked.interrupted,
        deadline=asked.deadline,
        late_ms=asked.late_ms,
        notes=(*selection_notes(selection), *_own_notes(answers)),
    )
    if (unkept := kept.end(run, asked.observations)) is not None:
        run = replace(run, notes=(*run.notes, message("This run could not be kept whole: {why}", why=unkept)))
    if wanted.verbose:
        count = sum(check.skip is None for check in planned.checks)
        shell.tell(message("Checks asked: {count}, in {span}.", count=count, span=now - begun.started_at))
    written = give_report(shell, loaded, verdicts, run, wanted, kept.look_back)
    if unkept is not None:
        shell.tell(unkept)
    if asked.interrupted:
        return INTERRUPTED
    if not written or unkept is not None:
        return COULD_NOT_RUN
    return 0 if wanted.exit_zero else exit_code(verdicts.readiness)


def begun_of(loaded: Loaded, selection: Selection, wanted: Wanted, world: "World") -> Run:
    """The run as far as it is known when it begins."""
    now = datetime.now(UTC)
    return Run(
        id=uuid.uuid4().hex,
        started_at=now,
        finished_at=now,
        tool_version=__version__,
        inventory=loaded.path,
        inventory_hash=loaded.content_hash,
        vantage=wanted.vantage,
        operator=wanted.operator,
        lab=world.lab,
        source=world.network.source_address or "",
        at=next(iter(selection.at)) if len(selection.at) == 1 else "",
        selection=selection.words,
        partial=selection.narrows_places or selection.narrows_probes,
    )


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
    written = True
    for file, name in wanted.outputs:
        try:
            write_whole(file, FORMATS[name].render(report, options))
        except OSError as fault:
            written = False
            shell.tell(
                message(
                    "{file} could not be written: {reason}.",
                    file=str(file),
                    reason=system_words(fault),
                )
            )
    if not wanted.quiet:
        shell.put(FORMATS[wanted.format_name].render(report, options))
    return written


def selection_notes(selection: Selection) -> Iterator[Message]:
    """What the reader must know of what was selected."""
    if selection.narrows_places or selection.narrows_probes:
        yield message("Only a part of the inventory was selected: this is no verdict on the rest.")


def _own_notes(answers: "Answers") -> Iterator[Message]:
    """What the reader must know of our own side."""
    from kontum_netcheck.net.icmp.ladder import ADVICE
    from kontum_netcheck.net.icmp.series import Method

    if any(each.metrics.get("method") == Method.TCP_CONNECT for each in answers.asked.observations):
        yield ADVICE[Method.TCP_CONNECT]
    if answers.link is not None and answers.link.down:
        yield answers.link.reason
    if answers.change is not None:
        yield answers.change.said
    if answers.asked.late_ms >= _BUSY_MS:
        late = round(answers.asked.late_ms)
        yield message(
            "This machine was busy, up to {late} ms late: slow answers may be its own fault.", late=late
        )
    if answers.straggler_counts:
        hosts = sorted(answers.straggler_counts)
        yield message(
            "Echo replies that came after their ping had ended: {count}, from {hosts}. Lost, but these hosts answer.",
            count=sum(answers.straggler_counts.values()),
            hosts=", ".join(hosts[:_HOSTS_TOLD]) + (" …" if len(hosts) > _HOSTS_TOLD else ""),
        )
