"""`history`: one site or service over time, from the store; without a site, the latest runs."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.options import CsvKeysOption, LangOption, OutputOption, StoreOption, option
from kontum_netcheck.cli.shell import shell_of
from kontum_netcheck.report.history import Rows

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("[INVENTORY] [SITE[/SERVICE]]"),
        show_default=False,
        help=_("The site by its id or name, and one of its lines. Without a site: the latest runs."),
    ),
]
SinceOption = Annotated[
    str | None,
    option(
        "--since",
        metavar=_("TIME"),
        help=_("From then on: 7d, a day, '27/06/2024 06:30' [the 7 days before the newest evidence]."),
    ),
]
UntilOption = Annotated[
    str | None,
    option(
        "--until", metavar=_("TIME"), help=_("Up to then; a day counts to its end [the newest evidence].")
    ),
]
MetricOption = Annotated[
    list[str] | None,
    option("--metric", metavar=_("NAME"), help=_("What to plot [what limits are put on]; repeatable.")),
]
OfVantageOption = Annotated[  # not from the environment, where `check` looks for the name of this machine
    str | None,
    typer.Option("--vantage", metavar=_("NAME"), help=_("Only what was checked from there.")),
]
RowsOption = Annotated[Rows, option("--rows", help=_("One row of CSV per what."))]
FormatOption = Annotated[
    str | None,
    option(
        "--format",
        "-f",
        metavar=_("NAME"),
        help=_("How to print: {names}.").format(names="table, plain, csv, json"),
    ),
]


def history(
    context: typer.Context,
    words: Words = None,
    since: SinceOption = None,
    until: UntilOption = None,
    vantage: OfVantageOption = None,
    metric: MetricOption = None,
    format_name: FormatOption = None,
    rows: RowsOption = Rows.OBSERVATIONS,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Show what the store knows of a site over time."""
    from kontum_netcheck.cli.formats import formats_or_stop, give
    from kontum_netcheck.cli.history_of import history_or_stop
    from kontum_netcheck.cli.history_window import window_or_stop
    from kontum_netcheck.cli.inventory import load_or_stop
    from kontum_netcheck.cli.runs_list import list_runs
    from kontum_netcheck.cli.words import inventory_of
    from kontum_netcheck.report.options import Options

    shell = shell_of(context)
    wanted = formats_or_stop(shell, format_name, output or ())
    typed, rest = inventory_of(words or ())
    loaded = load_or_stop(shell, typed)
    zone = loaded.inventory.zone
    window = window_or_stop(shell, since, until, zone)
    options = Options(shell.language, zone=zone, width=shell.width, csv_keys=csv_keys)
    if not rest:
        list_runs(shell, store, window, vantage, wanted, options)
        return
    found = history_or_stop(shell, loaded.inventory, rest, store, window, metric or (), vantage)
    from kontum_netcheck.report.history.document import as_json
    from kontum_netcheck.report.history.page import page
    from kontum_netcheck.report.history.rows import as_csv

    give(
        shell,
        wanted,
        options,
        page=lambda place, ascii_only: page(found, place, ascii_only=ascii_only),
        csv=lambda place: as_csv(found, rows, place),
        json=lambda place: as_json(found, place),
    )
