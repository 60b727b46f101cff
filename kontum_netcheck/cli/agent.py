"""`agent`: take jobs for one vantage from the store's queues, measure, hand in."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.options import (
    LangOption,
    MaxPpsOption,
    RateOption,
    ServerStoreOption,
    SourceOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of


def agent(
    context: typer.Context,
    vantage: Annotated[
        str | None,
        option(
            "--vantage", metavar=_("NAME"), help=_("Where this machine stands, as the inventory names it.")
        ),
    ] = None,
    store: ServerStoreOption = None,
    name: Annotated[
        str | None,
        option("--name", metavar=_("NAME"), help=_("What this agent is called [this machine's name].")),
    ] = None,
    rate: RateOption = 1000.0,
    max_pps: MaxPpsOption = 1000,
    source: SourceOption = None,
    lang: LangOption = None,
) -> None:
    """Work until SIGTERM (exit code 0) or Ctrl-C (130); 3: it could not begin."""
    from kontum_netcheck.cli.agent_run import run_agent, settings_or_stop
    from kontum_netcheck.cli.wanted import source_or_stop

    shell = shell_of(context)
    settings = settings_or_stop(
        shell,
        vantage=vantage,
        store=store,
        name=name,
        rate=rate,
        max_pps=max_pps,
        source=source_or_stop(shell, source),
    )
    raise typer.Exit(run_agent(shell, settings))
