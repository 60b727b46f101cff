"""`report`: the readiness table from stored evidence, for now or for any moment in the past."""

from gettext import gettext as _
from typing import Annotated

import typer

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
    store: StoreOption = None,
    quiet: QuietOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Judge what the store holds; ask nothing."""
    from kontum_netcheck.cli.concluding import give_report
    from kontum_netcheck.cli.exits import COULD_NOT_RUN, exit_code
    from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
    from kontum_netcheck.cli.looking_back import past_or_stop
    from kontum_netcheck.cli.stored import judged_or_stop
    from kontum_netcheck.cli.wanted import Wanted, format_or_stop, outputs_or_stop

    shell = shell_of(context)
    wanted = Wanted(
        by=by,
        format_name=format_or_stop(shell, format_name),
        outputs=outputs_or_stop(shell, output or ()),
        csv_keys=csv_keys,
        quiet=quiet,
    )
    loaded = load_or_stop(shell, inventory)
    selection = select_or_stop(
        shell,
        loaded.inventory,
        district=district,
        site=site,
        carrier=carrier,
        probe=probe,
        skip=skip,
        at=None,
    )
    verdicts, run = judged_or_stop(shell, loaded, selection, store, as_of)
    if not give_report(shell, loaded, verdicts, run, wanted, lambda found: past_or_stop(shell, store, found)):
        raise typer.Exit(COULD_NOT_RUN)
    raise typer.Exit(0 if exit_zero else exit_code(verdicts.readiness))
