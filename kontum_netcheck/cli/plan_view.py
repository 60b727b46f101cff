"""How a plan is shown: a table with its sum, or JSON."""

import math
from collections.abc import Sequence

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.judge import why_unasked
from kontum_netcheck.model import Cause, Check, Message, ServiceKind, TurnKind, message
from kontum_netcheck.plan import echoes_count
from kontum_netcheck.report.safe import visible

_CALLED = frozenset({ServiceKind.PHONE, ServiceKind.FAX})
_OTHER_COLUMNS = 45
"""What the table takes besides its targets, on a terminal."""


def longest_s(checks: Sequence[Check], rate_per_s: float, max_pps: int) -> float:
    """How long a run takes at most, in seconds: its starts and echoes at their rates, its slowest check, its turns."""
    turns_s = _turns_s(checks)
    asked = [check for check in checks if check.skip is None and check.turn is None]
    starts_s = len(asked) / rate_per_s if rate_per_s else 0.0
    echoes_s = echoes_count(asked) / max_pps if max_pps else 0.0
    return max(starts_s, echoes_s) + max((check.cost.duration_s for check in asked), default=0.0) + turns_s


def _turns_s(checks: Sequence[Check]) -> float:
    """Of each kind the lane that takes longest: its turns behind one another, with their gaps."""
    lanes: dict[TurnKind, dict[str, float]] = {}
    for check in checks:
        if check.turn is not None and check.skip is None:
            lane_s = lanes.setdefault(check.turn.kind, {})
            for lane in check.turn.lanes:
                before_s = lane_s[lane] + check.turn.gap_s if lane in lane_s else 0.0
                lane_s[lane] = before_s + check.cost.duration_s
    return sum(max(lane_s.values(), default=0.0) for lane_s in lanes.values())


def calls_count(checks: Sequence[Check]) -> int:
    """How many calls there would be with `--calls`."""
    return sum(
        check.kind in _CALLED and (check.turn is not None or _is_unasked_call(check)) for check in checks
    )


def _is_unasked_call(check: Check) -> bool:
    return check.skip is not None and check.skip.cause is Cause.NOT_ASKED_FOR


def as_data(checks: Sequence[Check], run_s: float) -> dict[str, object]:
    """The plan for programs; `run_s`: how long the run takes at most."""
    return {
        "format": "kontum-netcheck/plan",
        "version": 1,
        "summary": {
            "check_count": len(checks),
            "asked_count": sum(check.skip is None for check in checks),
            "packets_count": sum(check.cost.packets_count for check in checks),
            "bytes_count": sum(check.cost.bytes_count for check in checks),
            "longest_s": round(run_s, 1),
            "calls_count": calls_count(checks),
        },
        "checks": [
            {
                "id": check.id,
                "probe": check.probe,
                "target": check.target,
                "packets_count": check.cost.packets_count,
                "bytes_count": check.cost.bytes_count,
                "longest_s": round(check.cost.duration_s, 1),
                "skipped": None
                if check.skip is None
                else {"stage": check.skip.stage, "cause": check.skip.cause},
                "turn": None
                if check.turn is None
                else {
                    "kind": check.turn.kind,
                    "lanes": sorted(check.turn.lanes),
                    "gap_s": check.turn.gap_s,
                },
                **({"vantages": check.vantages, "see": check.see} if check.vantages else {}),
            }
            for check in checks
        ],
    }


def as_table(shell: Shell, checks: Sequence[Check], run_s: float) -> str:
    """The plan for people, service by service; `run_s`: how long the run takes at most."""
    from tabulate import tabulate

    say, number = shell.language.say, shell.language.number
    asked = [check for check in checks if check.skip is None]
    room = max(20, shell.width - _OTHER_COLUMNS) if shell.stdout.isatty() else None
    rows = [
        [
            "  " + visible(check.id.split("/", 2)[2]),
            _cut(visible(check.target), room),
            str(check.cost.packets_count),
            number(check.cost.bytes_count / 1000, 1),
            number(check.cost.duration_s, 1),
        ]
        for check in asked
    ]
    heads = (message("check"), message("target"), message("packets"), message("kB"), message("at most (s)"))
    titles = [say(head) for head in heads]
    align = ("left", "left", "right", "right", "right") if rows else None
    table = tabulate(rows, titles, "simple", disable_numparse=True, colalign=align, preserve_whitespace=True)
    head, rule, *lines = table.split("\n")
    out = [head, rule]
    for before, check, line in zip([None, *asked], asked, lines, strict=False):
        if before is None or (before.site_id, before.service_id) != (check.site_id, check.service_id):
            out.append(f"{check.site_id}/{check.service_id}")
        out.append(line)
    return "\n".join(
        [*out, "", *_not_asked(shell, checks), *_calls(shell, checks), say(_summary(checks, run_s))]
    )


def _calls(shell: Shell, checks: Sequence[Check]) -> list[str]:
    """How many phones would ring, and that they only do so when asked."""
    count = calls_count(checks)
    if not count:
        return []
    if any(check.turn is not None and check.turn.kind is TurnKind.CALL for check in checks):
        return [shell.language.say(message("Calls: {count}, announced one by one.", count=count))]
    return [shell.language.say(message("With --calls there would be calls: {count}.", count=count))]


def _cut(text: str, room: int | None) -> str:
    return text if room is None or len(text) <= room else text[: room - 1] + "…"


def _not_asked(shell: Shell, checks: Sequence[Check]) -> list[str]:
    """A line for each reason, with the number of checks and the first of them."""
    by_reason: dict[str, list[str]] = {}
    for check in checks:
        if check.skip is not None:
            by_reason.setdefault(shell.language.say(why_unasked(check, check.skip)), []).append(check.id)
    return [
        shell.language.say(
            message(
                "Not asked: {count} ({reason}): {first} …",
                count=len(ids),
                reason=reason,
                first=visible(ids[0]),
            )
        )
        for reason, ids in by_reason.items()
    ]


def _summary(checks: Sequence[Check], run_s: float) -> Message:
    return message(
        "{asked} of {count} checks would be asked, with about {packets} packets and {kilobytes} kB, "
        "in {seconds} s at most. Nothing was sent.",
        asked=sum(check.skip is None for check in checks),
        count=len(checks),
        packets=sum(check.cost.packets_count for check in checks),
        kilobytes=math.ceil(sum(check.cost.bytes_count for check in checks) / 1000),
        seconds=math.ceil(run_s),
    )
