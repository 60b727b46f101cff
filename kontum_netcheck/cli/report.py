"""`report`: the readiness table from stored evidence, for now or for any moment in the past."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.official_options import (
    EvidenceOption,
    FillOption,
    ParticipantOption,
    RecordOption,
    TemplateOption,
)
from kontum_netcheck.cli.options import (
    ByOption,
    CarrierOption,
    CsvKeysOption,
    DistrictOption,
    ExitZeroOption,
    FormatOption,
    InventoryArgument,
    LangOption,
    OutputOption,
    ProbeOption,
    QuietOption,
    SiteOption,
    SkipOption,
    StoreOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

AsOfOption = Annotated[
    str | None,
    option(
        "--as-of",
        metavar=_("TIME"),
        help=_("As it stood then: '27/06/2024 06:30', 2024-06-27, or 12h ago [now]."),
    ),
]


def report(
    context: typer.Context,
    inventory: InventoryArgument = None,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    by: ByOption = None,
    format_name: FormatOption = "table",
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    record: RecordOption = None,
    participant: ParticipantOption = None,
    fill: FillOption = None,
    template: TemplateOption = None,
    evidence: EvidenceOption = None,
    store: StoreOption = None,
    quiet: QuietOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Judge what the store holds; ask nothing."""
    from kontum_netcheck.cli.concluding import give_report
    from kontum_netcheck.cli.event_loop import rarely_collected
    from kontum_netcheck.cli.exits import COULD_NOT_RUN, exit_code
    from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
    from kontum_netcheck.cli.looking_back import past_or_stop
    from kontum_netcheck.cli.official import write_official
    from kontum_netcheck.cli.official_order import Typed, named_by_environment, order_or_stop
    from kontum_netcheck.cli.stored import judged_or_stop
    from kontum_netcheck.cli.wanted import Wanted, format_or_stop, outputs_or_stop

    rarely_collected()
    shell = shell_of(context)
    is_usual = named_by_environment(context, "template")
    typed = Typed(record, template, participant or (), fill or (), evidence, output or (), is_usual)
    wanted = Wanted(
        by=by,
        format_name=format_or_stop(shell, format_name),
        outputs=outputs_or_stop(shell, typed.others),
        csv_keys=csv_keys,
        quiet=quiet,
    )
    loaded = load_or_stop(shell, inventory)
    narrowing = {"district": district, "site": site, "carrier": carrier, "probe": probe, "skip": skip}
    order = order_or_stop(shell, typed, loaded.inventory, narrowing)
    selection = select_or_stop(shell, loaded.inventory, **(order.narrowing if order else narrowing), at=None)
    judged = judged_or_stop(shell, loaded, selection, store, as_of, exactly=order is not None)
    written = order is None or write_official(shell, loaded, selection, judged, order, store)
    verdicts, run = judged.verdicts, judged.run
    if not give_report(shell, loaded, verdicts, run, wanted, lambda found: past_or_stop(shell, store, found)):
        written = False
    if not written:
        raise typer.Exit(COULD_NOT_RUN)
    raise typer.Exit(0 if exit_zero else exit_code(verdicts.readiness))
