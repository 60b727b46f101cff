"""`numbers`: every number of the inventory in all its forms, and what is odd about it. Calls nobody."""

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.options import (
    CsvKeysOption,
    InventoryArgument,
    LangOption,
    ListingFormatOption,
    OutputOption,
    option,
)
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.report.listing.numbers import NumberRow

OddOption = Annotated[bool, option("--odd", help=_("Only the numbers about which something is odd."))]


def numbers(
    context: typer.Context,
    inventory: InventoryArgument = None,
    odd: OddOption = False,
    format_name: ListingFormatOption = None,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    exit_zero: Annotated[bool, option("--exit-zero", help=_("Exit 0 also where something is odd."))] = False,
    lang: LangOption = None,
) -> None:
    """List them; exit 0 where nothing is odd, 1 where something is, 2 where one can't be dialled."""
    from kontum_netcheck.cli.formats import formats_or_stop, give
    from kontum_netcheck.cli.inventory import path_or_stop
    from kontum_netcheck.model import message
    from kontum_netcheck.report.listing import numbers as listing
    from kontum_netcheck.report.options import Options

    shell = shell_of(context)
    wanted = formats_or_stop(shell, format_name, output or (), markdown=True)
    rows = _rows_or_stop(shell, path_or_stop(shell, inventory))
    if not rows:
        raise shell.stop(message("The inventory holds no telephone number."))
    shown = [row for row in rows if row.listed.oddities or not odd]
    give(
        shell,
        wanted,
        Options(shell.language, width=shell.width, csv_keys=csv_keys),
        page=lambda place, _ascii_only: listing.page(shown, place, rows),
        csv=lambda place: listing.as_csv(shown, place),
        json=lambda place: listing.as_json(shown, place),
        markdown=lambda place: listing.as_markdown(shown, place),
    )
    if any(row.listed.e164 is None for row in rows) and not exit_zero:
        raise typer.Exit(2)
    if any(row.listed.oddities for row in rows) and not exit_zero:
        raise typer.Exit(1)


def _rows_or_stop(shell: Shell, path: Path) -> "list[NumberRow]":
    """From the data as typed, so that one wrong number doesn't hide the others."""
    from kontum_netcheck.cli.inventory import sentence_of
    from kontum_netcheck.inventory.as_typed import blocks, text
    from kontum_netcheck.inventory.directory import directory
    from kontum_netcheck.inventory.loader import load_as_typed
    from kontum_netcheck.inventory.problem import InventoryErrors
    from kontum_netcheck.model import message
    from kontum_netcheck.report.listing.numbers import NumberRow

    try:
        typed = load_as_typed(path)
    except InventoryErrors as faults:
        for error in faults.errors:
            shell.tell(sentence_of(error))
        raise shell.stop(
            message("Errors in {path}: {count}.", count=len(faults.errors), path=str(path))
        ) from None
    districts = {}
    if isinstance(typed.data, dict):
        districts = {
            text(each, "code"): text(each, "name") for _, each in blocks(typed.data, (), "districts")
        }
    rows = []
    for listed in directory(typed.data):
        file, line, _column = typed.locate(listed.path)
        rows.append(NumberRow(listed, districts.get(listed.district, listed.district), f"{file}:{line}"))
    return rows
