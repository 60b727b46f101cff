"""The log of calls and faxes that exam rules ask for: when, which number, who, why, what came of it. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.judge.calls import METHOD_WORDS, method_of
from kontum_netcheck.model import KeptObservation, Message, message
from kontum_netcheck.recording.results import key_of, was_called, word_of
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.columns import Column

CALLED = ("call", "fax")
"""The probes whose evidence is a call."""
_LINE_TEST = message("line test before the exam")
_SHOWN_ID = 12


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the log."""

    number: int
    kept: KeptObservation
    site_id: str
    line: str
    site: str | None  # its name; None: nobody knows it any more
    district: str | None
    countersigned_by: tuple[str, ...]


def calls(report: Report) -> Iterator[Call]:
    """All that the store knows, in the order of time; without a store, those that the verdicts rest on."""
    sites = {row.verdict.id: row for row in report.sites}
    for number, kept in enumerate(report.past.calls or _judged(report), start=1):
        site_id, line, _probe = kept.observation.check_id.split("/", 2)
        signed = report.past.countersigned_by.get(kept.id, kept.observation.countersigned_by)
        row = sites.get(site_id)
        district = row.district.name if row and row.district else None
        yield Call(number, kept, site_id, line, row.verdict.name if row else None, district, signed)


def _judged(report: Report) -> list[KeptObservation]:
    seen = [row.verdict.observation for row in report.checks if row.verdict.check.probe in CALLED]
    called = [each for each in seen if each is not None and was_called(each)]
    return [KeptObservation("", "", each) for each in sorted(called, key=lambda each: each.started_at)]


def _metric(name: str) -> Callable[[Call], object]:
    return lambda call: call.kept.observation.metrics.get(name)


def _why(call: Call) -> Message | str:
    purpose = call.kept.observation.metrics.get("purpose")
    return str(purpose) if purpose else _LINE_TEST


def _corrects(call: Call) -> str | None:
    corrected = call.kept.observation.metrics.get("corrects")
    return str(corrected)[:_SHOWN_ID] if corrected else None


COLUMNS: tuple[Column[Any], ...] = (
    Column("number", message("No."), lambda call: call.number),
    Column("called_at", message("Called at"), lambda call: call.kept.observation.started_at),
    Column("district", message("District"), lambda call: call.district or None),
    Column("site_id", message("Site id"), lambda call: call.site_id),
    Column("site", message("Site"), lambda call: call.site),
    Column("line", message("Line"), lambda call: call.line),
    Column("called", message("Number called"), lambda call: national(call.kept.observation.target)),
    Column("caller", message("Called by"), lambda call: call.kept.observation.operator),
    Column("called_from", message("Called from"), lambda call: call.kept.observation.vantage or None),
    Column("purpose", message("Why"), _why),
    Column(
        "result",
        message("Result"),
        lambda call: word_of(call.kept.observation),
        machine=lambda call: key_of(call.kept.observation),
    ),
    Column("voice_quality", message("Voice quality, 1 to 5"), _metric("voice_quality")),
    Column("pages_count", message("Pages received"), _metric("pages_count")),
    Column("note", message("Note"), _metric("note")),
    Column("countersigned_by", message("Countersigned by"), lambda call: call.countersigned_by or None),
    Column("evidence_id", message("Evidence"), lambda call: call.kept.id[:_SHOWN_ID]),
    Column("corrects", message("Corrects"), _corrects),
    Column(
        "method",
        message("How"),
        lambda call: METHOD_WORDS[method_of(call.kept.observation)],
        machine=lambda call: method_of(call.kept.observation),
    ),
    Column("quiet_ignored", message("Why in quiet hours"), _metric("quiet_ignored")),
)
