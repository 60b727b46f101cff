"""`check`: ask, judge, print the readiness table per district."""

import typer

from kontum_netcheck.cli.options import (
    AtOption,
    BandwidthOption,
    ByOption,
    CallGapOption,
    CallsOption,
    CarrierOption,
    CsvKeysOption,
    DeadlineOption,
    DistrictOption,
    ExitZeroOption,
    FormatOption,
    IgnoreQuietOption,
    InventoryArgument,
    LangOption,
    MaxPpsOption,
    MeteredOption,
    ModemOption,
    MostCallsOption,
    NoStoreOption,
    OperatorOption,
    OutputOption,
    PlaceOption,
    PrefixOption,
    ProbeOption,
    QuietOption,
    RateOption,
    SiteOption,
    SkipOption,
    SourceOption,
    StoreOption,
    TraceOption,
    VerboseOption,
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


def check(
    context: typer.Context,
    inventory: InventoryArgument = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    at: AtOption = None,
    by: ByOption = None,
    format_name: FormatOption = "table",
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    vantage: PlaceOption = None,
    operator: OperatorOption = None,
    deadline: DeadlineOption = None,
    rate: RateOption = 1000.0,
    max_pps: MaxPpsOption = 1000,
    source: SourceOption = None,
    trace: TraceOption = False,
    bandwidth: BandwidthOption = False,
    metered: MeteredOption = False,
    calls: CallsOption = False,
    call_gap: CallGapOption = None,
    most_calls: MostCallsOption = None,
    ignore_quiet: IgnoreQuietOption = None,
    device: ModemOption = None,
    dial_prefix: PrefixOption = None,
    store: StoreOption = None,
    no_store: NoStoreOption = False,
    only_changes: OnlyChangesOption = False,
    lock: LockOption = None,
    log: LogOption = None,
    log_size: LogSizeOption = None,
    log_keep: LogKeepOption = 5,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Check an inventory against the real world."""
    from dataclasses import replace

    from kontum_netcheck.cli.asking import World
    from kontum_netcheck.cli.call_order import Typed, order_or_stop, prefix_or_stop
    from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
    from kontum_netcheck.cli.keeping import keeping
    from kontum_netcheck.cli.load_order import loads_or_none
    from kontum_netcheck.cli.only_changes import formats_or_stop
    from kontum_netcheck.cli.run import run_and_report
    from kontum_netcheck.cli.vantage import as_named
    from kontum_netcheck.cli.wanted import source_or_stop, wanted_or_stop
    from kontum_netcheck.net.network import NetworkOptions

    with unattended(shell_of(context), Unattended(lock, log, log_size, log_keep)) as shell:
        if only_changes:
            formats_or_stop(shell, format_name, has_store=not no_store)
        wanted = wanted_or_stop(
            shell,
            by=by,
            format_name=format_name,
            output=output,
            csv_keys=csv_keys,
            vantage=vantage,
            operator=operator,
            deadline=deadline,
            trace=trace,
            rate=rate,
            quiet=quiet,
            verbose=verbose,
            exit_zero=exit_zero,
        )
        loaded = load_or_stop(shell, inventory)
        chosen = {"district": district, "site": site, "carrier": carrier, "probe": probe, "skip": skip}
        selection = select_or_stop(shell, loaded.inventory, **chosen, at=at)
        wanted = as_named(shell, loaded.inventory, wanted)
        order = order_or_stop(shell, loaded.inventory, Typed(calls, call_gap, most_calls, ignore_quiet))
        loads = loads_or_none(bandwidth=bandwidth, metered=metered)
        wanted = replace(wanted, calls=order, loads=loads, only_changes=only_changes)
        address, prefix = source_or_stop(shell, source), prefix_or_stop(shell, dial_prefix)
        network = NetworkOptions(
            source_address=address, max_pps=max_pps, modem_device=device, modem_prefix=prefix
        )
        with keeping(shell, store, wanted=not no_store) as kept:
            raise typer.Exit(run_and_report(shell, loaded, selection, wanted, World(network), kept))
