"""The rows of a report."""

from dataclasses import replace

from kontum_netcheck.model import Readiness, Verdicts
from kontum_netcheck.report.build import Origin, build
from kontum_netcheck.report.cells import district_remarks
from tests.report.province import INVENTORY, LAB_REPORT, REPORT, RUN, VERDICTS


def test_sites_are_numbered_in_the_order_of_the_inventory() -> None:
    assert [(row.number, row.verdict.id) for row in REPORT.sites] == [
        (1, "thpt-kon-tum"),
        (2, "lien-viet"),
        (3, "duy-tan"),
        (4, "tu-mo-rong"),
        (5, "ia-hdrai"),
    ]


def test_a_portal_is_a_row_of_its_own_without_number_and_district() -> None:
    (portal,) = REPORT.portals
    assert (portal.verdict.id, portal.number, portal.district) == ("portal/results", None, None)


def test_counts_name_every_readiness() -> None:
    assert REPORT.counts == {
        Readiness.READY: 2,
        Readiness.DEGRADED: 1,
        Readiness.NOT_CHECKED: 1,
        Readiness.NOT_READY: 1,
    }


def test_a_district_without_site_says_so_and_one_that_was_not_selected_too() -> None:
    none_selected = Verdicts(
        tuple(replace(d, readiness=None, counts={}, sites=()) for d in VERDICTS.districts),
        (),
        Readiness.NOT_CHECKED,
    )
    remarks = [district_remarks(row) for row in build(none_selected, RUN, INVENTORY).districts]
    texts = [remark.text for remark in remarks if hasattr(remark, "text")]
    assert texts == ["not selected", "no exam site", "not selected", "not selected"]


def test_lab_and_sample_are_marked_on_every_row() -> None:
    origins = {row.origin for row in (*LAB_REPORT.sites, *LAB_REPORT.portals)}
    origins |= {row.origin for row in LAB_REPORT.checks} | {row.origin for row in LAB_REPORT.districts}
    assert origins == {Origin(lab=True, sample=True)}


def test_one_fact_from_the_lab_marks_the_report() -> None:
    portal = VERDICTS.portals[0]
    check = portal.checks[0]
    assert check.observation is not None
    faked = replace(check, observation=replace(check.observation, lab=True))
    verdicts = replace(VERDICTS, portals=(replace(portal, checks=(faked,)),))
    assert build(verdicts, RUN, INVENTORY).origin.lab


def test_nothing_selected_is_still_a_report() -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), RUN, INVENTORY)
    assert (report.sites, report.checks, sum(report.counts.values())) == ((), (), 0)
