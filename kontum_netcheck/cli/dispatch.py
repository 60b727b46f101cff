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
    SiteOption,
    SkipOption,
    StoreOption,
    VerboseOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

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
    store: StoreOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Send the checks of an inventory to the agents, and judge what they answer."""
    from kontum_netcheck.cli.dispatch_every import dispatch_again
    from kontum_netcheck.cli.dispatch_turn import Words, dispatch_once, orders_or_stop
    from kontum_netcheck.cli.wanted import wanted_or_stop

    shell = shell_of(context)
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
    words = Words(
        inventory, district or (), site or (), carrier or (), probe or (), skip or (), max_pps=max_pps
    )
    with orders_or_stop(shell, store) as orders:
        if every is None:
            code = dispatch_once(shell, words, wanted, orders)
        else:
            code = dispatch_again(shell, words, wanted, orders, every)
    raise typer.Exit(code)
