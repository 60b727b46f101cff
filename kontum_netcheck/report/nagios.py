"""Nagios, Icinga, Checkmk: one line and perfdata, then what is wrong, site by site, and more perfdata.

Source: www.monitoring-plugins.org/doc/guidelines.html. The exit code, which the command gives, says the same as the
first word.
"""

from collections.abc import Iterator

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report import framing
from kontum_netcheck.report.build import CheckRow, Report, SiteRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.perfdata import Datum, datum, line
from kontum_netcheck.report.views import view_rows

STATUS = {
    Readiness.READY: "OK",
    Readiness.DEGRADED: "WARNING",
    Readiness.NOT_CHECKED: "UNKNOWN",
    Readiness.NOT_READY: "CRITICAL",
}
_SERVICE = "NETCHECK"
_MOST_BYTES = 8_000
"""Nagios and Icinga read 8 KiB of output, NRPE 64; what comes after is cut wherever it stands, so we stop before."""
_PERFDATA_BYTES = 3_000
_FIRST_LINE_BYTES = 1_000
_WORST_FIRST = tuple(sorted(Readiness, reverse=True))


def render(report: Report, options: Options) -> str:
    """The first word is English, as the guidelines have it; sentences are in the reader's language."""
    counts = report.counts
    totals = [
        Datum(f"sites_{readiness.key}", float(counts[readiness]), least="0", most=str(len(report.sites)))
        for readiness in Readiness
    ]
    head = f"{_SERVICE} {STATUS[report.verdicts.readiness]}: {_summary(report, options)}"
    first = f"{_cut(head, _FIRST_LINE_BYTES)} | {line(totals)}"
    measured = _fitting(map(str, _measured(report)), _PERFDATA_BYTES)
    room = _MOST_BYTES - len(first.encode()) - len(" ".join(measured).encode()) - 8
    told = _fitting(_long(report, options), room, rest=options)
    if not measured:
        return "\n".join([first, *told]) + "\n"
    # The last line of text carries the second perfdata (guidelines, "Plugin output": text | perfdata).
    *before, last = told or [""]
    return "\n".join([first, *before, f"{last} | {' '.join(measured)}".lstrip()]) + "\n"


def _summary(report: Report, options: Options) -> str:
    nothing = framing.nothing(report)
    if nothing is not None:
        return _plain(nothing, options)
    total = next(framing.totals(report))
    worst = report.verdicts.readiness
    names = tuple(
        row.verdict.name for row in (*report.sites, *report.portals) if row.verdict.readiness is worst
    )
    if worst is Readiness.READY:
        return _plain(total, options)
    return _plain(message("{total}; {verdict}: {names}", total=total, verdict=worst, names=names), options)


def _long(report: Report, options: Options) -> Iterator[str]:
    """Warnings and notes, then what is not ready, the gravest first, each with its reasons."""
    for sentence in (*framing.warnings(report), framing.title(report), *report.run.notes):
        yield _plain(sentence, options)
    for readiness in _WORST_FIRST[:-1]:
        for row in (*report.sites, *report.portals):
            if row.verdict.readiness is readiness:
                yield _plain(_told(row), options)


def _told(row: SiteRow) -> Message:
    reasons = row.reasons
    head = message("{status} {name}", status=STATUS[row.verdict.readiness], name=row.verdict.name)
    return message("{head}: {reasons}", head=head, reasons=reasons) if reasons else head


def _measured(report: Report) -> Iterator[Datum]:
    """Of each check the values that its limits are put on, by its id; then as each place saw it, `METRIC@VANTAGE`."""
    for row in report.checks:
        yield from _of_check(row)
    for view in view_rows(report):
        if view.verdict.check.vantages:
            yield from _of_check(view, f"@{view.vantage}")


def _of_check(row: CheckRow, place: str = "") -> Iterator[Datum]:
    observation, check = row.verdict.observation, row.verdict.check
    for limit in check.limits if observation is not None else ():
        assert observation is not None
        value = observation.metrics.get(limit.metric)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield datum(f"{check.id}/{limit.metric}{place}", limit.metric, float(value), limit)


def _plain(sentence: object, options: Options) -> str:
    """On one line, and without the sign that begins perfdata."""
    return options.text(sentence).replace("|", "¦")


def _cut(text: str, most_bytes: int) -> str:
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    return encoded[: most_bytes - 3].decode(errors="ignore") + "…"


def _fitting(lines: Iterator[str], most_bytes: int, rest: Options | None = None) -> list[str]:
    """As many as have room; with `rest`, a last line says how many have none."""
    found, left, missing = [], most_bytes - 60, 0
    for text in lines:
        size = len(text.encode()) + 1
        if missing or size > left:
            missing += 1
        else:
            found.append(text)
            left -= size
    if missing and rest is not None:
        found.append(_plain(message("… and {count} more.", count=missing), rest))
    return found
