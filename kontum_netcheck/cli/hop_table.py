"""The way to a host as a table: a line a hop, with who answers there, how often and how fast."""

from typing import TYPE_CHECKING

from kontum_netcheck.doctor.circle import circle_in
from kontum_netcheck.model import message
from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from kontum_netcheck.doctor.host import HostFacts
    from kontum_netcheck.locale.language import Language
    from kontum_netcheck.net.icmp.hop_rounds import HopSeries

_SILENT = "*"
_HEADS = (
    message("hop"),
    message("address"),
    message("name"),
    message("loss (%)"),
    message("min (ms)"),
    message("mean (ms)"),
    message("max (ms)"),
    message("says"),
)
_RIGHT = {0, 3, 4, 5, 6}


def hop_table(facts: "HostFacts", language: "Language") -> list[str]:
    """Lines, aligned also where characters are wide. A column in which nothing stands is left out.

    Routers between which packets go in a circle stand there once, and a last line says how often they come again.
    """
    from wcwidth import wcswidth

    shown, again = _folded(facts, language)
    rows = [[language.say(head) for head in _HEADS], *(_row(hop, facts, language) for hop in shown)]
    kept = [at for at in range(len(_HEADS)) if any(row[at] for row in rows[1:])]
    widths = {at: max(max(0, wcswidth(row[at])) for row in rows) for at in kept}

    def cell(row: list[str], at: int) -> str:
        gap = " " * (widths[at] - max(0, wcswidth(row[at])))
        return gap + row[at] if at in _RIGHT else row[at] + gap

    return [*("  ".join(cell(row, at) for at in kept).rstrip() for row in rows), *again]


def _folded(facts: "HostFacts", language: "Language") -> "tuple[tuple[HopSeries, ...], list[str]]":
    """The hops to show, and the line that stands for the rest."""
    hops = facts.hops
    circle = circle_in([hop.addresses for hop in hops])
    if circle is None:
        return hops, []
    rest = hops[circle.end :]
    line = message(
        "{first} to {last}: the same {count} again and again",
        first=rest[0].distance,
        last=rest[-1].distance,
        count=circle.length,
    )
    return hops[: circle.end], [language.show(line)]


def _row(hop: "HopSeries", facts: "HostFacts", language: "Language") -> list[str]:
    rtts_ms = hop.received_rtts_ms
    times_ms = (min(rtts_ms), sum(rtts_ms) / len(rtts_ms), max(rtts_ms)) if rtts_ms else ()
    names = (facts.names[address] for address in hop.addresses if address in facts.names)
    return [
        str(hop.distance),
        ", ".join(hop.addresses) or _SILENT,
        visible(", ".join(names)),
        language.number(hop.loss_pct, 0),
        *([language.number(time_ms, 2) for time_ms in times_ms] or ["", "", ""]),
        language.show(hop.cause) if hop.cause is not None else "",
    ]
