"""How a plan is shown: a table with its sum, or JSON."""

from collections.abc import Sequence

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Check, Message, message
from kontum_netcheck.net.network import NetworkOptions
from kontum_netcheck.report.safe import visible
from kontum_netcheck.wording import cause_message


def longest_s(checks: Sequence[Check], rate_per_s: float) -> float:
    """How long a run takes at most, in seconds: its starts and echoes at their rates, then its slowest check."""
    asked = [check for check in checks if check.skip is None]
    starts_s = len(asked) / rate_per_s if rate_per_s else 0.0
    echoes_s = (
        sum(check.cost.packets_count for check in asked if check.probe == "ping") / NetworkOptions().max_pps
    )
    return max(starts_s, echoes_s) + max((check.cost.duration_s for check in asked), default=0.0)


def as_data(shell: Shell, checks: Sequence[Check], rate: float) -> dict[str, object]:
    """The plan for programs; `rate` in new probes a second."""
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


def as_table(shell: Shell, checks: Sequence[Check], rate: float) -> str:
    """The plan for people; `rate` in new probes a second."""
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
