"""A check that names vantages is told apart by them over time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kontum_netcheck.history import Track, tracks
from kontum_netcheck.model import (
    Cause,
    Check,
    Failure,
    KeptObservation,
    Limit,
    Observation,
    Outcome,
    Readiness,
    ServiceKind,
    Stage,
)

START = datetime(2024, 6, 26, 0, 0, tzinfo=UTC)
LIMITS = (Limit("rtt_avg_ms", 50.0, 150.0, lower_is_better=True, source=""),)
CHECK = Check(
    "a/ftth/ping", "a", "ftth", ServiceKind.INTERNET, "ping", "192.0.2.1", None, LIMITS, timedelta(hours=24),
    vantages=("noc", "dak-to"),
)  # fmt: skip


def seen(minute: int, vantage: str, *, works: bool) -> KeptObservation:
    failure = None if works else Failure(Stage.REPLY, Cause.TIMEOUT)
    outcome = Outcome.MEASURED if works else Outcome.FAILED
    metrics = {"rtt_avg_ms": 10.0} if works else {}
    at = START + timedelta(minutes=minute)
    fact = Observation(CHECK.id, "ping", CHECK.target, outcome, at, 1.0, metrics, failure, vantage)
    return KeptObservation("r", "", fact, f"{minute}-{vantage}")


def told(check: Check, *kept: KeptObservation) -> list[tuple[str, Readiness | None, int]]:
    """Of each track its place, how it stood at last, and the count of its outages."""

    def of(track: Track) -> tuple[str, Readiness | None, int]:
        return track.vantage, track.last.readiness if track.last else None, len(track.outages)

    return [of(track) for track in tracks(check, kept, UTC)]


KEPT = [
    each
    for minute in (0, 10, 20)
    for each in (seen(minute, "noc", works=True), seen(minute + 1, "dak-to", works=False))
]


def test_what_is_broken_from_one_place_is_one_outage_there_and_none_elsewhere() -> None:
    assert told(CHECK, *KEPT) == [("noc", Readiness.READY, 0), ("dak-to", Readiness.NOT_READY, 1)]


def test_what_was_seen_from_elsewhere_is_kept_apart() -> None:
    found = told(CHECK, *KEPT, seen(5, "laptop", works=True))
    assert found[2:] == [("", Readiness.READY, 0)]


def test_a_place_that_saw_nothing_has_an_empty_track() -> None:
    assert told(CHECK, seen(0, "noc", works=True))[1] == ("dak-to", None, 0)


def test_a_check_that_names_no_place_is_one_track() -> None:
    assert [place for place, _, _ in told(replace(CHECK, vantages=()), *KEPT)] == [""]
