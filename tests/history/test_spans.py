"""What is known between two answers: spans, gaps, outages, days. Every number here can be reckoned by hand."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.history import Track, track
from kontum_netcheck.model import (
    Cause,
    Check,
    Failure,
    KeptObservation,
    Limit,
    Observation,
    Outcome,
    ServiceKind,
    Stage,
)

START = datetime(2024, 6, 26, 0, 0, tzinfo=UTC)
KON_TUM = ZoneInfo("Asia/Ho_Chi_Minh")
CHECK = Check(
    id="a/ftth/ping",
    site_id="a",
    service_id="ftth",
    kind=ServiceKind.INTERNET,
    probe="ping",
    target="192.0.2.1",
    params=None,
    limits=(Limit("rtt_avg_ms", 50.0, 150.0, True, ""),),
    valid_for=timedelta(hours=24),
)
_OUTCOMES = {"+": Outcome.MEASURED, "!": Outcome.MEASURED, "x": Outcome.FAILED, "?": Outcome.SKIPPED}


def of(signs: str, *, step_min: float = 10, check: Check = CHECK, zone: tzinfo = UTC) -> Track:
    """A track of one observation a step: `+` good, `!` slow, `x` failed, `?` own link down, space: nobody asked."""
    kept = [
        KeptObservation("r", "", _observation(sign, START + timedelta(minutes=step_min * at)), str(at))
        for at, sign in enumerate(signs)
        if sign != " "
    ]
    return track(check, kept, zone)


def _observation(sign: str, at: datetime) -> Observation:
    failed = sign in "x?"
    failure = Failure(Stage.LINK, Cause.OWN_LINK_DOWN if sign == "?" else Cause.TIMEOUT) if failed else None
    metrics = {} if failed else {"rtt_avg_ms": 90.0 if sign == "!" else 10.0}
    return Observation(CHECK.id, "ping", CHECK.target, _OUTCOMES[sign], at, 1.0, metrics, failure)


def minutes(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("signs", "covered", "least", "most"),
    [
        ("++++", 30, 0, 0),
        ("+!+", 20, 0, 0),  # slow is not down
        ("+xx+", 30, 10, 30),
        ("xxxx", 30, 30, 30),
        ("+x", 10, 0, 10),
        ("++?+++", 40, 0, 0),  # our own link: known until then, not after
        ("++++      ++++", 60, 0, 0),  # the middle is a gap
        ("+", 0, 0, 0),
        ("+++ +", 40, 0, 0),  # one left out is no gap
    ],
)
def test_time_down_is_an_interval_of_the_time_that_is_covered(
    signs: str, covered: float, least: float, most: float
) -> None:
    whole = of(signs).whole
    assert whole is not None
    assert (minutes(whole.covered), minutes(whole.down_least), minutes(whole.down_most)) == (
        covered,
        least,
        most,
    )


def test_nothing_is_available_where_nothing_is_covered() -> None:
    whole = of("+").whole
    assert whole is not None
    assert whole.available_least_pct is None
    assert (whole.worked_count, whole.answers_count) == (1, 1)


@pytest.mark.parametrize(
    ("signs", "recovered"),
    [
        ("+xx+", [(10, 30)]),
        ("+x+", [(0, 20)]),
        ("xx+", [(10, None)]),  # nobody knows since when
        ("+xx", [(None, None)]),  # it lasts
        ("+x?x+", [(20, 40)]),
        ("+x+x+", [(0, 20), (0, 20)]),
        ("++!", []),
    ],
)
def test_the_time_to_recover_lies_between_two_bounds(
    signs: str, recovered: list[tuple[float | None, float | None]]
) -> None:
    found = of(signs).outages
    assert [(minutes(o.recovered_least), minutes(o.recovered_most)) for o in found] == recovered


def test_gaps_say_why() -> None:
    found = of("+++??+++      +++").gaps
    reasons = [(gap.reason.text, minutes(gap.end - gap.start)) for gap in found]
    assert reasons == [("own link down", 20), ("nobody asked", 70)]


def test_evidence_that_is_no_longer_valid_is_a_gap() -> None:
    assert [minutes(gap.end - gap.start) for gap in of("++", step_min=25 * 60).gaps] == [25 * 60]


def test_days_are_local_and_split_at_midnight() -> None:
    found = of("++++", step_min=120, zone=KON_TUM)  # 07:00 to 13:00
    assert [day.day.isoformat() for day in found.days] == ["2024-06-26"]
    late = of("+" * 12, step_min=120, zone=KON_TUM)  # 07:00 to 05:00
    assert [(day.day.day, minutes(day.covered)) for day in late.days] == [(26, 17 * 60), (27, 5 * 60)]


def test_changes_are_the_answers_that_brought_another_verdict() -> None:
    found = of("++!!x?x++").changes
    assert [minutes(point.at - START) for point in found] == [0, 20, 40, 70]


@given(st.text("+!x? ", max_size=40))
def test_whatever_was_seen_the_parts_make_the_whole(signs: str) -> None:
    found = of(signs)
    times = [point.at for point in found.points]
    gone = sum((gap.end - gap.start for gap in found.gaps), timedelta(0))
    covered = sum((span.end - span.start for span in found.spans), timedelta(0))
    assert covered + gone == (times[-1] - times[0] if times else timedelta(0))
    if found.whole is not None:
        assert found.whole.covered == covered
        assert timedelta(0) <= found.whole.down_least <= found.whole.down_most <= covered
    for outage in found.outages:
        if outage.recovered_least is not None and outage.recovered_most is not None:
            assert outage.recovered_least < outage.recovered_most
