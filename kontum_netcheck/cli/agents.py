"""`agents`: who is alive since when, with what clock, and what waits for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kontum_netcheck.cli.options import (
    CsvKeysOption,
    LangOption,
    ListingFormatOption,
    OutputOption,
    ServerStoreOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

if TYPE_CHECKING:
    from kontum_netcheck.report.listing.agents import AgentRow
    from kontum_netcheck.store.agents import AgentSeen

_NOBODY_THERE = 2
_ANY, _OF_VANTAGE = "any", "vantage:"
_ENDING = "ending"
_STATES = ("ready", "clock", _ENDING)


def agents(
    context: typer.Context,
    store: ServerStoreOption = None,
    format_name: ListingFormatOption = None,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    exit_zero: Annotated[bool, option("--exit-zero", help=_("Exit 0 also where no agent is alive."))] = False,
    lang: LangOption = None,
) -> None:
    """List the agents; exit 2 where none is alive, or jobs wait where nobody is."""
    from kontum_netcheck.cli.dispatch_turn import orders_or_stop
    from kontum_netcheck.cli.formats import formats_or_stop, give
    from kontum_netcheck.cli.since import local_zone
    from kontum_netcheck.cli.store import store_or_stop
    from kontum_netcheck.report.listing import agents as listing
    from kontum_netcheck.report.options import Options

    shell = shell_of(context)
    wanted = formats_or_stop(shell, format_name, output or (), markdown=True)
    with orders_or_stop(shell, store) as orders, store_or_stop(shell):
        seen, lengths = orders.all_agents()
    rows = rows_of(seen, lengths)
    nobody = unattended(rows, lengths)
    give(
        shell,
        wanted,
        Options(shell.language, zone=local_zone(None), width=shell.width, csv_keys=csv_keys),
        page=lambda place, _ascii_only: listing.page(rows, nobody, place),
        csv=lambda place: listing.as_csv(rows, place),
        json=lambda place: listing.as_json(rows, nobody, place),
        markdown=lambda place: listing.as_markdown(rows, place),
    )
    if not exit_zero and (nobody or not any(row.is_alive for row in rows)):
        raise typer.Exit(_NOBODY_THERE)


def rows_of(seen: "Sequence[AgentSeen]", lengths: Mapping[str, int]) -> "list[AgentRow]":
    """The agents as they are listed; `lengths`: jobs that wait, by queue.

    Who has ended as it was told to is left out where another of its name is alive: it was only started again.
    """
    from kontum_netcheck.agents.orders import GONE_AFTER_S
    from kontum_netcheck.report.listing.agents import AgentRow

    def is_there(each: "AgentSeen") -> bool:
        return each.silent_s <= GONE_AFTER_S

    def is_alive(each: "AgentSeen") -> bool:
        """Who is leaving takes nothing any more; it says so once more when it is gone, and that is no sign of life."""
        return is_there(each) and each.status.get("state") != _ENDING

    alive = Counter((each.vantage, each.name) for each in seen if is_alive(each))
    return [
        AgentRow(
            id=each.id,
            name=each.name,
            vantage=each.vantage,
            host=each.host,
            is_alive=is_alive(each),
            started_at=each.started_at,
            last_seen_at=each.last_seen_at,
            silent_s=each.silent_s,
            tool_version=each.tool_version,
            job_version=each.job_version,
            clock_offset_s=each.clock_offset_s,
            waiting_count=lengths.get(f"{_OF_VANTAGE}{each.vantage}", 0),
            running_count=_number(each.status, "running_count") if is_there(each) else None,
            rate_per_min=_number(each.status, "rate_per_min") if is_there(each) else None,
            last_run=run if isinstance(run := each.status.get("last_run_id"), str) and run else None,
            reported=_reported(each, is_there=is_there(each)),
            twins_count=alive[each.vantage, each.name] - 1 if is_alive(each) else 0,
        )
        for each in seen
        if is_there(each) or each.status.get("state") != _ENDING or not alive[each.vantage, each.name]
    ]


def unattended(rows: "Sequence[AgentRow]", lengths: Mapping[str, int]) -> dict[str, int]:
    """Jobs that wait where no agent is alive, by vantage (`any`: for whoever comes)."""
    there = {f"{_OF_VANTAGE}{row.vantage}" for row in rows if row.is_alive}
    there |= {_ANY} if there else set()
    return {
        queue.removeprefix(_OF_VANTAGE): count
        for queue, count in lengths.items()
        if count and queue not in there and (queue == _ANY or queue.startswith(_OF_VANTAGE))
    }


def _reported(agent: "AgentSeen", *, is_there: bool) -> str:
    state = agent.status.get("state")
    if not is_there:
        return "silent"
    return state if state in _STATES else "ready"


def _number(status: Mapping[str, Any], name: str) -> Any:
    """What an agent says of itself, where it is a number."""
    value = status.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
