"""The JSON contract: docs/report.schema.json. Strict: no NaN, UTC times, keys and values in English."""

from collections.abc import Mapping
from datetime import datetime

from kontum_netcheck.model import DistrictVerdict, Readiness, ServiceVerdict, count
from kontum_netcheck.report.build import Report, SiteRow
from kontum_netcheck.report.facts import check_facts, instant, rounded
from kontum_netcheck.report.json_layout import laid_out
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.views import PlaceRow, has_views, places

FORMAT = "kontum-netcheck/report"
VERSION = 1


def render(report: Report, options: Options) -> str:
    """The whole report as one document; reasons are in the reader's language, everything else is English."""
    now = report.run.finished_at
    document = {
        "format": FORMAT,
        "version": VERSION,
        "lab": report.origin.lab,
        "sample": report.origin.sample,
        "run": _run(report, options),
        "summary": _summary(report),
        "districts": [_district(row.verdict) for row in report.districts],
        "sites": [_site(row, now, options) for row in report.sites],
        "portals": [_service(portal, now, options) for portal in report.verdicts.portals],
        **({"vantages": [_place(row) for row in places(report)]} if has_views(report) else {}),
    }
    return laid_out(document) + "\n"


def _run(report: Report, options: Options) -> dict[str, object]:
    run = report.run
    return {
        "id": run.id,
        "started_at": instant(run.started_at),
        "finished_at": instant(run.finished_at),
        "tool_version": run.tool_version,
        "inventory": run.inventory,
        "inventory_hash": run.inventory_hash,
        "province": report.province,
        "vantage": run.vantage,
        "operator": run.operator,
        "source": run.source,
        "at": run.at,
        "interrupted": run.interrupted,
        "deadline": run.deadline,
        "partial": run.partial,
        "stored": run.stored,
        "late_ms": rounded(run.late_ms),
        "language": options.language.code,
        "notes": [options.language.say(note, options.zone) for note in run.notes],
    }


def _summary(report: Report) -> dict[str, object]:
    return {
        "readiness": report.verdicts.readiness.key,
        "sites": _keyed(count(row.verdict.readiness for row in report.sites)),
        "portals": _keyed(count(row.verdict.readiness for row in report.portals)),
        "checks": _keyed(count(row.verdict.readiness for row in report.checks)),
    }


def _keyed(counts: Mapping[Readiness, int]) -> dict[str, int]:
    return {readiness.key: counts.get(readiness, 0) for readiness in Readiness}


def _district(verdict: DistrictVerdict) -> dict[str, object]:
    return {
        "code": verdict.code,
        "name": verdict.name,
        "readiness": None if verdict.readiness is None else verdict.readiness.key,
        "sites_count": len(verdict.sites),
        "counts": _keyed(verdict.counts),
    }


def _place(row: PlaceRow) -> dict[str, object]:
    return {
        "vantage": row.vantage or None,
        "checks_count": len(row.rows),
        "counts": _keyed(row.counts),
        "newest_at": None if row.newest_at is None else instant(row.newest_at),
    }


def _site(row: SiteRow, now: datetime, options: Options) -> dict[str, object]:
    verdict = row.verdict
    return {
        "id": verdict.id,
        "name": verdict.name,
        "district": verdict.district_code,
        "role": verdict.role,
        "readiness": verdict.readiness.key,
        "reasons": [options.language.say(reason, options.zone) for reason in row.all_reasons],
        "services": [_service(service, now, options) for service in verdict.services],
    }


def _service(verdict: ServiceVerdict, now: datetime, options: Options) -> dict[str, object]:
    return {
        "id": verdict.id,
        "kind": verdict.kind.value,
        "name": verdict.name,
        "readiness": verdict.readiness.key,
        "optional": verdict.optional,
        "reasons": [options.language.say(reason, options.zone) for reason in verdict.reasons],
        "checks": [check_facts(check, now, options) for check in verdict.checks],
    }
