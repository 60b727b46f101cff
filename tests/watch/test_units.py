"""What a turn has seen of a service: what machines ask, by answers of this very turn."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Cause, Failure, Observation, Outcome, Readiness, Stage
from kontum_netcheck.plan import plan
from kontum_netcheck.watch.standing import Look
from kontum_netcheck.watch.units import carriers_of, seen_in

NOW = datetime(2024, 6, 27, 3, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=5)
REFUSED = Failure(Stage.CONNECT, Cause.REFUSED)
OURS = Failure(Stage.SOCKET, Cause.NO_SOCKET)
INVENTORY = Inventory.model_validate(
    {
        "version": 1,
        "province": {"code": "62", "name": "Kon Tum"},
        "carriers": [{"id": "vnpt", "name": "VNPT"}],
        "districts": [{"code": "608", "name": "Kon Tum"}],
        "sites": [
            {
                "id": "a",
                "name": "A",
                "district": "608",
                "internet": [
                    {
                        "id": "ftth",
                        "carrier": "vnpt",
                        "endpoints": [{"tcp": "192.0.2.1:1"}, {"tcp": "192.0.2.1:2"}],
                        "onsite": ["gateway"],
                    }
                ],
                "phones": [{"number": "0260 3 000 001"}],
            }
        ],
    }
)


def answer(port: int, at: datetime, outcome: Outcome, failure: Failure | None = None) -> Observation:
    check_id = "a/ftth/tcp" if port == 1 else "a/ftth/tcp/2"
    return Observation(check_id, "tcp", f"192.0.2.1:{port}", outcome, at, 1.0, failure=failure)


def looks(observations: Sequence[Observation]) -> dict[str, Look | None]:
    verdicts = judge(plan(INVENTORY), observations, NOW)
    return {
        seen.unit.id: seen.look
        for seen in seen_in(verdicts, NOW - timedelta(minutes=1), NOW, carriers_of(INVENTORY))
    }


def test_a_line_is_watched_by_what_machines_ask_not_by_what_is_asked_on_site_only() -> None:
    found = looks([answer(1, NOW, Outcome.MEASURED), answer(2, NOW, Outcome.MEASURED)])
    line = found["a/ftth"]
    assert line is not None
    assert line.readiness is Readiness.READY


def test_an_old_answer_confirms_nothing() -> None:
    assert (
        looks([answer(1, BEFORE, Outcome.FAILED, REFUSED), answer(2, BEFORE, Outcome.MEASURED)])["a/ftth"]
        is None
    )


def test_an_old_failure_beside_a_new_answer_confirms_nothing_either() -> None:
    old_failure = answer(1, BEFORE, Outcome.FAILED, REFUSED)
    ours = answer(1, NOW, Outcome.ERROR, OURS)
    assert looks([old_failure, ours, answer(2, NOW, Outcome.MEASURED)])["a/ftth"] is None


def test_a_new_failure_decides_and_says_why_and_when() -> None:
    found = looks([answer(1, NOW, Outcome.FAILED, REFUSED), answer(2, NOW, Outcome.MEASURED)])["a/ftth"]
    assert found is not None
    assert (found.readiness, found.at) == (Readiness.NOT_READY, NOW)


def test_a_phone_that_needs_a_person_is_seen_as_it_is() -> None:
    found = looks([])["a/phone-1"]
    assert found is not None
    assert found.readiness is Readiness.NOT_CHECKED


def test_a_line_knows_its_carrier_for_maintenance() -> None:
    verdicts = judge(plan(INVENTORY), [], NOW)
    units = {seen.unit.id: seen.unit for seen in seen_in(verdicts, NOW, NOW, carriers_of(INVENTORY))}
    assert (units["a/ftth"].carrier, units["a/phone-1"].carrier) == ("vnpt", "")
