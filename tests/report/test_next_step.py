"""What to do next, and the command for it."""

import shlex
from dataclasses import replace

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Readiness, Run, Verdicts
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.next_step import Command, next_step
from kontum_netcheck.wording import cause_message
from tests.report.province import (
    INVENTORY,
    LATE,
    REPORT,
    RUN,
    VERDICTS,
    cut_off,
    district,
    judged_site,
    line,
    service,
)


def _steps(report: Report) -> list[str]:
    english = Language("en")
    return [step.text if isinstance(step, Command) else english.say(step) for step in next_step(report)]


def _broken(*site_ids: str, run: Run = RUN) -> Report:
    sites = []
    for site_id in site_ids:
        asked = line(site_id, "ftth").checks[0]
        bad = replace(asked, readiness=Readiness.NOT_READY, reason=cause_message(LATE))
        sites.append(judged_site(service("ftth", "ftth", bad), site_id=site_id))
    return build(Verdicts((district("608", "", *sites),), (), Readiness.NOT_READY), run, INVENTORY)


def _ready(run: Run = RUN) -> Report:
    place = district("608", "", judged_site(line("duy-tan", "ftth")))
    return build(Verdicts((place,), (), Readiness.READY), run, INVENTORY)


def test_what_is_broken_is_checked_again_by_name() -> None:
    assert _steps(_broken("a", "b"))[1:] == ["kontum-netcheck check --site a --site b"]


def test_what_agents_asked_is_sent_again() -> None:
    run = replace(RUN, sent=True, vantage="noc, dak-to")
    assert _steps(_broken("a", run=run))[1:] == ["kontum-netcheck dispatch --site a"]


def test_sites_that_the_command_does_not_name_are_counted() -> None:
    steps = _steps(_broken(*(f"s{number}" for number in range(300))))
    assert steps[1:] == ["kontum-netcheck check --site s0 --site s1 --site s2", "… and 297 more."]


@pytest.mark.parametrize("inventory", ["2024/kon tum.yaml", "/srv/sites.yaml", "provinces"])
def test_the_command_names_the_inventory_that_was_checked(inventory: str) -> None:
    words = shlex.split(_steps(_broken("a", run=replace(RUN, inventory=inventory)))[1])
    assert words == ["kontum-netcheck", "check", inventory, "--site", "a"]


def test_at_the_site_the_command_stays_there() -> None:
    assert _steps(_broken("a", run=replace(RUN, at="a")))[1] == "kontum-netcheck check --at a"


def test_the_site_where_one_stands_comes_first_and_is_selected_with_the_others() -> None:
    report = _broken("a", "b", "c", "d", run=replace(RUN, at="d"))
    assert _steps(report)[1] == "kontum-netcheck check --at d --site d --site a --site b"


def test_where_one_stands_is_left_out_when_other_sites_are_broken() -> None:
    assert _steps(_broken("a", run=replace(RUN, at="b")))[1] == "kontum-netcheck check --site a"


@pytest.mark.parametrize("cause", [Cause.INTERRUPTED, Cause.DEADLINE])
def test_what_was_cut_off_is_asked_again_before_anything_is_mended(cause: Cause) -> None:
    both = Verdicts(
        (*_broken("a").verdicts.districts, *cut_off(cause, "b").districts), (), Readiness.NOT_READY
    )
    assert _steps(build(both, RUN, INVENTORY)) == [
        "Next: run again what was not asked:",
        "kontum-netcheck check --site b",
    ]


def test_a_portal_that_was_cut_off_takes_the_whole_inventory() -> None:
    verdicts = replace(cut_off(Cause.INTERRUPTED), portals=(line("portal", "results", Cause.INTERRUPTED),))
    assert _steps(build(verdicts, RUN, INVENTORY))[1] == "kontum-netcheck check"


def test_many_sites_that_were_cut_off_take_the_whole_inventory_unless_they_were_selected() -> None:
    verdicts = cut_off(Cause.INTERRUPTED, "a", "b", "c", "d")
    assert _steps(build(verdicts, RUN, INVENTORY))[1:] == ["kontum-netcheck check"]
    assert _steps(build(verdicts, replace(RUN, partial=True), INVENTORY))[1:] == [
        "kontum-netcheck check --site a --site b --site c",
        "… and 1 more.",
    ]


def test_the_own_link_is_mended_first() -> None:
    first, command = _steps(build(cut_off(Cause.OWN_LINK_DOWN), RUN, INVENTORY))
    assert "own link" in first
    assert command == "kontum-netcheck check"


def test_what_takes_a_person_comes_with_the_command_to_record_it() -> None:
    assert _steps(REPORT)[-1].startswith("kontum-netcheck record ")


def test_nothing_is_said_of_persons_where_all_they_do_is_done() -> None:
    assert not any("person" in step for step in _steps(_broken("a")))


def test_after_a_part_only_the_part_is_called_ready() -> None:
    assert _steps(_ready()) == ["Everything is ready."]
    assert _steps(_ready(replace(RUN, partial=True))) == ["What was selected is ready."]


def test_a_broken_portal_alone_is_mended_and_all_is_checked_again() -> None:
    verdicts = replace(_ready().verdicts, portals=VERDICTS.portals)
    assert _steps(build(verdicts, RUN, INVENTORY))[1:] == ["kontum-netcheck check"]


def test_what_only_a_machine_at_the_site_can_ask_is_asked_there() -> None:
    report = build(cut_off(Cause.ONLY_ON_SITE), RUN, INVENTORY)
    assert _steps(report)[1:] == [
        "What only a machine at a site can ask, asked there:",
        "kontum-netcheck check --at duy-tan",
    ]


def test_what_certain_places_ask_is_asked_from_one_of_them() -> None:
    asked = line("duy-tan", "ftth", Cause.OTHER_VANTAGE).checks[0]
    there = replace(asked, check=replace(asked.check, vantages=("noc", "dak-to")))
    site = judged_site(service("ftth", "ftth", there))
    report = build(Verdicts((district("608", "", site),), (), Readiness.NOT_CHECKED), RUN, INVENTORY)
    assert _steps(report)[-1] == "kontum-netcheck check --vantage noc"


def test_who_is_behind_a_line_of_a_site_checks_again_from_there() -> None:
    report = _broken("a", run=replace(RUN, at="a", at_line="4g"))
    assert _steps(report)[1] == "kontum-netcheck check --at a/4g"
