"""What is read lean from our own rows is what the strict reader makes of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause, Failure, KeptObservation, Outcome, Stage
from kontum_netcheck.store.entries import decode, encode
from kontum_netcheck.store.fault import NotWellFormed
from kontum_netcheck.store.rows import kept_observation, value_at
from tests.store.facts import seen
from tests.store.test_entries import HASHES, NAMES, OBSERVATIONS

KEPT = st.builds(KeptObservation, NAMES, HASHES | st.just(""), OBSERVATIONS)


@given(KEPT)
def test_a_row_is_read_as_strictly_read_entries_are(kept: KeptObservation) -> None:
    entry = encode(kept)
    read, strict = kept_observation(bytes.fromhex(entry.id), entry.body.decode()), decode(entry)
    assert isinstance(strict, KeptObservation)
    assert repr(read) == repr(replace(strict, id=entry.id))  # types too: 1 is neither 1.0 nor True


@given(KEPT)
def test_one_number_of_a_row_is_what_the_whole_row_says(kept: KeptObservation) -> None:
    seen_there = kept.observation
    for name, value in {**seen_there.metrics, "not_there_ms": None}.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        number = value if is_number and seen_there.outcome is Outcome.MEASURED else None
        entry = encode(kept)
        found = value_at(bytes.fromhex(entry.id), entry.body.decode(), name)
        assert found == (seen_there.started_at, number)


def test_a_text_that_looks_like_a_number_of_the_row_is_none() -> None:
    entry = encode(seen(note='","rtt_avg_ms":7,"outcome":"failed","', rtt_avg_ms=12.5, outcome_ms=3.0))
    assert value_at(bytes.fromhex(entry.id), entry.body.decode(), "rtt_avg_ms")[1] == 12.5


def test_a_row_brings_the_id_of_its_entry() -> None:
    entry = encode(seen())
    assert kept_observation(bytes.fromhex(entry.id), entry.body.decode()).id == entry.id


def test_lists_and_failures_come_back_as_they_were() -> None:
    kept = seen(outcome=Outcome.FAILED, answers=("192.0.2.1", "[::1]"), rcode="NOERROR", authenticated=True)
    entry = encode(kept)
    read = kept_observation(bytes.fromhex(entry.id), entry.body.decode())
    assert read.observation.metrics["answers"] == ("192.0.2.1", "[::1]")
    assert read.observation.failure == Failure(Stage.REPLY, Cause.TIMEOUT)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{", "", "is damaged: it is no strict JSON"),
        ("measured", "meAsured", "outcome has a value that can't be"),
        ('"probe"', '"pRobe"', "probe is missing"),
        ("T05:00", "Q05:0x", "started_at has a value that can't be"),
    ],
)
def test_a_damaged_row_is_refused_with_its_reason(old: str, new: str, sentence: str) -> None:
    body = encode(seen()).body.decode()
    assert old in body
    with pytest.raises(NotWellFormed, match=sentence):
        kept_observation(bytes(32), body.replace(old, new, 1))
