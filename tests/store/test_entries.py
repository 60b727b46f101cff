"""An entry is written in one way, and nothing that is written in another is taken."""

import hashlib
import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import (
    Cause,
    Countersignature,
    Evidence,
    Failure,
    InventoryText,
    KeptObservation,
    Limit,
    LimitsInForce,
    Message,
    Observation,
    Outcome,
    Pruned,
    Readiness,
    RunBegun,
    RunEnd,
    Stage,
)
from kontum_netcheck.store.bodies import inventory_hash
from kontum_netcheck.store.entries import KINDS, Entry, decode, encode, entry_id
from kontum_netcheck.store.fault import NotWellFormed
from tests.store.facts import seen

TEXTS = st.text(max_size=40)
NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(timezones=st.just(UTC))
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
COUNTS = st.integers(0, 2**63 - 1)
SPANS = st.integers(0, 10**15).map(lambda us: timedelta(microseconds=us))
METRICS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True),
    st.one_of(NUMBERS, st.integers(), TEXTS, st.booleans(), st.lists(TEXTS).map(tuple)),
    max_size=5,
)
FAILURES = st.builds(Failure, st.sampled_from(Stage), st.sampled_from(Cause), TEXTS)
OBSERVATIONS = st.builds(
    Observation,
    check_id=NAMES,
    probe=NAMES,
    target=TEXTS,
    outcome=st.sampled_from(Outcome),
    started_at=MOMENTS,
    duration_ms=NUMBERS,
    metrics=METRICS,
    failure=FAILURES,
    vantage=TEXTS,
    operator=TEXTS,
)
LIMIT = st.builds(
    lambda metric, ready, degraded, lower, source, required: Limit(
        metric, ready, degraded if degraded is not None else math.inf * (1 if lower else -1), lower, source, required
    ),
    NAMES, NUMBERS, st.none() | NUMBERS, st.booleans(), TEXTS, st.booleans(),
)  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS, MOMENTS, st.datetimes(), st.dates(),
    SPANS, st.sampled_from(Readiness), st.sampled_from(Outcome), st.sampled_from(Cause), FAILURES,
    st.tuples(TEXTS, NUMBERS),
)  # fmt: skip
PLAIN = TEXTS.map(lambda text: text.replace("{", "").replace("}", ""))
FLAT = st.builds(lambda text, value: Message(text + " {x}", {"x": value}), PLAIN, VALUES)
MESSAGES = st.builds(lambda text, value: Message(text + " {x}", {"x": value}), PLAIN, VALUES | FLAT)
FILES = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
FACTS: st.SearchStrategy[Evidence] = st.one_of(
    FILES.map(lambda files: InventoryText(inventory_hash(files), files)),
    st.builds(LimitsInForce, st.lists(LIMIT, max_size=3).map(tuple), SPANS),
    st.builds(
        RunBegun, NAMES, MOMENTS, NAMES, TEXTS, HASHES | st.just(""), TEXTS, TEXTS, st.lists(TEXTS).map(tuple),
        st.booleans(), TEXTS, TEXTS, st.none() | NUMBERS,
    ),
    st.builds(
        RunEnd, NAMES, MOMENTS, st.booleans(), st.booleans(), NUMBERS, st.lists(MESSAGES, max_size=3).map(tuple)
    ),
    st.builds(KeptObservation, NAMES, HASHES | st.just(""), OBSERVATIONS),
    st.builds(Countersignature, HASHES, NAMES, MOMENTS, TEXTS),
    st.builds(Pruned, MOMENTS, MOMENTS, SPANS, TEXTS, COUNTS, COUNTS, HASHES),
)  # fmt: skip


@given(FACTS)
def test_every_fact_comes_back_as_it_was(fact: Evidence) -> None:
    entry = encode(fact)
    assert decode(entry) == fact
    assert encode(decode(entry)) == entry


@given(FACTS)
def test_a_body_is_strict_json_with_sorted_keys(fact: Evidence) -> None:
    body = encode(fact).body
    value = json.loads(body, parse_constant=pytest.fail)
    assert list(value) == sorted(value)


def test_the_id_is_the_hash_of_kind_and_body_as_anyone_can_compute_it() -> None:
    entry = encode(seen(3, loss_pct=0.0, rtt_avg_ms=23.25, sent_count=20, method="datagram"))
    assert entry.body.decode() == (
        '{"check_id":"thpt-kon-tum/ftth/ping","duration_ms":12.5,'
        '"limits_id":"df672a903b486427cc1a3c2418db819a374aed3bf2de42f8bf5daa33dd28213c",'
        '"metrics":{"loss_pct":0.0,"method":"datagram","rtt_avg_ms":23.25,"sent_count":20},"operator":"An",'
        '"outcome":"measured","probe":"ping","run_id":"a1b2","started_at":"2024-06-26T05:03:00.000000Z",'
        '"target":"192.0.2.10","vantage":"Kon Tum"}'
    )
    assert entry.id == hashlib.sha256(b"observation\n" + entry.body).hexdigest()


def test_equal_moments_in_other_zones_are_one_fact() -> None:
    hanoi = timezone(timedelta(hours=7))
    noon, same = datetime(2024, 6, 26, 12, tzinfo=hanoi), datetime(2024, 6, 26, 5, tzinfo=UTC)
    assert encode(Countersignature("00" * 32, "An", noon)) == encode(Countersignature("00" * 32, "An", same))


def test_a_moment_without_a_zone_is_no_fact() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        encode(Countersignature("00" * 32, "An", datetime(2024, 6, 26)))  # noqa: DTZ001 — that is the point


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_was_not_measured(value: float) -> None:
    kept = decode(encode(seen(loss_pct=value, sent_count=3)))
    assert isinstance(kept, KeptObservation) and kept.observation.metrics == {"sent_count": 3}


def _entry(kind: str, body: str) -> Entry:
    return Entry(kind, entry_id(kind, body.encode()), body.encode())


GOOD = encode(Countersignature("ab" * 32, "An", datetime(2024, 6, 26, tzinfo=UTC))).body.decode()


def test_the_good_example_is_good() -> None:
    decode(_entry("countersignature", GOOD))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (GOOD[:-1], "is damaged: it is no strict JSON"),
        ("[" * 100_000, "is damaged: it is no strict JSON"),
        ("NaN", "is damaged: it is no strict JSON"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "is damaged: it is no strict JSON"),
        ("[]", "an object is expected there"),
        (GOOD.replace('"at"', '"bt"'), "at is missing"),
        (GOOD[:-1] + ',"z":1}', r"z is unknown here; a newer kontum-netcheck may have written it"),
        (GOOD.replace('"An"', '""'), r"operator has a value that can't be"),
        (GOOD.replace('"An"', "7"), r"operator has a value that can't be"),
        (GOOD.replace('"An"', '"A\\u0000"'), r"operator has a value that can't be"),
        (GOOD.replace('"An"', '"' + "a" * 301 + '"'), r"operator has a value that can't be"),
        (GOOD.replace("000000Z", "Z"), r"at has a value that can't be"),
        (GOOD.replace("2024-06-26", "2024-06-31"), r"at has a value that can't be"),
        (GOOD.replace("ab" * 32, "AB" * 32), r"observation_id has a value that can't be"),
        (GOOD.replace(":", ": ", 1), "is not written in the one way that counts"),
        (GOOD.replace('"An"', '"\\u0041n"'), "is not written in the one way that counts"),
        (GOOD[:-1] + ',"operator":"An"}', "is not written in the one way that counts"),
        (GOOD[:-1] + ',"note":""}', "is not written in the one way that counts"),
    ],
)
def test_a_body_that_is_not_as_we_write_it_is_refused(wrong: str, sentence: str) -> None:
    with pytest.raises(NotWellFormed, match=sentence):
        decode(_entry("countersignature", wrong))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"metrics":{"loss_pct":0.0}', '"metrics":{"loss_pct":1e999}'),
        ('"metrics":{"loss_pct":0.0}', '"metrics":{"Loss":0.0}'),
        ('"metrics":{"loss_pct":0.0}', '"metrics":{"loss_pct":{"a":1}}'),
        ('"metrics":{"loss_pct":0.0}', '"metrics":{"loss_pct":null}'),
        ('"metrics":{"loss_pct":0.0}', '"metrics":[]'),
        ('"outcome":"measured"', '"outcome":"ready"'),
        ('"outcome":"measured"', '"outcome":"failed"'),
        ('"duration_ms":12.5', '"duration_ms":true'),
        ('"duration_ms":12.5', '"duration_ms":12'),
        ('"check_id":"thpt', '"check_id":"\\nthpt'),
        ('"probe":"ping"', '"lab":true,"probe":"ping"'),
    ],
)
def test_an_observation_that_cannot_be_is_refused(old: str, new: str) -> None:
    body = encode(seen(loss_pct=0.0)).body.decode()
    assert old in body
    with pytest.raises(NotWellFormed):
        decode(_entry("observation", body.replace(old, new)))


def test_a_changed_entry_is_refused() -> None:
    entry = encode(seen())
    with pytest.raises(NotWellFormed, match="was changed: its hash is another"):
        decode(entry._replace(body=entry.body.replace(b"An", b"Bo")))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(NotWellFormed, match="this kind is unknown"):
        decode(_entry("verdict", "{}"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_oversized_entry_is_refused_before_it_is_read(kind: str) -> None:
    body = b" " * (KINDS[kind].most_bytes + 1)
    with pytest.raises(NotWellFormed, match=f"bytes; at most {KINDS[kind].most_bytes} are taken"):
        decode(Entry(kind, "no hash is computed", body))


def test_an_inventory_whose_text_was_changed_is_refused() -> None:
    fact = InventoryText(inventory_hash((("", "rooms: 24\n"),)), (("", "rooms: 25\n"),))
    with pytest.raises(NotWellFormed, match="is not the hash of the inventory's text"):
        decode(encode(fact))


@pytest.mark.parametrize(
    "template", ["{x.__class__}", "{x[0]}", "{x:>999999999}", "{x!r}", "{0}", "{", "a" * 2001]
)
def test_a_sentence_that_would_do_more_than_name_its_values_is_refused(template: str) -> None:
    end = encode(RunEnd("a", datetime(2024, 6, 26, tzinfo=UTC), notes=(Message(template),)))
    with pytest.raises(NotWellFormed, match=r"notes\.text has a value that can't be"):
        decode(end)


def test_sentences_within_sentences_end_somewhere() -> None:
    note = Message("deep")
    for _level in range(10):
        note = Message("{x}", {"x": note})
    with pytest.raises(NotWellFormed):
        decode(encode(RunEnd("a", datetime(2024, 6, 26, tzinfo=UTC), notes=(note,))))
