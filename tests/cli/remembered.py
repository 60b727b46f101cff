"""What the tests of `history` and `diff` share: an inventory, and a store filled with days that are known."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kontum_netcheck.model import (
    Cause,
    Evidence,
    Failure,
    KeptObservation,
    Limit,
    LimitsInForce,
    MetricValue,
    Observation,
    Outcome,
    RunBegun,
    RunEnd,
    Stage,
)
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.store import Store

SITES = """\
version: 1
province: {code: "62", name: Kon Tum}
carriers: [{id: vnpt, name: VNPT Kon Tum}]
districts: [{code: "608", name: Thành phố Kon Tum}, {code: "618", name: Ia H'Drai}]
portals: [{id: results, name: Tra cứu điểm thi, endpoints: ["https://portal.example/"]}]
sites:
  - id: thpt-a
    name: Trường THPT A
    district: "608"
    phones: [{number: 0260 3 000 002, carrier: vnpt}]
    internet: [{id: ftth, carrier: vnpt, endpoints: [{ping: 192.0.2.1}, {tcp: "192.0.2.1:443"}]}]
  - {id: thpt-b, name: Trường THPT B, district: "618", phones: [0260 3 000 005]}
"""
STORE = "evidence.sqlite"
"""In the folder of the test; given to the program as KONTUM_NETCHECK_STORE."""
START = datetime(2024, 6, 25, 0, 0, tzinfo=UTC)  # 07:00 in Kon Tum
LIMITS = LimitsInForce((Limit("loss_pct", 1.0, 3.0, True, "Cisco"),), timedelta(hours=24))
PING = "thpt-a/ftth/ping"
TCP = "thpt-a/ftth/tcp"
CALL = "thpt-a/phone-1/call"
_TARGETS = {
    "ping": "192.0.2.1",
    "tcp": "192.0.2.1:443",
    "call": "+842603000002",
    "http": "https://portal.example/",
}


def seen(
    minutes: float,
    check_id: str = PING,
    outcome: Outcome = Outcome.MEASURED,
    *,
    cause: Cause = Cause.TIMEOUT,
    operator: str = "An",
    target: str = "",
    **metrics: MetricValue,
) -> Observation:
    """An observation so many minutes after START."""
    probe = check_id.split("/")[2]
    stage = Stage.LINK if outcome is Outcome.SKIPPED else Stage.REPLY
    return Observation(
        check_id=check_id,
        probe=probe,
        target=target or _TARGETS[probe],
        outcome=outcome,
        started_at=START + timedelta(minutes=minutes),
        duration_ms=4000.0,
        metrics=metrics,
        failure=None if outcome is Outcome.MEASURED else Failure(stage, cause),
        vantage="noc",
        operator=operator,
    )


def good(
    minutes: float, rtt_avg_ms: float = 12.0, loss_pct: float = 0.0, check_id: str = PING
) -> Observation:
    """A ping that was answered."""
    return seen(minutes, check_id, rtt_avg_ms=rtt_avg_ms, loss_pct=loss_pct, sent_count=20)


def bad(minutes: float, check_id: str = PING) -> Observation:
    """A question that nobody answered."""
    return seen(minutes, check_id, Outcome.FAILED)


def keep(where: Path | str, run_id: str, observations: Iterable[Observation], **about: object) -> None:
    """Keep a run in the store of that folder, or at that URL; it begins and ends with its observations."""
    every = list(observations)
    times = [each.started_at for each in every]
    begun = RunBegun(run_id, min(times), "1.0", "sites.yaml", "", vantage="noc", operator="An", **about)  # type: ignore[arg-type]
    facts: list[Evidence] = [LIMITS, begun]
    facts += [KeptObservation(run_id, encode(LIMITS).id, each) for each in every]
    with Store.open(where / STORE if isinstance(where, Path) else where) as store:
        store.keep([*facts, RunEnd(run_id, max(times))])


def keep_days(folder: Path) -> None:
    """Two days, a run every ten minutes: a slow hour, an outage of an hour and a half, a night without power."""
    for number in range(2 * 144):
        minutes = number * 10
        if 700 < minutes < 1200:
            continue  # nobody asked at night
        run = [good(minutes, 12 + number % 7), seen(minutes, TCP, connect_ms=8.0)]
        if 1500 <= minutes < 1560:
            run[0] = good(minutes, 90.0)
        if 2000 <= minutes < 2090:
            run = [bad(minutes), bad(minutes, TCP)]
        keep(folder, f"run-{number:03}", run)
