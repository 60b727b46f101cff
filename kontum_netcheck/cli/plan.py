"""`plan`: what check would ask, of whom, with how many packets and bytes, and how long at most. Sends nothing."""

import json
from enum import StrEnum
from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.options import (
    AtOption,
    BandwidthOption,
    CallGapOption,
    CallsOption,
    CarrierOption,
    DistrictOption,
    InventoryArgument,
    LangOption,
    MaxPpsOption,
    MeteredOption,
    MostCallsOption,
    PlaceOption,
    ProbeOption,
    RateOption,
    SiteOption,
    SkipOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of


class PlanFormat(StrEnum):
    """How a plan can be printed."""

    TABLE = "table"
    JSON = "json"


def plan(
    context: typer.Context,
    inventory: InventoryArgument = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    at: AtOption = None,
    vantage: PlaceOption = None,
    rate: RateOption = 1000.0,
    max_pps: MaxPpsOption = 1000,
    bandwidth: BandwidthOption = False,
    metered: MeteredOption = False,
    calls: CallsOption = False,
    call_gap: CallGapOption = None,
    most_calls: MostCallsOption = None,
    format_name: Annotated[PlanFormat, option("--format", "-f", help=_("How to print."))] = PlanFormat.TABLE,
    lang: LangOption = None,
) -> None:
    """Print the questions of a run and what they cost at most."""
    from kontum_netcheck.cli.call_order import Typed, order_or_stop
    from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
    from kontum_netcheck.cli.load_order import loads_or_none
    from kontum_netcheck.cli.plan_view import as_data, as_table, longest_s
    from kontum_netcheck.cli.vantage import name_or_told
    from kontum_netcheck.model import message
    from kontum_netcheck.plan import plan as plan_checks
    from kontum_netcheck.plan.vantages import asked_from

    shell = shell_of(context)
    loaded = load_or_stop(shell, inventory)
    selection = select_or_stop(
        shell, loaded.inventory, district=district, site=site, carrier=carrier, probe=probe, skip=skip, at=at
    )
    order = order_or_stop(shell, loaded.inventory, Typed(calls, call_gap, most_calls, None))
    loads = loads_or_none(bandwidth=bandwidth, metered=metered)
    ordered = order.calls if order else None
    here = name_or_told(shell, loaded.inventory, vantage)
    whole = plan_checks(loaded.inventory, selection, calls=ordered, loads=loads)
    checks = asked_from(whole, here).checks
    if not checks:
        raise shell.stop(message("Nothing of the inventory is selected by these options."))
    if format_name is PlanFormat.JSON:
        shell.put(json.dumps(as_data(checks, longest_s(checks, rate, max_pps)), ensure_ascii=False, indent=2))
    else:
        shell.put(as_table(shell, checks, longest_s(checks, rate, max_pps)))
