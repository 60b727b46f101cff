"""`diff`: what changed between two runs, or since a moment."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.history import FormatOption
from kontum_netcheck.cli.options import (
    CsvKeysOption,
    ExitZeroOption,
    LangOption,
    OutputOption,
    StoreOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("[INVENTORY] [RUN RUN]"),
        show_default=False,
        help=_("Two runs by the beginnings of their ids, or last and previous [previous last]."),
    ),
]
SinceOption = Annotated[
    str | None,
    option(
        "--since", metavar=_("TIME"), help=_("What changed from then to now: 12h, a day, a day and a time.")
    ),
]


def diff(
    context: typer.Context,
    words: Words = None,
    since: SinceOption = None,
    format_name: FormatOption = None,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    store: StoreOption = None,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Compare what was known at two moments, by the limits of today."""
    from kontum_netcheck.cli.diff_sides import difference_or_stop
    from kontum_netcheck.cli.exits import exit_code
    from kontum_netcheck.cli.formats import formats_or_stop, give
    from kontum_netcheck.cli.history_window import window_or_stop
    from kontum_netcheck.cli.inventory import load_or_stop
    from kontum_netcheck.cli.words import inventory_of
    from kontum_netcheck.report.history.difference import as_csv, as_json, page
    from kontum_netcheck.report.options import Options

    shell = shell_of(context)
    wanted = formats_or_stop(shell, format_name, output or ())
    typed, rest = inventory_of(words or ())
    loaded = load_or_stop(shell, typed)
    window = window_or_stop(shell, since, None, loaded.inventory.zone)
    found = difference_or_stop(shell, loaded.inventory, rest, store, window)
    options = Options(shell.language, zone=loaded.inventory.zone, width=shell.width, csv_keys=csv_keys)
    give(
        shell,
        wanted,
        options,
        page=lambda place, _ascii_only: page(found, place),
        csv=lambda place: as_csv(found, place),
        json=lambda place: as_json(found, place),
    )
    raise typer.Exit(0 if exit_zero else exit_code(found.worst))
