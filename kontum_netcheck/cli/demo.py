"""`demo`: the shipped sample province, checked against the embedded lab by the code of a real run."""

import typer

from kontum_netcheck.cli.options import (
    ByOption,
    CsvKeysOption,
    ExitZeroOption,
    FormatOption,
    LangOption,
    OutputOption,
    QuietOption,
)
from kontum_netcheck.cli.shell import shell_of

_RATE_PER_S = 60.0
"""Slow enough that the lab, which shares this machine with the program that measures it, is never late itself."""


def demo(
    context: typer.Context,
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
    loaded = load_or_stop(shell, sample_path())
    with Lab(loaded.inventory) as lab:
        world = World(network=lab.network, lab=True, own=lab.own)
        kept = Keeping(known=lab.evidence)  # what the lab says is no evidence: nothing of it is kept
        raise typer.Exit(run_and_report(shell, loaded, lab.selection, wanted, world, kept))
