"""JSON lines: a check a line, each complete in itself. Strict, as the document is."""

import json
from datetime import datetime

from kontum_netcheck.report.build import CheckRow, Report
from kontum_netcheck.report.facts import check_facts, instant
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible

FORMAT = "kontum-netcheck/check"
VERSION = 1


def render(report: Report, options: Options) -> str:
    """One object a check, in the order of the inventory; `options.by` changes nothing."""
    run = {
        "format": FORMAT,
        "version": VERSION,
        "run_id": report.run.id,
        "run_started_at": instant(report.run.started_at),
    }
    now = report.run.finished_at
    lines = (
        json.dumps({**run, **_line(row, now, options)}, ensure_ascii=False, allow_nan=False)
        for row in report.checks
    )
    return "".join(json_visible(line) + "\n" for line in lines)


def _line(row: CheckRow, now: datetime, options: Options) -> dict[str, object]:
    site, district = row.site.verdict, row.site.district
    return {
        "sample": row.origin.sample,
        "district": None if district is None else district.code,
        "district_name": None if district is None else district.name,
        "site": site.id,
        "site_name": site.name,
        "service": row.service.id,
        "kind": row.service.kind.value,
        **check_facts(row.verdict, now, options),
        "lab": row.origin.lab,
    }
