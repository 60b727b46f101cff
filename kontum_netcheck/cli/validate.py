"""`validate`: what is wrong in the inventory, all at once."""

import os

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.options import InventoryArgument, LangOption
from kontum_netcheck.cli.shell import shell_of


def validate(context: typer.Context, inventory: InventoryArgument = None, lang: LangOption = None) -> None:
    """Load the inventory and print each error as file:line:column: where: what; exit 3 if there is any."""
    from kontum_netcheck.cli.inventory import path_or_stop, sentence_of
    from kontum_netcheck.inventory.loader import load
    from kontum_netcheck.inventory.problem import InventoryErrors
    from kontum_netcheck.model import message

    shell = shell_of(context)
    path = path_or_stop(shell, inventory)
    try:
        loaded = load(path, os.environ)
    except InventoryErrors as faults:
        for error in faults.errors:
            shell.put_line(sentence_of(error))
        shell.tell(message("Errors in {path}: {count}.", count=len(faults.errors), path=str(path)))
        raise typer.Exit(COULD_NOT_RUN) from None
    found = loaded.inventory
    shell.put_line(
        message(
            "{path} is in order. Districts: {districts}, sites: {sites}, Internet lines: {lines}, "
            "phones: {phones}, faxes: {faxes}, portals: {portals}.",
            path=str(path),
            districts=len(found.districts),
            sites=len(found.sites),
            lines=sum(len(site.internet) for site in found.sites),
            phones=sum(len(site.phones) for site in found.sites),
            faxes=sum(len(site.faxes) for site in found.sites),
            portals=len(found.portals),
        )
    )
