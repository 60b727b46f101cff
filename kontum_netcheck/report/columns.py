"""The columns of the four views. Keys and order are a contract: docs/csv-columns.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from kontum_netcheck.model import DistrictVerdict, Message, Observation, Readiness, ServiceKind, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import By, cells, views
from kontum_netcheck.report.build import CheckRow, DistrictRow, Report, SiteRow

Row = TypeVar("Row", DistrictRow, SiteRow, CheckRow)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: `value` gives the cell of a row, None where there is none."""

    key: str
    label: Message
    value: Callable[[Row], object]
    brief: bool = False  # shown where there is little room: markdown
    machine: Callable[[Row], object] | None = None  # the cell for programs, where `value` is in words
    prose: bool = False  # sentences for people, in their language even among machine keys
    is_metric: bool = False  # the cell is the observation's metric of that key


def _count(readiness: Readiness) -> Callable[[DistrictRow], int]:
    return lambda row: row.verdict.counts.get(readiness, 0)


_DISTRICT: tuple[Column[DistrictRow], ...] = (
    Column("district_code", message("Code"), lambda row: row.verdict.code, brief=True),
    Column("district", message("District"), lambda row: row.verdict.name, brief=True),
    Column("readiness", message("Conclusion"), lambda row: row.verdict.readiness, brief=True),
    Column("sites_count", message("Sites"), lambda row: len(row.verdict.sites), brief=True),
    Column("ready_count", message("Ready"), _count(Readiness.READY), brief=True),
    Column("degraded_count", message("Degraded"), _count(Readiness.DEGRADED), brief=True),
    Column("not_checked_count", message("Not checked"), _count(Readiness.NOT_CHECKED), brief=True),
    Column("not_ready_count", message("Not ready"), _count(Readiness.NOT_READY), brief=True),
    Column("remarks", message("Remarks"), cells.district_remarks, True, cells.district_remarks_key),
    Column("lab", message("Lab"), lambda row: row.origin.lab),
    Column("sample", message("Sample inventory"), lambda row: row.origin.sample),
)

_SITE: tuple[Column[SiteRow], ...] = (
    Column("number", message("No."), lambda row: row.number, brief=True),
    Column("district_code", message("District code"), lambda row: row.district and row.district.code),
    Column("district", message("District"), lambda row: row.district and row.district.name, brief=True),
    Column("site_id", message("Site id"), lambda row: row.verdict.id),
    Column("site", message("Site"), lambda row: row.verdict.name, brief=True),
    Column("address", message("Address"), lambda row: row.typed and row.typed.address),
    Column("role", message("Role"), cells.role, machine=lambda row: row.verdict.role),
    Column("rooms_count", message("Rooms"), lambda row: row.typed and row.typed.rooms),
    Column("candidates_count", message("Candidates"), lambda row: row.typed and row.typed.candidates),
    Column("contact", message("Contact"), cells.contact),
    Column("contact_phone", message("Contact's phone"), cells.contact_phone),
    Column("phones", message("Phone numbers"), cells.phones),
    Column("loudspeaker", message("Loudspeaker"), cells.loudspeaker),
    Column("faxes", message("Fax numbers"), cells.faxes),
    Column("lines", message("Lines (carrier, committed speed)"), cells.lines("primary")),
    Column("backup_lines", message("Backup lines"), cells.lines("backup")),
    Column("internet_result", message("Internet"), cells.result(ServiceKind.INTERNET), True),
    Column("phone_result", message("Phone"), cells.result(ServiceKind.PHONE), True),
    Column("fax_result", message("Fax"), cells.result(ServiceKind.FAX), True),
    Column("checklist_result", message("Checklist"), cells.result(ServiceKind.CHECKLIST), True),
    Column("readiness", message("Conclusion"), lambda row: row.verdict.readiness, brief=True),
    Column("reasons", message("Reasons"), lambda row: row.all_reasons or None, brief=True, prose=True),
    Column("oldest_evidence_at", message("Oldest evidence"), cells.oldest_evidence_at),
    Column("checked_by", message("Checked by"), cells.checked_by),
    Column("lab", message("Lab"), lambda row: row.origin.lab),
    Column("sample", message("Sample inventory"), lambda row: row.origin.sample),
)


def _district(value: Callable[[DistrictVerdict], str]) -> Callable[[CheckRow], object]:
    """A cell of the check's district, or none: portals are the province's."""
    return lambda row: None if row.site.district is None else value(row.site.district)


def _observed(value: Callable[[Observation], object]) -> Callable[[CheckRow], object]:
    """A cell of the observation, or none where there is no observation."""

    def cell(row: CheckRow) -> object:
        observation = row.verdict.observation
        return None if observation is None else value(observation)

    return cell


def _metric(name: str) -> Column[CheckRow]:
    """A metric's column; its label is that of the first probe that declares it."""

    def cell(row: CheckRow) -> object:  # called for each check and metric: no detour through `_observed`
        observation = row.verdict.observation
        return None if observation is None else observation.metrics.get(name)

    label = next(metric.label for probe in PROBES.values() if (metric := probe.metric(name)))
    return Column(name, label, cell, is_metric=True)


METRIC_NAMES: tuple[str, ...] = tuple(
    dict.fromkeys(metric.name for probe in PROBES.values() for metric in probe.metrics)
)
"""Each metric that any probe declares, once, in the order of PROBES."""

_CHECK: tuple[Column[CheckRow], ...] = (
    Column("district_code", message("District code"), _district(lambda district: district.code)),
    Column("district", message("District"), _district(lambda district: district.name)),
    Column("site_id", message("Site id"), lambda row: row.site.verdict.id),
    Column("site", message("Site"), lambda row: row.site.verdict.name, brief=True),
    Column("service_id", message("Service id"), lambda row: row.service.id, brief=True),
    Column("kind", message("Kind"), lambda row: row.service.kind),
    Column("check_id", message("Check id"), lambda row: row.verdict.check.id),
    Column(
        "probe",
        message("Probe"),
        lambda row: cells.probe(row.verdict.check.probe),
        brief=True,
        machine=lambda row: row.verdict.check.probe,
    ),
    Column("target", message("Target"), cells.target, brief=True),
    Column("outcome", message("Outcome"), _observed(lambda observation: observation.outcome)),
    Column("readiness", message("Conclusion"), lambda row: row.verdict.readiness, brief=True),
    Column("reason", message("Reason"), lambda row: row.verdict.reason, brief=True, prose=True),
    Column("started_at", message("Checked at"), cells.asked(lambda observation: observation.started_at)),
    Column("duration_ms", message("Took (ms)"), cells.asked(cells.duration_ms)),
    *(_metric(name) for name in METRIC_NAMES),
    Column("failure_stage", message("Failed where"), cells.failure("stage")),
    Column("failure_cause", message("Cause"), cells.failure("cause")),
    Column("failure_detail", message("Detail"), cells.failure("detail")),
    Column("optional", message("Optional"), lambda row: row.verdict.check.optional),
    Column("vantage", message("Checked from"), _observed(lambda observation: observation.vantage)),
    Column("operator", message("Checked by"), _observed(lambda observation: observation.operator)),
    Column(
        "countersigned_by",
        message("Countersigned by"),
        _observed(lambda observation: observation.countersigned_by or None),
    ),
    Column("lab", message("Lab"), lambda row: row.origin.lab),
    Column("sample", message("Sample inventory"), lambda row: row.origin.sample),
)

_VANTAGE: tuple[Column[Any], ...] = (
    Column("vantage", message("Checked from"), lambda row: row.vantage or None, brief=True),
    *(column for column in _CHECK if column.key != "vantage"),
)

COLUMNS: Mapping[By, tuple[Column[Any], ...]] = MappingProxyType(
    {"district": _DISTRICT, "site": _SITE, "check": _CHECK, "vantage": _VANTAGE}
)

VIEWS: Column[CheckRow] = Column(
    "views",
    message("As seen from"),
    lambda row: views.in_words(row.verdict) or None,
    brief=True,
    machine=lambda row: views.in_keys(row.verdict) or None,
)
"""The last column of the checks, in a report where any of them names vantages."""


def columns_of(report: Report, by: By) -> tuple[Column[Any], ...]:
    """The columns of a view of this report."""
    return (*COLUMNS[by], VIEWS) if by == "check" and views.has_views(report) else COLUMNS[by]


def rows(report: Report, by: By) -> Sequence[Any]:
    """The rows of a view. Portals stand among the sites and the checks, last."""
    match by:
        case "district":
            return report.districts
        case "site":
            return (*report.sites, *report.portals)
        case "check":
            return report.checks
        case "vantage":
            return views.view_rows(report)
