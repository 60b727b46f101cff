"""What an agent remembers of what is sent again and again."""

from kontum_netcheck.agents.job import job_of
from kontum_netcheck.agents.measuring import Work
from kontum_netcheck.agents.repeating import Repeating
from kontum_netcheck.model import Check
from kontum_netcheck.probes import PROBES
from tests.agents.world import check_of, run_of

CHECKS = [check_of(PROBES["tcp"].params(tcp="127.0.0.1:1"), number) for number in range(4)]


def work(run_id: str, *checks: Check, every_s: float | None = 300.0, series: str = "s") -> Work:
    """A job of a series."""
    return Work.of(job_of(run_of(run_id), checks or CHECKS[:1], "dak-to", every_s=every_s, series=series))


def due(repeating: Repeating, at_s: float) -> list[list[str]]:
    """The ids of the checks that are due, series by series."""
    return [[check.id for each in series.works for check in each.checks] for series in repeating.due(at_s)]


def test_all_jobs_of_the_newest_run_are_due_after_their_span_and_again_after_it() -> None:
    repeating = Repeating()
    repeating.remember(work("old", CHECKS[3]), 0.0)
    repeating.remember(work("new", CHECKS[0]), 300.0)
    repeating.remember(work("new", CHECKS[1]), 301.0)
    ids = [check.id for check in CHECKS[:2]]
    assert due(repeating, 599.0) == []
    assert due(repeating, 600.0) == [ids]
    assert due(repeating, 601.0) == []
    assert due(repeating, 900.0) == [ids]


def test_what_is_sent_once_is_never_due() -> None:
    repeating = Repeating()
    repeating.remember(work("once", every_s=None), 0.0)
    assert due(repeating, 1e9) == []


def test_two_series_are_due_each_at_its_time() -> None:
    repeating = Repeating()
    repeating.remember(work("a", CHECKS[0], every_s=60.0, series="a"), 0.0)
    repeating.remember(work("b", CHECKS[1], every_s=90.0, series="b"), 0.0)
    assert due(repeating, 60.0) == [[CHECKS[0].id]]
    assert due(repeating, 90.0) == [[CHECKS[1].id]]


def test_a_series_without_a_name_is_known_by_its_inventory_and_span() -> None:
    repeating = Repeating()
    repeating.remember(work("a", CHECKS[0], series=""), 0.0)
    repeating.remember(work("b", CHECKS[1], series=""), 10.0)
    assert due(repeating, 310.0) == [[CHECKS[1].id]]


def test_of_too_much_the_oldest_series_is_forgotten() -> None:
    repeating, many = Repeating(most_checks_count=5), CHECKS[:3]
    repeating.remember(work("a", *many, series="a"), 0.0)
    repeating.remember(work("b", *many, series="b"), 0.0)
    assert due(repeating, 300.0) == [[check.id for check in many]]
