"""`evidence prune`: removing what is older than must be kept, only when asked."""

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption, OperatorOption, StoreOption, option
from kontum_netcheck.cli.shell import shell_of


def prune(
    context: typer.Context,
    older_than: Annotated[
        str,
        option(
            "--older-than",
            metavar=_("TIME"),
            help=_("What was observed before: a day, or an age such as 6y."),
        ),
    ],
    operator: OperatorOption = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Remove old evidence; its trace stays."""
    from kontum_netcheck.cli.machine import find_inventory
    from kontum_netcheck.cli.since import local_zone, moment_or_stop
    from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
    from kontum_netcheck.cli.wanted import operator_or_default
    from kontum_netcheck.model import message

    shell, now = shell_of(context), datetime.now(UTC)
    inventory: Path | None = None
    zone = local_zone(find_inventory(inventory).inventory)
    before = moment_or_stop(shell, "--older-than", older_than, zone, now)
    with store_or_stop(shell), open_store_or_stop(shell, store) as kept:
        pruned = kept.prune(before, now, operator=operator_or_default(operator))
    if pruned is None:
        shell.put_line(message("Nothing is that old; nothing was removed."))
        return
    shell.put_line(
        message(
            "Removed: observations: {observations}, runs: {runs}. The store keeps a trace of it.",
            observations=pruned.observations_count,
            runs=pruned.runs_count,
        )
    )
