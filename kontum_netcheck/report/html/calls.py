"""The log of calls and faxes on the page: a row for each, with all that is kept of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kontum_netcheck.model import message
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.call_log import COLUMNS, Call, calls
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.options import Options

_MOST_COUNT = 300
_HEADS = ("number", "called_at", "site", "called", "caller", "result", "note")
_BESIDE_RESULT = ("method", "voice_quality", "pages_count")
_BESIDE_NOTE = ("purpose", "quiet_ignored", "countersigned_by", "corrects", "evidence_id")
_BY_KEY: Mapping[str, Column[Any]] = {column.key: column for column in COLUMNS}


class CallView(NamedTuple):
    """One call."""

    number: int
    when: str
    site: str
    place: str  # line and district
    called: str
    caller: str
    called_from: str
    result: str
    how: str  # how it was called, and what was heard or received
    note: str
    more: str  # why, who vouches, what it corrects, the evidence


class CallLog(NamedTuple):
    """The log; the newest calls where there are too many for a page."""

    heads: tuple[str, ...]
    rows: tuple[CallView, ...]
    calls_count: int
    remark: str

    @classmethod
    def of(cls, report: Report, options: Options) -> "CallLog | None":
        """The log of a report; None where nobody called."""
        found = list(calls(report))
        if not found:
            return None
        shown = found[-_MOST_COUNT:]
        remark = ""
        if len(shown) < len(found):
            said = message(
                "The last {shown} of {count} calls; the workbook (XLSX) lists all.",
                shown=len(shown),
                count=len(found),
            )
            remark = options.text(said)
        heads = tuple(options.text(_BY_KEY[key].label) for key in _HEADS)
        return cls(heads, tuple(_view(call, options) for call in shown), len(found), remark)


def _view(call: Call, options: Options) -> CallView:
    def said(key: str) -> str:
        value = _BY_KEY[key].value(call)
        return "" if value is None else options.text(value)

    def labelled(keys: tuple[str, ...]) -> str:
        return "; ".join(f"{options.text(_BY_KEY[key].label)}: {text}" for key in keys if (text := said(key)))

    return CallView(
        number=call.number,
        when=said("called_at"),
        site=said("site") or said("site_id"),
        place=" · ".join(filter(None, (said("line"), said("district")))),
        called=said("called"),
        caller=said("caller"),
        called_from=said("called_from"),
        result=said("result"),
        how=labelled(_BESIDE_RESULT),
        note=said("note"),
        more=labelled(_BESIDE_NOTE),
    )
