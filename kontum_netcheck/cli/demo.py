"""`demo`: the shipped sample province, checked against the embedded lab by the code of a real run."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.options import (
    ByOption,
    CsvKeysOption,
    ExitZeroOption,
    FormatOption,
    LangOption,
    OutputOption,
    QuietOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

_RATE_PER_S = 60.0
"""Slow enough that the lab, which shares this machine with the program that measures it, is never late itself."""


def demo(
    context: typer.Context,
    agents: Annotated[
        bool,
        option(
            "--agents",
            help=_("By three agents and a temporary PostgreSQL; one is killed, the database is cut off."),
        ),
    ] = False,
    by: ByOption = None,
    format_name: FormatOption = "table",
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    quiet: QuietOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Start the lab, check the sample against it, stop the lab."""
    from kontum_netcheck.cli.asking import World
    from kontum_netcheck.cli.inventory import load_or_stop
    from kontum_netcheck.cli.keeping import Keeping
    from kontum_netcheck.cli.run import run_and_report
    from kontum_netcheck.cli.wanted import Wanted, format_or_stop, outputs_or_stop
    from kontum_netcheck.inventory.sample import sample_path
    from kontum_netcheck.lab import Lab

    shell = shell_of(context)
    wanted = Wanted(
        by=by,
        format_name=format_or_stop(shell, format_name),
        outputs=outputs_or_stop(shell, output or ()),
        csv_keys=csv_keys,
        vantage="lab",
        operator="Lab",
        rate_per_s=_RATE_PER_S,
        quiet=quiet,
        exit_zero=exit_zero,
    )
    if agents:
        from kontum_netcheck.cli.demo_agents import demo_agents

        raise typer.Exit(demo_agents(shell, wanted))
    loaded = load_or_stop(shell, sample_path())
    with Lab(loaded.inventory) as lab:
        world = World(network=lab.network, lab=True, own=lab.own)
        kept = Keeping(known=lab.evidence)  # what the lab says is no evidence: nothing of it is kept
        raise typer.Exit(run_and_report(shell, loaded, lab.selection, wanted, world, kept))
