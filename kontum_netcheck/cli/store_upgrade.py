"""`store`: how the evidence store stands, and bringing it up to date, for agents too."""

import json
from enum import StrEnum
from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.options import LangOption, StoreOption, option
from kontum_netcheck.cli.shell import shell_of

if TYPE_CHECKING:
    from kontum_netcheck.model import Message
    from kontum_netcheck.store.upgrade import StoreStatus

store = group(_("Bring the evidence store up to date."))
UPGRADE_IS_DUE = 1


class StoreFormat(StrEnum):
    """How a store's state can be printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[StoreFormat, option("--format", "-f", help=_("How to print."))]


def upgrade(
    context: typer.Context,
    where: StoreOption = None,
    format_name: FormatOption = StoreFormat.TEXT,
    lang: LangOption = None,
) -> None:
    """Bring a store to this program's version, all at once or not at all; on PostgreSQL, ready for agents."""
    from kontum_netcheck.cli.store import store_or_stop
    from kontum_netcheck.store.upgrade import upgrade as bring_up_to_date

    with store_or_stop(shell_of(context)):
        found = bring_up_to_date(where)
    _tell(context, found, format_name)


def status(
    context: typer.Context,
    where: StoreOption = None,
    format_name: FormatOption = StoreFormat.TEXT,
    lang: LangOption = None,
) -> None:
    """Say of which version a store is, and who may work with it; nothing is changed.

    Exit code: 0 up to date, 1 an upgrade is due, 3 could not look.
    """
    from kontum_netcheck.cli.store import store_or_stop
    from kontum_netcheck.store.upgrade import status as looked_at

    with store_or_stop(shell_of(context)):
        found = looked_at(where)
    _tell(context, found, format_name)
    if not found.newest:
        raise typer.Exit(UPGRADE_IS_DUE)


def _tell(context: typer.Context, found: "StoreStatus", format_name: StoreFormat) -> None:
    shell = shell_of(context)
    if format_name is StoreFormat.JSON:
        shell.put(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        return
    for sentence in _sentences(found):
        shell.put_line(sentence)


def _as_json(found: "StoreStatus") -> dict[str, object]:
    logins = [{"login": login, "vantage": vantage} for login, vantage in found.logins]
    return {
        "format": "kontum-netcheck/store",
        "version": 1,
        "store": found.place.shown,
        "schema": found.version,
        "up_to_date": found.newest,
        "agents": {"schema": found.agents_version, "group": found.has_group, "logins": logins},
    }


def _sentences(found: "StoreStatus") -> "list[Message]":
    from kontum_netcheck.model import message

    shown = found.place.shown
    if not found.version:
        return [
            message(
                "{store} is not there yet, or empty: “kontum-netcheck store upgrade” makes it.", store=shown
            )
        ]
    told = [
        message("{store} has version {version} and is up to date.", store=shown, version=found.version)
        if found.newest
        else message(
            "{store} has version {version}: “kontum-netcheck store upgrade” brings it up to date.",
            store=shown,
            version=found.version,
        )
    ]
    return told if found.place.file is not None else [*told, *_sentences_on_agents(found)]


def _sentences_on_agents(found: "StoreStatus") -> "list[Message]":
    from kontum_netcheck.model import message

    if not found.agents_version:
        return [
            message(
                "Agents can't work with it yet: pip install 'kontum-netcheck[agent]', then run"
                " “kontum-netcheck store upgrade”."
            )
        ]
    if not found.has_group:
        return [
            message(
                "Agents can work with it, but not yet with logins of their own: have an administrator run"
                " CREATE ROLE kontum_agent NOLOGIN, then run “kontum-netcheck store upgrade” again."
            )
        ]
    if not found.logins:
        return [message("Agents can work with it. None has a login yet: see docs/store.md.")]
    logins = ", ".join(f"{login} ({vantage})" for login, vantage in found.logins)
    return [message("Agents can work with it. Their logins: {logins}.", logins=logins)]


@store.callback(invoke_without_command=True)
def _help_alone(context: typer.Context, lang: LangOption = None) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


add(
    store,
    upgrade,
    _("Bring it to this program's version, ready for agents."),
    ("store upgrade", "store upgrade --store postgresql://netcheck@db.example/evidence"),
    "upgrade",
)
add(
    store,
    status,
    _("Say of which version it is; change nothing."),
    ("store status", "store status --format json"),
    "status",
)
