"""Verdicts of turn after turn in, confirmed changes out; the scenarios stand in scenarios/turns.yaml."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Readiness, ServiceKind, message
from kontum_netcheck.watch.standing import Look, State, after_look
from kontum_netcheck.watch.turns import Change, Rules, Seen, Unit, Watched, turn

SCENARIOS = yaml.safe_load((Path(__file__).parent / "scenarios/turns.yaml").read_text(encoding="utf-8"))
LETTERS = {
    "R": Readiness.READY,
    "D": Readiness.DEGRADED,
    "C": Readiness.NOT_CHECKED,
    "N": Readiness.NOT_READY,
}
START = datetime(2024, 6, 27, 10, 0, tzinfo=UTC)
EVERY = timedelta(minutes=5)
LINE = Unit(
    "thpt-a/ftth", ServiceKind.INTERNET, "ftth", "thpt-a", "Trường THPT A", "608", "Thành phố Kon Tum"
)


def in_words(change: Change) -> str:
    words = (
        f"{change.after.readiness.key} since {change.after.since:%H:%M} after {change.before.readiness.key}"
    )
    if change.is_recovery:
        least = "at least " if change.lasted_at_least else ""
        words += f", lasted {least}{change.lasted / timedelta(minutes=1):g} min"
    if change.unwatched:
        words += f", nobody looked for {change.unwatched / timedelta(minutes=1):g} min"
    return words


def told_in(scenario: dict[str, Any]) -> dict[str, str]:
    watched, at, told = Watched(), START, {}
    rules = Rules(scenario.get("confirm", 2), EVERY * 3)
    for word in scenario["turns"].split():
        if word == "z":
            at += timedelta(hours=2) - EVERY
            continue
        letter, _, mark = word.partition(":")
        look = Look(LETTERS[letter], at, message("why")) if letter != "." else None
        seen = Seen(LINE, look, Readiness.READY)
        turned = turn(watched, [seen], at, rules, lambda _unit, mark=mark: mark == "m")  # type: ignore[misc]
        watched = turned.watched
        if turned.to_tell:
            told[f"{at:%H:%M}"] = "; ".join(map(in_words, turned.to_tell))
        at += EVERY
    return told


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_scenario(scenario: dict[str, Any]) -> None:
    assert told_in(scenario) == scenario["told"]


def test_what_is_muted_is_shown_and_not_told() -> None:
    watched, at = Watched(), START
    changes: list[Change] = []
    told: list[Change] = []
    for readiness in map(LETTERS.__getitem__, "RRNN"):
        seen = Seen(LINE, Look(readiness, at, message("why")), readiness)
        turned = turn(watched, [seen], at, Rules(), lambda _unit: True)
        watched, at = turned.watched, at + EVERY
        changes += turned.changes
        told += turned.to_tell
    assert [in_words(change) for change in changes] == ["not_ready since 10:10 after ready"]
    assert told == []


def verdicts_of_long_turns(*, is_begin_known: bool) -> list[str]:
    """Four turns that take an hour each, one right after the other; the first two find the line ready."""
    told: list[str] = []
    watched, at = Watched(), START
    for readiness in map(LETTERS.__getitem__, "RRNN"):
        begun, at = at, at + timedelta(hours=1)
        seen = Seen(LINE, Look(readiness, begun, message("why")), readiness)
        turned = turn(watched, [seen], at, Rules(2, EVERY * 3), begun_at=begun if is_begin_known else None)
        watched = turned.watched
        told += map(in_words, turned.to_tell)
    return told


def test_turns_that_dead_lines_make_long_confirm_each_other() -> None:
    assert verdicts_of_long_turns(is_begin_known=True) == ["not_ready since 12:00 after ready"]
    assert verdicts_of_long_turns(is_begin_known=False) == []  # the machine may have slept in each


def test_a_service_that_leaves_the_inventory_is_forgotten() -> None:
    turned = turn(
        Watched(), [Seen(LINE, Look(Readiness.READY, START, message("why")), Readiness.READY)], START, Rules()
    )
    assert turn(turned.watched, [], START + EVERY, Rules()).watched.states == {}


@given(st.lists(st.sampled_from(Readiness), max_size=40), st.integers(1, 4))
def test_a_verdict_changes_only_when_the_last_looks_all_differ_from_it(
    looks: list[Readiness], confirm: int
) -> None:
    state = State()
    for number, readiness in enumerate(looks):
        before = state.confirmed
        state = after_look(state, Look(readiness, START + EVERY * number, message("why")), confirm)
        last = looks[max(0, number + 1 - confirm) : number + 1]
        if before is None or state.confirmed is None:
            continue
        worse, better = all(r > before.readiness for r in last), all(r < before.readiness for r in last)
        assert (state.confirmed.readiness != before.readiness) is (len(last) == confirm and (worse or better))
        assert state.confirmed.since <= START + EVERY * number


@given(st.lists(st.sampled_from(Readiness), max_size=40), st.integers(1, 4))
def test_what_is_told_always_leads_to_how_it_stands(looks: list[Readiness], confirm: int) -> None:
    watched, last_told = Watched(), None
    for number, readiness in enumerate(looks):
        at = START + EVERY * number
        seen = Seen(LINE, Look(readiness, at, message("why")), readiness)
        turned = turn(watched, [seen], at, Rules(confirm, EVERY * 3))
        watched = turned.watched
        for change in turned.to_tell:
            assert change.before.readiness != change.after.readiness
            assert last_told in (None, change.before.readiness)
            last_told = change.after.readiness
    confirmed = watched.states[LINE.id].confirmed if looks else None
    if last_told is not None:
        assert confirmed is not None
        assert last_told is confirmed.readiness
