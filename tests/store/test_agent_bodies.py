"""The database takes from an agent what the program would have written, and nothing else: SQL against `decode`."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kontum_netcheck.model import (
    Evidence,
    KeptObservation,
    LimitsInForce,
    Message,
    Observation,
    Outcome,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.store.entries import Entry, decode, encode, entry_id
from kontum_netcheck.store.fault import NotWellFormed
from tests.store.facts import at
from tests.store.test_entries import FAILURES, HASHES, LIMIT, METRICS, MOMENTS, TEXTS, VALUES

if TYPE_CHECKING:
    from psycopg import Connection

NAMES = st.text("abcxyz-/.019 ĐắkTôé", min_size=1, max_size=30)
DOUBLES = st.floats(-1e14, 1e14)
SENTENCES = st.builds(
    lambda text, value: Message(text + " {x}", {"x": value}),
    TEXTS.map(lambda t: t.replace("{", "").replace("}", "")),
    VALUES,
)
OUTCOMES = st.sampled_from(Outcome)
OBSERVATIONS = st.builds(
    Observation, NAMES, NAMES, TEXTS, OUTCOMES, MOMENTS, DOUBLES, METRICS, FAILURES, TEXTS, TEXTS
)
RUNS = st.builds(
    RunBegun, NAMES, MOMENTS, NAMES, TEXTS, HASHES | st.just(""), TEXTS, TEXTS, st.lists(TEXTS).map(tuple),
    st.booleans(), TEXTS, TEXTS, st.none() | DOUBLES,
)  # fmt: skip
NOTES = st.lists(SENTENCES, max_size=2).map(tuple)
FACTS: st.SearchStrategy[Evidence] = st.one_of(
    st.builds(KeptObservation, NAMES, HASHES | st.just(""), OBSERVATIONS),
    RUNS,
    st.builds(RunEnd, NAMES, MOMENTS, st.booleans(), st.booleans(), DOUBLES, NOTES),
)
REAL = RunEnd(
    "a1", at(1), True, True, 12.5, (Message("{x} of {y}", {"x": Message("{n}", {"n": 3}), "y": None}),)
)


def _taken(owner: "Connection[Any]", entries: Sequence[Entry]) -> list[bool]:
    """Which entries the database would take, one by one."""
    query = (
        "SELECT pg_temp.takes(kind, id, body) FROM unnest(%s::text[], %s::text[], %s::text[])"
        " WITH ORDINALITY AS entry (kind, id, body, no) ORDER BY no"
    )
    rows = owner.execute(query, [list(part) for part in zip(*_as_text(entries), strict=True)]).fetchall()
    return [taken for (taken,) in rows]


def _as_text(entries: Sequence[Entry]) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.id, entry.body.decode()) for entry in entries]


@pytest.fixture
def judge(owner: "Connection[Any]") -> "Connection[Any]":
    """A connection that can ask whether an entry is well-formed."""
    owner.execute(
        "CREATE FUNCTION pg_temp.takes(kind text, id text, body text) RETURNS boolean LANGUAGE plpgsql AS $$"
        " BEGIN PERFORM agent_checked(kind, id, body); RETURN true;"
        " EXCEPTION WHEN OTHERS THEN IF SQLSTATE ~ '^KN' THEN RETURN false; END IF; RAISE; END $$"
    )
    return owner


def _is_right(entry: Entry) -> bool:
    try:
        decode(entry)
    except NotWellFormed:
        return False
    return True


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(facts=st.lists(FACTS, min_size=5, max_size=20))
def test_whatever_the_program_writes_is_taken(judge: "Connection[Any]", facts: list[Evidence]) -> None:
    entries = [encode(fact) for fact in facts]
    assert [entry for entry, taken in zip(entries, _taken(judge, entries), strict=True) if not taken] == []


PIECES = (
    *'"{}[],: 01-+Eé\\\n\u200b', "e5", ".0", "null", "true", '""', "\\u0000", "\\u0041", "\\ud800", "\\/", '"a":1,',
)  # fmt: skip


def _changed(body: str, chance: random.Random) -> str:
    """The body with a few characters more, fewer or other: most are no JSON, some are JSON in another way."""
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(body))
        body = body[:place] + chance.choice(PIECES) + body[place + chance.choice([0, 0, 1, 2, 5]) :]
    return body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(
    fact=FACTS,
    limits=st.builds(LimitsInForce, st.lists(LIMIT, max_size=2).map(tuple), st.just(timedelta(hours=1))),
    seed=st.integers(0),
)
def test_nothing_is_taken_that_the_program_would_not_read(
    judge: "Connection[Any]", fact: Evidence, limits: LimitsInForce, seed: int
) -> None:
    chance = random.Random(seed)
    entries = []
    for entry in (encode(fact), encode(limits), encode(REAL)):
        bodies = {_changed(entry.body.decode(), chance) for _ in range(40)}
        entries += [Entry(entry.kind, entry_id(entry.kind, body.encode()), body.encode()) for body in bodies]
    wrongly = [
        e for e, taken in zip(entries, _taken(judge, entries), strict=True) if taken and not _is_right(e)
    ]
    assert wrongly == []
