"""What several places see, whatever they see: promises that hold for every rule and any views (docs/decisions/0018)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.judge import judge_check
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import (
    Cause,
    Check,
    CheckVerdict,
    Failure,
    Limit,
    Observation,
    Outcome,
    Readiness,
    See,
    ServiceKind,
    Stage,
)

NOW = datetime(2024, 6, 26, 3, 0, tzinfo=UTC)
RTT_MS = {Readiness.READY: 10.0, Readiness.DEGRADED: 100.0, Readiness.NOT_READY: 500.0}
LIMITS = (Limit("rtt_avg_ms", 50.0, 150.0, lower_is_better=True, source="test"),)
views = st.lists(st.sampled_from(Readiness), min_size=1, max_size=8)
rules = st.sampled_from(See)


def judged(seen: Sequence[Readiness], see: See) -> CheckVerdict:
    """A ping that `v0`, `v1` … see so; who has not checked has no observation."""
    names = tuple(f"v{number}" for number in range(len(seen)))
    check = Check(
        "a/ftth/ping", "a", "ftth", ServiceKind.INTERNET, "ping", "192.0.2.1", None, LIMITS, timedelta(hours=1),
        vantages=names, see=see,
    )  # fmt: skip
    observations = [
        Observation(
            check.id,
            "ping",
            check.target,
            Outcome.MEASURED,
            NOW,
            1.0,
            {"rtt_avg_ms": RTT_MS[each]},
            vantage=name,
        )
        for name, each in zip(names, seen, strict=True)
        if each is not Readiness.NOT_CHECKED
    ]
    return judge_check(check, observations, NOW)


@given(views, rules)
def test_only_what_every_named_place_sees_ready_is_ready(seen: list[Readiness], see: See) -> None:
    assert (judged(seen, see).readiness is Readiness.READY) == (set(seen) == {Readiness.READY})


@given(views, rules, st.data())
def test_a_worse_view_never_makes_a_better_check(
    seen: list[Readiness], see: See, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(seen) - 1))
    worse = data.draw(st.sampled_from([each for each in Readiness if each >= seen[at]]))
    changed = [*seen[:at], worse, *seen[at + 1 :]]
    assert judged(changed, see).readiness >= judged(seen, see).readiness


@given(views)
def test_all_is_the_strictest_rule_and_any_the_mildest(seen: list[Readiness]) -> None:
    found = [judged(seen, see).readiness for see in (See.ALL, See.MAJORITY, See.ANY)]
    assert found == sorted(found, reverse=True)


@given(views, rules)
def test_every_view_is_kept_in_the_order_of_the_inventory(seen: list[Readiness], see: See) -> None:
    verdict = judged(seen, see)
    assert [view.vantage for view in verdict.views] == list(verdict.check.vantages)
    assert [view.readiness for view in verdict.views] == seen
    assert len(verdict.evidence) == sum(each is not Readiness.NOT_CHECKED for each in seen)


@given(views, rules)
def test_the_fact_that_stands_for_the_check_is_of_a_view_that_decided(
    seen: list[Readiness], see: See
) -> None:
    verdict = judged(seen, see)
    if verdict.readiness is Readiness.NOT_CHECKED:
        assert verdict.observation is None
    else:
        worst = next(view for view in verdict.views if view.observation is verdict.observation)
        assert worst.readiness is max(seen)


def test_many_places_are_told_by_the_first_of_them_and_their_number() -> None:
    verdict = judged([Readiness.READY] * 20 + [Readiness.NOT_READY], See.MAJORITY)
    said = Language("en").say(verdict.reason)
    assert said.startswith("not ready from v20, up from v0, v1, v2, v3, v4, v5 and 14 more: ")


def test_in_vietnamese_the_places_are_told_too() -> None:
    check = judged([Readiness.READY, Readiness.READY], See.ALL).check
    down = Observation(
        check.id, "ping", check.target, Outcome.FAILED, NOW, 1.0, {},
        Failure(Stage.REPLY, Cause.TIMEOUT), vantage="v0",
    )  # fmt: skip
    up = Observation(
        check.id, "ping", check.target, Outcome.MEASURED, NOW, 1.0, {"rtt_avg_ms": 9.0}, vantage="v1"
    )
    said = Language("vi").say(judge_check(check, [down, up], NOW).reason)
    assert said.startswith("không thông từ v0, thông từ v1: ")


def test_what_was_left_to_other_places_is_told_with_their_names_while_none_has_asked() -> None:
    check = judged([Readiness.READY] * 2, See.ALL).check
    left = Failure(Stage.PLAN, Cause.OTHER_VANTAGE, "v0, v1")
    verdict = judge_check(replace(check, skip=left), [], NOW)
    assert verdict.readiness is Readiness.NOT_CHECKED
    assert Language("en").say(verdict.reason) == "asked from certain places only: v0, v1"
