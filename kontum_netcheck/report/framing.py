"""What stands around the rows where people read: warnings, title, notes, counts. Pure."""

from collections.abc import Iterator, Sequence

from kontum_netcheck.model import Cause, Message, Readiness, count, message
from kontum_netcheck.report.build import CheckRow, DistrictRow, Report, SiteRow
from kontum_netcheck.report.unasked import unasked

PORTALS = message("Portals of the province")


def warnings(report: Report) -> Iterator[Message]:
    """What a reader must know before believing a single row."""
    if report.origin.lab:
        yield message("LAB RESULTS: a built-in network on this machine answered, not the world.")
    if report.origin.sample:
        yield message("SAMPLE INVENTORY: its numbers and hosts are made up. Write your own sites.yaml.")
    if report.run.interrupted:
        yield message("INTERRUPTED: only what was measured until then is judged.")
    late_count = len(unasked(report, Cause.DEADLINE))
    if report.run.deadline or late_count:
        yield message("DEADLINE: {count} checks were not asked in time.", count=late_count)


def title(report: Report) -> Message:
    """Which province, when, from where and by whom."""
    run = report.run
    head = message("Readiness of {province}, {when}", province=report.province, when=run.finished_at)
    if run.stored:
        head = message("{head}, by stored evidence", head=head)
    if run.vantage:
        head = message("{head}, checked from {vantage}", head=head, vantage=run.vantage)
    if run.operator:
        head = message("{head}, by {operator}", head=head, operator=run.operator)
    return head


def nothing(report: Report) -> Message | None:
    """Why there is not a single row; None where there is one."""
    if report.sites or report.portals:
        return None
    if report.run.partial or any(row.planned_count for row in report.districts):
        return message("Nothing of the inventory is selected by these options.")
    return message("The inventory lists no site and no portal.")


def district_title(row: DistrictRow) -> Message:
    """Above the sites of one district."""
    return message("{code} {name}", code=row.verdict.code, name=row.verdict.name)


def totals(report: Report) -> Iterator[Message]:
    """A line of counts for the sites, and one for the portals."""
    yield total(message("Sites"), report.sites)
    if report.portals:
        yield total(message("Portals"), report.portals)


def total(label: Message, rows: Sequence[SiteRow | CheckRow]) -> Message:
    """How many, and how many of each verdict."""
    counts = count(row.verdict.readiness for row in rows)
    parts = (
        message("{count} ready", count=counts[Readiness.READY]),
        message("{count} degraded", count=counts[Readiness.DEGRADED]),
        message("{count} not checked", count=counts[Readiness.NOT_CHECKED]),
        message("{count} not ready", count=counts[Readiness.NOT_READY]),
    )
    told = tuple(part for part in parts if part.values["count"])
    return message("{label}: {total} ({parts})", label=label, total=len(rows), parts=told or parts)
