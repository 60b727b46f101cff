"""What stands around the rows where people read: warnings, title, summary, the next step. Pure."""

from collections.abc import Iterator
from shlex import quote

from kontum_netcheck.model import Message, Readiness, count, message
from kontum_netcheck.report.build import DistrictRow, Report, SiteRow

PORTALS = message("Portals of the province")
_SITES_IN_COMMAND = 3


def warnings(report: Report) -> Iterator[Message]:
    """What a reader must know before believing a single row."""
    if report.origin.lab:
        yield message("LAB RESULTS: a built-in network on this machine answered, not the world.")
    if report.origin.sample:
        yield message("SAMPLE INVENTORY: its numbers and hosts are made up. Write your own sites.yaml.")
    if report.run.interrupted:
        yield message("INTERRUPTED: only what was measured until then is judged.")


def title(report: Report) -> Message:
    """Which province, when, from where and by whom."""
    run = report.run
    head = message("Readiness of {province}, {when}", province=report.province, when=run.finished_at)
    if run.vantage:
        head = message("{head}, checked from {vantage}", head=head, vantage=run.vantage)
    if run.operator:
        head = message("{head}, by {operator}", head=head, operator=run.operator)
    return head


def district_title(row: DistrictRow) -> Message:
    """Above the sites of one district."""
    return message("{code} {name}", code=row.verdict.code, name=row.verdict.name)


def closing(report: Report) -> Iterator[Message]:
    """The notes of the run, a line of counts, and what to do next."""
    yield from report.run.notes
    yield _counts(message("Sites"), report.sites)
    if report.portals:
        yield _counts(message("Portals"), report.portals)
    yield from _next_step(report)


def _counts(label: Message, rows: tuple[SiteRow, ...]) -> Message:
    counts = count(row.verdict.readiness for row in rows)
    parts = (
        message("{count} ready", count=counts[Readiness.READY]),
        message("{count} degraded", count=counts[Readiness.DEGRADED]),
        message("{count} not checked", count=counts[Readiness.NOT_CHECKED]),
        message("{count} not ready", count=counts[Readiness.NOT_READY]),
    )
    told = tuple(part for part in parts if part.values["count"])
    return message("{label}: {total} ({parts})", label=label, total=len(rows), parts=told or parts)


def _next_step(report: Report) -> Iterator[Message]:
    """What to do now; a command to type stands on a line of its own."""
    worst = max((row.verdict.readiness for row in (*report.sites, *report.portals)), default=None)
    broken = [row.verdict.id for row in report.sites if row.verdict.readiness is Readiness.NOT_READY]
    if report.origin.lab:
        yield message("Next: this was the lab. Write an inventory of your own sites, then check it:")
        yield message("{command}", command="kontum-netcheck init")
    elif worst is None:
        yield message("Next: nothing was selected; name a district or a site that the inventory has.")
    elif broken:
        yield message("Next: have repaired what is not ready, then check it again:")
        options = " ".join(f"--site {quote(site_id)}" for site_id in broken[:_SITES_IN_COMMAND])
        yield message("{command}", command=f"kontum-netcheck check {options}")
    elif worst is Readiness.NOT_READY:
        yield message("Next: have the portals repaired that are not ready, then check again.")
    elif worst is Readiness.NOT_CHECKED:
        yield message("Next: check what is not checked yet; phones, faxes and checklists need a person.")
    elif worst is Readiness.DEGRADED:
        yield message("Next: look into what is degraded before the exam.")
    else:
        yield message("Everything is ready.")
