"""The list of runs: when, from where, by whom, how much. The newest first."""

from collections.abc import Iterator, Sequence
from typing import Any

from kontum_netcheck.model import Message, PastRun, message
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table as csv_table
from kontum_netcheck.report.facts import instant
from kontum_netcheck.report.history.lines import Line, table
from kontum_netcheck.report.json_layout import laid_out
from kontum_netcheck.report.options import Options

_SHOWN_ID = 12


def page(runs: Sequence[PastRun], options: Options) -> Iterator[Line]:
    """A table, with what to do with it."""
    heads = [
        message("Run"),
        message("Started"),
        message("Checks"),
        message("Checked from"),
        message("By"),
        message("What"),
    ]
    rows = [
        [
            options.text(run.begun.id[:_SHOWN_ID]),
            options.text(run.begun.started_at),
            str(run.observations_count),
            options.text(run.begun.vantage or None),
            options.text(run.begun.operator or None),
            options.text(what(run)),
        ]
        for run in runs
    ]
    shown = [options.text(head) for head in heads]
    yield from table(shown, rows, right=len(heads), indent=0, width=options.table_width)
    yield Line.of("")
    hint = message(
        "What changed between two: kontum-netcheck diff RUN RUN, by the beginnings of their ids; or last, previous."
    )
    yield Line.of(options.text(hint), "dim")


def what(run: PastRun) -> Message | str:
    """What of the inventory it was about, and whether it broke off."""
    about: Message | str = message("everything")
    options = (*run.begun.selection, *(("--at", run.begun.at) if run.begun.at else ()))
    if options:
        about = " ".join(options)
    elif run.begun.recorded:
        about = message("recorded by a person")
    if run.end is None:
        return message("{about}; broken off, or not over yet", about=about)
    return message("{about}; broken off", about=about) if run.end.interrupted else about


def as_json(runs: Sequence[PastRun], options: Options) -> str:
    """`kontum-netcheck/runs`, version 1."""
    document = {"format": "kontum-netcheck/runs", "version": 1, "runs": [_data(run) for run in runs]}
    return laid_out(document)


def _data(past: PastRun) -> dict[str, object]:
    run = past.run
    return {
        "id": run.id,
        "started_at": instant(run.started_at),
        "finished_at": instant(run.finished_at),
        "complete": not run.interrupted,
        "observations_count": past.observations_count,
        "vantage": run.vantage,
        "operator": run.operator,
        "inventory": run.inventory,
        "inventory_hash": run.inventory_hash,
        "selection": run.selection,
        "partial": run.partial,
        "at": run.at,
        "tool_version": run.tool_version,
    }


_COLUMNS: tuple[Column[Any], ...] = (
    Column("run_id", message("Run"), lambda past: past.begun.id),
    Column("started_at", message("Started"), lambda past: past.begun.started_at),
    Column("finished_at", message("Finished"), lambda past: past.run.finished_at),
    Column("observations_count", message("Checks"), lambda past: past.observations_count),
    Column("vantage", message("Checked from"), lambda past: past.begun.vantage or None),
    Column("operator", message("Checked by"), lambda past: past.begun.operator or None),
    Column("selection", message("What"), what, machine=lambda past: " ".join(past.begun.selection) or None),
    Column("complete", message("Complete"), lambda past: not past.run.interrupted),
)


def as_csv(runs: Sequence[PastRun], options: Options) -> bytes:
    """A row a run."""
    return csv_table(_COLUMNS, runs, options)
