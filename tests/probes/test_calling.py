"""Phones and faxes called by a machine, from the inventory to the observation: over SIPp, and by a modem at a pty."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kontum_netcheck.engine import Conditions, run_checks
from kontum_netcheck.engine.turns import TurnRules
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import Cause, Check, Failure, Measurement, Observation, Outcome, Readiness, Stage
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.net.sip import answer
from kontum_netcheck.net.sip.sdp import offer
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.plan import plan
from kontum_netcheck.plan.calls import Calls
from kontum_netcheck.probes.by_hand import CALL
from kontum_netcheck.probes.calling import fax_result
from tests.hayes import hayes_modem
from tests.sip_peer import method, peer, reply
from tests.sipp import NEEDS_SIPP, sipp

PHONE, FAX = "0260 3 000 001", "0260 3 000 003"


def checks(
    port: int = 5060, *, phones: tuple[Any, ...] = (), faxes: tuple[Any, ...] = (), **trunk: str
) -> tuple[Check, ...]:
    inventory = Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "carriers": [{"id": "vnpt", "name": "VNPT"}],
            "districts": [{"code": "608", "name": "Kon Tum"}],
            "trunks": [{"id": "gw", "sip": f"127.0.0.1:{port}", "carrier": "vnpt", **trunk}],
            "sites": [{"id": "a", "name": "A", "district": "608", "phones": [*phones], "faxes": [*faxes]}],
        }
    )
    return plan(inventory, calls=Calls(gap_s=0, ring_for_s=0.1)).checks


async def asked(
    planned: tuple[Check, ...],
    options: NetworkOptions | None = None,
    stop: asyncio.Event | None = None,
    own: OwnSide | None = None,
) -> Observation:
    rules = TurnRules(lambda _check, _now: None, lambda _check: None)
    async with Network(options) as network:
        conditions = Conditions(own=own or OwnSide())
        done = await run_checks(planned, network, conditions, stop=stop, turns=rules)
    (observation,) = done.observations
    return observation


def by_sip(number: str) -> dict[str, str]:
    return {"number": number, "carrier": "vnpt", "via": "sip"}


def by_modem(number: str) -> dict[str, str]:
    return {"number": number, "carrier": "vnpt", "via": "modem"}


@NEEDS_SIPP
async def test_a_phone_over_a_trunk_rings_and_its_call_is_taken_back(tmp_path: Path) -> None:
    async with sipp(tmp_path, "ring.xml") as phone:
        seen = await asked(checks(phone.port, phones=(by_sip(PHONE),)))
        assert await phone.succeeded()  # its scenario wants the CANCEL and the ACK
    assert seen.outcome is Outcome.MEASURED
    told = {name: seen.metrics.get(name) for name in ("result", "method", "trunk", "status")}
    assert told == {"result": "ring", "method": "sip", "trunk": "gw", "status": 180}


@NEEDS_SIPP
@pytest.mark.parametrize(
    ("status", "outcome", "cause"),
    [
        ("486 Busy Here", Outcome.FAILED, Cause.BUSY),
        ("404 Not Found", Outcome.FAILED, Cause.NO_SUCH_NUMBER),
        ("603 Decline", Outcome.FAILED, Cause.CALL_REJECTED),
        ("403 Forbidden", Outcome.ERROR, Cause.CALL_REJECTED),
        ("503 Service Unavailable", Outcome.ERROR, Cause.CONGESTION),
        ("407 Proxy Authentication Required", Outcome.ERROR, Cause.CREDENTIALS_REFUSED),
    ],
)
async def test_what_a_server_says_of_the_number_is_the_lines_and_what_of_itself_or_us_is_not(
    tmp_path: Path, status: str, outcome: Outcome, cause: Cause
) -> None:
    async with sipp(tmp_path, "refuse.xml", status=status) as server:
        seen = await asked(checks(server.port, phones=(by_sip(PHONE),)))
    assert seen.failure is not None
    assert (seen.outcome, seen.failure.cause) == (outcome, cause)
    assert (seen.metrics["method"], seen.metrics["trunk"]) == ("sip", "gw")


@pytest.mark.parametrize(
    ("metrics", "cause"),
    [
        ({"result": "fax_tone"}, None),
        ({"result": "fax_answered"}, None),
        ({"result": "answered", "tone": "none"}, Cause.NO_FAX_TONE),
        ({"result": "ring"}, Cause.NO_ANSWER),
    ],
)
def test_a_fax_counts_only_after_it_was_heard(metrics: dict[str, str], cause: Cause | None) -> None:
    failure = fax_result(Measurement(metrics)).failure
    assert (failure and failure.cause) == cause


async def test_a_phone_that_sends_back_what_it_hears_is_told_how_it_sounds() -> None:
    async with Network() as there, answer(there) as echo:
        (check,) = checks(echo.address.port, phones=(by_sip(PHONE),))
        speaking = check.params.way.model_copy(update={"voice_s": 0.2})
        seen = await asked((replace(check, params=check.params.model_copy(update={"way": speaking})),))
    assert seen.outcome is Outcome.MEASURED
    assert (seen.metrics["result"], seen.metrics["trunk"], seen.metrics["sent_count"]) == (
        "answered",
        "gw",
        10,
    )
    declared = {metric.name for metric in CALL.metrics}
    assert {"loss_pct", "jitter_ms", "mos"} <= set(seen.metrics) <= declared


@pytest.mark.parametrize("password", ["", "s3cret\r\n"])
async def test_a_password_that_is_missing_or_can_not_be_sent_is_our_own_fault_and_is_not_told(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("TRUNK_PASSWORD", password)
    seen = await asked(checks(phones=(by_sip(PHONE),), password="${TRUNK_PASSWORD}"))
    assert seen.failure is not None
    assert (seen.outcome, seen.failure.cause) == (Outcome.ERROR, Cause.NO_PERMISSION)
    assert "TRUNK_PASSWORD" in seen.failure.detail
    assert "s3cret" not in seen.failure.detail


async def test_a_phone_by_modem_that_is_busy_is_the_lines_failure() -> None:
    with hayes_modem("call_busy") as modem:
        planned = checks(phones=(by_modem(PHONE),))
        seen = await asked(planned, NetworkOptions(modem_device=modem.device))
    assert seen.failure is not None
    assert (seen.outcome, seen.failure.cause) == (Outcome.FAILED, Cause.BUSY)
    assert seen.metrics["method"] == "modem"


async def test_a_fax_by_modem_introduces_itself() -> None:
    with hayes_modem("fax_class1") as modem:
        seen = await asked(checks(faxes=(by_modem(FAX),)), NetworkOptions(modem_device=modem.device))
    assert seen.outcome is Outcome.MEASURED
    assert seen.metrics["result"] == "fax_answered"


async def test_a_modem_without_a_dial_tone_is_our_own_fault_and_works_while_our_own_link_is_down() -> None:
    down = OwnSide(down=Failure(Stage.LINK, Cause.OWN_LINK_DOWN))
    with hayes_modem("call_no_dial_tone") as modem:
        options = NetworkOptions(modem_device=modem.device)
        seen = await asked(checks(phones=(by_modem(PHONE),)), options, own=down)
    assert seen.failure is not None
    assert (seen.outcome, seen.failure.cause) == (Outcome.ERROR, Cause.NO_DIAL_TONE)


async def test_a_modem_that_is_unplugged_in_mid_call_is_told_as_such_and_no_person_has_called() -> None:
    with hayes_modem("call_unplugged") as modem:
        seen = await asked(checks(phones=(by_modem(PHONE),)), NetworkOptions(modem_device=modem.device))
    assert seen.failure is not None
    assert (seen.outcome, seen.failure.cause) == (Outcome.ERROR, Cause.NO_MODEM)
    assert "unplugged" in seen.failure.detail
    assert seen.metrics["method"] == "modem"


async def test_a_call_by_modem_that_is_stopped_is_put_down_and_kept() -> None:
    stop = asyncio.Event()
    with hayes_modem("call_cancelled") as modem:  # its dialogue ends with ATH0

        async def stop_when_it_rings() -> None:
            await asyncio.to_thread(modem.signalled.wait)
            stop.set()

        planned = checks(phones=(by_modem(PHONE),))
        stopping = asyncio.create_task(stop_when_it_rings())
        seen = await asked(planned, NetworkOptions(modem_device=modem.device), stop)
        await stopping
    assert seen.outcome is Outcome.SKIPPED
    assert seen.failure == Failure(Stage.REPLY, Cause.INTERRUPTED)
    assert seen.metrics == {"method": "modem"}


async def test_a_phone_that_sends_nothing_back_is_not_checked_and_its_trunk_is_not_blamed() -> None:
    sdp = offer("127.0.0.1", 9, 1)
    async with peer(
        lambda wire: [reply(wire, "200 OK", body=sdp)] if method(wire) in ("INVITE", "BYE") else []
    ) as deaf:
        (check,) = checks(deaf.address[1], phones=(by_sip(PHONE),))
        speaking = check.params.way.model_copy(update={"voice_s": 0.04})
        check = replace(check, params=check.params.model_copy(update={"way": speaking}))
        seen = await asked((check,))
    verdict = judge_check(check, [seen], datetime.now(UTC))
    assert (seen.outcome, verdict.readiness) == (Outcome.ERROR, Readiness.NOT_CHECKED)
    assert verdict.reason.text.startswith("answered, but")
