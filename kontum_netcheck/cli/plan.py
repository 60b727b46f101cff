"""`plan`: what check would ask, of whom, with how many packets and bytes, and how long at most. Sends nothing."""

import json
from collections.abc import Sequence
from enum import StrEnum
from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.options import (
    AtOption,
    CarrierOption,
    DistrictOption,
    InventoryArgument,
    LangOption,
    ProbeOption,
    RateOption,
    SiteOption,
    SkipOption,
)
from kontum_netcheck.cli.shell import Shell, shell_of
from kontum_netcheck.model import Check, Message, message
from kontum_netcheck.net.network import NetworkOptions
from kontum_netcheck.plan import plan as plan_checks
from kontum_netcheck.report.safe import visible
from kontum_netcheck.wording import cause_message


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
    rate: RateOption = 1000.0,
    format_name: Annotated[
        PlanFormat, typer.Option("--format", "-f", help=_("How to print."))
    ] = PlanFormat.TABLE,
    lang: LangOption = None,
) -> None:
    """Print the questions of a run and what they cost at most."""
    shell = shell_of(context)
    loaded = load_or_stop(shell, inventory)
    selection = select_or_stop(
        shell, loaded.inventory, district=district, site=site, carrier=carrier, probe=probe, skip=skip, at=at
    )
    checks = plan_checks(loaded.inventory, selection).checks
    if format_name is PlanFormat.JSON:
        shell.put(json.dumps(_as_data(shell, checks, rate), ensure_ascii=False, indent=2))
    else:
        shell.put(_as_table(shell, checks, rate))


def longest_s(checks: Sequence[Check], rate_per_s: float) -> float:
    """How long a run takes at most, in seconds: its starts and echoes at their rates, then its slowest check."""
    asked = [check for check in checks if check.skip is None]
    starts_s = len(asked) / rate_per_s if rate_per_s else 0.0
    echoes_s = (
        sum(check.cost.packets_count for check in asked if check.probe == "ping") / NetworkOptions().max_pps
    )
    return max(starts_s, echoes_s) + max((check.cost.duration_s for check in asked), default=0.0)


def _as_data(shell: Shell, checks: Sequence[Check], rate: float) -> dict[str, object]:
    return {
        "format": "kontum-netcheck/plan",
        "version": 1,
        "summary": {
            "check_count": len(checks),
            "asked_count": sum(check.skip is None for check in checks),
            "packets_count": sum(check.cost.packets_count for check in checks),
            "bytes_count": sum(check.cost.bytes_count for check in checks),
            "longest_s": round(longest_s(checks, rate), 1),
        },
        "checks": [
            {
                "id": check.id,
                "probe": check.probe,
                "target": check.target,
                "packets_count": check.cost.packets_count,
                "bytes_count": check.cost.bytes_count,
                "longest_s": round(check.cost.duration_s, 1),
                "skipped": None if check.skip is None else shell.language.say(cause_message(check.skip)),
            }
            for check in checks
        ],
    }


def _as_table(shell: Shell, checks: Sequence[Check], rate: float) -> str:
    from tabulate import tabulate

    say = shell.language.say
    headers = [
        message("check"),
        message("target"),
        message("packets"),
        message("kB"),
        message("at most (s)"),
        message("not asked, because"),
    ]
    rows = [
        [
            visible(check.id),
            visible(check.target),
            "" if check.skip else str(check.cost.packets_count),
            "" if check.skip else shell.language.number(check.cost.bytes_count / 1000, 1),
            "" if check.skip else shell.language.number(check.cost.duration_s, 1),
            say(cause_message(check.skip)) if check.skip else "",
        ]
        for check in checks
    ]
    align = ("left", "left", "right", "right", "right", "left")
    table = (
        tabulate(rows, [say(header) for header in headers], "simple", disable_numparse=True, colalign=align)
        if rows
        else ""
    )
    return f"{table}\n\n{say(_summary(checks, rate))}"


def _summary(checks: Sequence[Check], rate: float) -> Message:
    return message(
        "{asked} of {count} checks would be asked, with about {packets} packets and {kilobytes} kB, "
        "in {seconds} s at most. Nothing was sent.",
        asked=sum(check.skip is None for check in checks),
        count=len(checks),
        packets=sum(check.cost.packets_count for check in checks),
        kilobytes=round(sum(check.cost.bytes_count for check in checks) / 1000),
        seconds=round(longest_s(checks, rate)),
    )
