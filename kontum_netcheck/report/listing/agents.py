"""The agents that a store knows: who is alive since when, with what clock, and what waits for them. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table as csv_table
from kontum_netcheck.report.facts import instant, rounded
from kontum_netcheck.report.history.lines import Line, table
from kontum_netcheck.report.markdown import escaped
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible

FORMAT = "kontum-netcheck/agents"
VERSION = 1
_TOLD_OFFSET_S = 5.0
_SHOWN_RUN = 12


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent's process, as it last reported."""

    id: str
    name: str
    vantage: str
    host: str
    is_alive: bool
    started_at: datetime  # aware, by its own clock
    last_seen_at: datetime  # aware, by the database's
    silent_s: float
    tool_version: str
    job_version: int
    clock_offset_s: float | None  # the database's time minus its own
    waiting_count: int  # jobs that nobody took yet, in its vantage's queue
    running_count: int | None  # checks
    rate_per_min: float | None  # checks
    last_run: str | None
    reported: str  # what it said of itself: ready, clock (its own is wrong), ending; or silent
    twins_count: int  # others alive of this vantage and name

    @property
    def state(self) -> Message:
        """Whether it is alive; and what about it is odd."""
        if self.reported == "silent":
            return message("silent for {span}", span=timedelta(seconds=round(self.silent_s)))
        if self.reported == "ending":
            return message("ending")
        said = message("alive")
        if self.reported == "clock":
            said = message("takes nothing: its clock is wrong")
        elif self.clock_offset_s is not None and abs(self.clock_offset_s) > _TOLD_OFFSET_S:
            said = message("{said}, its clock is wrong", said=said)
        if self.twins_count:
            said = message("{said}, one of {count} of this name", said=said, count=self.twins_count + 1)
        return said


def _offset(row: AgentRow) -> float | None:
    return None if row.clock_offset_s is None else round(row.clock_offset_s, 3)


COLUMNS: tuple[Column[Any], ...] = (
    Column("vantage", message("Vantage"), lambda row: row.vantage, brief=True),
    Column("name", message("Name"), lambda row: row.name, brief=True),
    Column("state", message("State"), lambda row: row.state, True, lambda row: row.reported),
    Column("started_at", message("Since"), lambda row: row.started_at, brief=True),
    Column("last_seen_at", message("Last seen"), lambda row: row.last_seen_at, brief=True),
    Column("tool_version", message("Version"), lambda row: row.tool_version, brief=True),
    Column("clock_offset_s", message("Clock offset (s)"), _offset, brief=True),
    Column("waiting_count", message("Jobs waiting"), lambda row: row.waiting_count, brief=True),
    Column("running_count", message("Running"), lambda row: row.running_count, brief=True),
    Column("rate_per_min", message("Checks a minute"), lambda row: row.rate_per_min, brief=True),
    Column("last_run", message("Last run"), lambda row: row.last_run, brief=True),
    Column("host", message("Host"), lambda row: row.host),
    Column("id", message("Id"), lambda row: row.id),
)


def page(rows: Sequence[AgentRow], nobody: Mapping[str, int], options: Options) -> Iterator[Line]:
    """Vantage by vantage; `nobody`: jobs that wait in queues to which no agent alive listens."""
    for vantage, group in groupby(rows, key=lambda row: row.vantage):
        agents = list(group)
        heading = message("{vantage}: {count} jobs waiting", vantage=vantage, count=agents[0].waiting_count)
        yield Line.of(options.text(heading), "bold")
        heads = [message("Name"), message("State"), message("Since"), message("Version")]
        heads += [
            message("Clock offset (s)"),
            message("Running"),
            message("Checks a minute"),
            message("Last run"),
        ]
        cells = [
            [
                options.text(cell)
                for cell in (
                    row.name,
                    row.state,
                    row.started_at,
                    row.tool_version,
                    _offset(row),
                    row.running_count,
                    row.rate_per_min,
                    row.last_run and row.last_run[:_SHOWN_RUN],
                )
            ]
            for row in agents
        ]
        yield from table([options.text(head) for head in heads], cells, right=4)
        yield Line.of("")
    for queue, count in nobody.items():
        sentence = message("Nobody is there for {queue}: {count} jobs wait.", queue=queue, count=count)
        yield Line.of(options.text(sentence), "red")
    alive = sum(row.is_alive for row in rows)
    yield Line.of(options.text(message("Agents: {count}, alive: {alive}.", count=len(rows), alive=alive)))


def as_markdown(rows: Sequence[AgentRow], options: Options) -> str:
    """A table as GitHub has them."""
    from tabulate import tabulate

    columns = [column for column in COLUMNS if column.brief]
    return tabulate(
        [[escaped(column.value(row), options) for column in columns] for row in rows],
        headers=[escaped(column.label, options) for column in columns],
        tablefmt="github",
        disable_numparse=True,
        preserve_whitespace=True,
    )


def as_csv(rows: Sequence[AgentRow], options: Options) -> bytes:
    """An agent a row."""
    return csv_table(COLUMNS, rows, options)


def as_json(rows: Sequence[AgentRow], nobody: Mapping[str, int], options: Options) -> str:
    """`kontum-netcheck/agents`, version 1."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "agents": [_data(row) for row in rows],
        "unattended": [{"queue": queue, "waiting_count": count} for queue, count in nobody.items()],
    }
    return json_visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _data(row: AgentRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "vantage": row.vantage,
        "host": row.host,
        "alive": row.is_alive,
        "state": row.reported,
        "started_at": instant(row.started_at),
        "last_seen_at": instant(row.last_seen_at),
        "silent_s": rounded(row.silent_s),
        "tool_version": row.tool_version,
        "job_version": row.job_version,
        "clock_offset_s": _offset(row),
        "waiting_count": row.waiting_count,
        "running_count": row.running_count,
        "rate_per_min": row.rate_per_min,
        "last_run": row.last_run,
        "twins_count": row.twins_count,
    }
