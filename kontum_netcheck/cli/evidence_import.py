"""`evidence import` and `evidence verify`: what others send, looked at and, if it is trusted, taken into the store."""

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.evidence_keys import KeyOption, ListFormat, ListFormatOption, TrustedOption
from kontum_netcheck.cli.options import LangOption, StoreOption, option
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kontum_netcheck.cli.evidence_result import Result, Trust
    from kontum_netcheck.cli.machine import FoundInventory

FilesArgument = Annotated[
    list[Path], typer.Argument(metavar=_("FILE"), help=_("The bundles."), readable=False)
]
InventoryOption = Annotated[
    Path | None,
    typer.Option(
        "--inventory",
        metavar=_("FILE"),
        show_default=False,
        help=_("The inventory to compare the sites with [./sites.yaml, then $KONTUM_NETCHECK_INVENTORY]."),
    ),
]
AcceptUnsignedOption = Annotated[
    bool, option("--accept-unsigned", help=_("Take bundles that nobody signed."))
]
AcceptKeyOption = Annotated[
    list[str] | None,
    option(
        "--accept-key",
        metavar=_("FINGERPRINT"),
        help=_("Take bundles with this key this once; repeatable."),
    ),
]


def import_(
    context: typer.Context,
    files: FilesArgument,
    trusted: TrustedOption = None,
    accept_key: AcceptKeyOption = None,
    accept_unsigned: AcceptUnsignedOption = False,
    files_to: Annotated[
        Path | None,
        option(
            "--files-to", metavar=_("FOLDER"), help=_("Write the photos and files that come along there.")
        ),
    ] = None,
    inventory: InventoryOption = None,
    store: StoreOption = None,
    key: KeyOption = None,
    format_name: ListFormatOption = ListFormat.TABLE,
    lang: LangOption = None,
) -> None:
    """Take bundles into the store, each wholly or not at all."""
    from kontum_netcheck.cli.evidence_taking import take
    from kontum_netcheck.cli.machine import find_inventory
    from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
    from kontum_netcheck.model import message

    shell, found = shell_of(context), find_inventory(inventory)
    if files_to is not None and not files_to.is_dir():
        raise shell.stop(message("--files-to: there is no folder {folder}.", folder=str(files_to)))
    trust = _trust(shell, trusted, key, accept_key, accept_unsigned)
    with store_or_stop(shell), open_store_or_stop(shell, store) as kept:
        results = [
            take(shell, file, kept, trust, found.inventory, files_to, datetime.now(UTC)) for file in files
        ]
    _give(shell, results, found, format_name)


def verify(
    context: typer.Context,
    files: FilesArgument,
    trusted: TrustedOption = None,
    accept_key: AcceptKeyOption = None,
    accept_unsigned: AcceptUnsignedOption = False,
    inventory: InventoryOption = None,
    key: KeyOption = None,
    format_name: ListFormatOption = ListFormat.TABLE,
    lang: LangOption = None,
) -> None:
    """Look at bundles; keep nothing."""
    from kontum_netcheck.cli.evidence_taking import look
    from kontum_netcheck.cli.machine import find_inventory

    shell, found = shell_of(context), find_inventory(inventory)
    trust = _trust(shell, trusted, key, accept_key, accept_unsigned)
    _give(
        shell, [look(file, trust, found.inventory, datetime.now(UTC)) for file in files], found, format_name
    )


def _trust(
    shell: Shell,
    trusted: Path | None,
    key: Path | None,
    accept_key: list[str] | None,
    accept_unsigned: bool,
) -> "Trust":
    from kontum_netcheck.cli.evidence_result import Trust
    from kontum_netcheck.cli.key_files import key_file, trusted_keys

    return Trust(trusted_keys(shell, trusted, key_file(key)), tuple(accept_key or ()), accept_unsigned)


def _give(
    shell: Shell, results: "Sequence[Result]", found: "FoundInventory", format_name: ListFormat
) -> None:
    """Print what became of each; the exit code is the worst."""
    from kontum_netcheck.cli.evidence_view import as_json, as_text
    from kontum_netcheck.cli.since import local_zone
    from kontum_netcheck.model import message

    if format_name is ListFormat.JSON:
        shell.put(as_json(shell, results))
    else:
        shell.put(as_text(shell, results, local_zone(found.inventory)))
    if found.inventory is None:
        shell.tell(
            message("The sites were not compared with an inventory. {problem}", problem=found.problem)
            if found.path
            else message("The sites were not compared with an inventory; name one: --inventory FILE.")
        )
    raise typer.Exit(max(result.code for result in results))
