"""`dispatch`: what `check` does, asked by agents at many places; once, or again and again."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.options import (
    ByOption,
    CarrierOption,
    CsvKeysOption,
    DeadlineOption,
    DistrictOption,
    ExitZeroOption,
    FormatOption,
    InventoryArgument,
    LangOption,
    MaxPpsOption,
    OperatorOption,
    OutputOption,
    ProbeOption,
    QuietOption,
    RateOption,
    ServerStoreOption,
    SiteOption,
    SkipOption,
    VerboseOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of
from kontum_netcheck.cli.unattended import (
    LockOption,
    LogKeepOption,
    LogOption,
    LogSizeOption,
    OnlyChangesOption,
    Unattended,
    unattended,
)

EveryOption = Annotated[
    str | None,
    option("--every", metavar=_("INTERVAL"), help=_("Again and again at fixed times: 30s, 5m, 1h, 1d.")),
]


def dispatch(
    context: typer.Context,
    inventory: InventoryArgument = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    every: EveryOption = None,
    by: ByOption = None,
    format_name: FormatOption = "table",
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    operator: OperatorOption = None,
    deadline: DeadlineOption = None,
    rate: RateOption = 1000.0,
    max_pps: MaxPpsOption = 1000,
    store: ServerStoreOption = None,
    quiet: QuietOption = False,
    only_changes: OnlyChangesOption = False,
    lock: LockOption = None,
    log: LogOption = None,
    log_size: LogSizeOption = None,
    log_keep: LogKeepOption = 5,
    verbose: VerboseOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Send the checks of an inventory to the agents, and judge what they answer."""
    from dataclasses import replace

    from kontum_netcheck.cli.dispatch_every import dispatch_again
    from kontum_netcheck.cli.dispatch_turn import Words, dispatch_once, orders_or_stop
    from kontum_netcheck.cli.only_changes import formats_or_stop
    from kontum_netcheck.cli.wanted import wanted_or_stop

    with unattended(shell_of(context), Unattended(lock, log, log_size, log_keep)) as shell:
        if only_changes:
            formats_or_stop(shell, format_name, has_store=True)
        wanted = wanted_or_stop(
            shell,
            by=by,
            format_name=format_name,
            output=output,
            csv_keys=csv_keys,
            vantage=None,
            operator=operator,
            deadline=deadline,
            trace=False,
            rate=rate,
            quiet=quiet,
            verbose=verbose,
            exit_zero=exit_zero,
        )
        wanted = replace(wanted, only_changes=only_changes)
        places = (district or (), site or (), carrier or ())
        words = Words(inventory, *places, probe or (), skip or (), max_pps=max_pps)
        with orders_or_stop(shell, store) as orders:
            if every is None:
                raise typer.Exit(dispatch_once(shell, words, wanted, orders))
            raise typer.Exit(dispatch_again(shell, words, wanted, orders, every))
