"""What stands around the rows where people read: warnings, title, summary, the next step. Pure."""

from collections.abc import Iterator

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report.build import DistrictRow, Report, SiteRow, count

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
    """The notes of the run, one line of counts, and what to do next."""
    yield from report.run.notes
    yield _counts(message("Sites"), report.sites)
    if report.portals:
        yield _counts(message("Portals"), report.portals)
    yield _next_step(report)


def _counts(label: Message, rows: tuple[SiteRow, ...]) -> Message:
    counts = count(row.verdict.readiness for row in rows)
    return message(
        "{label}: {total} in all: {ready} ready, {degraded} degraded, {not_checked} not checked, "
        "{not_ready} not ready.",
        label=label,
        total=len(rows),
        ready=counts[Readiness.READY],
        degraded=counts[Readiness.DEGRADED],
        not_checked=counts[Readiness.NOT_CHECKED],
        not_ready=counts[Readiness.NOT_READY],
    )


def _next_step(report: Report) -> Message:
    worst = max((row.verdict.readiness for row in (*report.sites, *report.portals)), default=None)
    if worst is None:
        return message("Next: nothing was selected; name a district or a site that the inventory has.")
    if worst is Readiness.NOT_READY:
        broken = [row.verdict.id for row in report.sites if row.verdict.readiness is worst]
        if not broken:
            return message("Next: have the portals repaired that are not ready, then check again.")
        options = " ".join(f"--site {site_id}" for site_id in broken[:_SITES_IN_COMMAND])
        return message(
            "Next: have repaired what is not ready, then check it again: kontum-netcheck check {options}",
            options=options,
        )
    if worst is Readiness.NOT_CHECKED:
        return message("Next: check what is not checked yet; phones, faxes and checklists need a person.")
    if worst is Readiness.DEGRADED:
        return message("Next: look into what is degraded before the exam.")
    return message("Everything is ready.")
