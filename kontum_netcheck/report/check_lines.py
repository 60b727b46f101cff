"""A check a line, each complete in itself: what `jsonl` writes, and what a printed report is told apart by."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from kontum_netcheck.report.build import CheckRow, Report
from kontum_netcheck.report.facts import check_facts, instant
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible

FORMAT = "kontum-netcheck/check"
VERSION = 1


def lines(report: Report, options: Options) -> Iterator[str]:
    """One strict JSON object a check with its newline, in the order of the inventory."""
    run = {
        "format": FORMAT,
        "version": VERSION,
        "run_id": report.run.id,
        "run_started_at": instant(report.run.started_at),
    }
    now = report.run.finished_at
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    for row in report.checks:
        yield json_visible(encode({**run, **_line(row, now, options)})) + "\n"


def fingerprint(report: Report, options: Options) -> str:
    """The SHA-256 of those lines, in hexadecimal: what `sha256sum` says of the .jsonl file of the same report."""
    digest = hashlib.sha256()
    for line in lines(report, options):
        digest.update(line.encode())
    return digest.hexdigest()


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
