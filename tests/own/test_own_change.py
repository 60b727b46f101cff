"""A run that our own side spoilt is not blamed on the sites."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kontum_netcheck.model import Cause, Check, Failure, Observation, Outcome, ServiceKind, Stage
from kontum_netcheck.net.clock import StepWatch
from kontum_netcheck.net.link import DefaultRoute, Interface, LinkFacts, LocalFacts, judge_link
from kontum_netcheck.net.link.local import local_facts
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.change import carrier_lost, changed, excused, own_change
from kontum_netcheck.probes.ping import PingParams

CABLE = Interface("eth0", up=True, loopback=False, addresses=("192.0.2.5",))
ROUTE = DefaultRoute(4, "192.0.2.254", "eth0")
HOME = LocalFacts((CABLE,), (ROUTE,))


@pytest.mark.parametrize(
    ("after", "is_changed"),
    [
        (HOME, False),
        (LocalFacts((CABLE, Interface("wlan0", True, False, ("198.51.100.5",))), (ROUTE,)), False),
        (LocalFacts((replace(CABLE, up=False),), (ROUTE,)), True),
        (LocalFacts((replace(CABLE, addresses=("198.51.100.7",)),), (ROUTE,)), True),
        (LocalFacts((CABLE,), ()), True),
        (LocalFacts((CABLE,), (replace(ROUTE, gateway="192.0.2.1"),)), True),
    ],
)
def test_a_way_out_that_is_gone_is_a_change_and_a_new_one_is_none(
    after: LocalFacts, is_changed: bool
) -> None:
    assert changed(HOME, after) is is_changed


def seen(
    outcome: Outcome, failure: Failure | None = None, host: str = "192.0.2.9", loss_pct: float = 0.0
) -> tuple[Observation, Check]:
    params = PingParams(ping=host)
    check = Check("a/l/ping", "a", "l", ServiceKind.INTERNET, "ping", host, params, (), timedelta(hours=1))
    now, metrics = datetime.now(UTC), {"loss_pct": loss_pct}
    return Observation("a/l/ping", "ping", host, outcome, now, 1.0, metrics, failure), check


@pytest.mark.parametrize(
    ("outcome", "failure", "host", "after"),
    [
        (Outcome.MEASURED, None, "192.0.2.9", Outcome.MEASURED),
        (Outcome.FAILED, Failure(Stage.REPLY, Cause.TIMEOUT), "192.0.2.9", Outcome.ERROR),
        (Outcome.FAILED, Failure(Stage.EXPECTATION, Cause.TEXT_MISSING), "192.0.2.9", Outcome.FAILED),
        (Outcome.FAILED, Failure(Stage.REPLY, Cause.TIMEOUT), "127.0.0.1", Outcome.FAILED),
        (Outcome.SKIPPED, Failure(Stage.PLAN, Cause.DEADLINE), "192.0.2.9", Outcome.SKIPPED),
    ],
)
def test_only_failures_on_the_way_are_excused(
    outcome: Outcome, failure: Failure | None, host: str, after: Outcome
) -> None:
    observation, check = seen(outcome, failure, host)
    assert excused([observation], {check.id: check})[0].outcome is after


@pytest.mark.parametrize(
    ("host", "loss_pct", "after"),
    [
        ("192.0.2.9", 35.0, Outcome.ERROR),
        ("192.0.2.9", 0.0, Outcome.MEASURED),
        ("127.0.0.1", 35.0, Outcome.MEASURED),
    ],
)
def test_echoes_that_were_lost_meanwhile_are_no_verdict_on_the_host_and_stay_told(
    host: str, loss_pct: float, after: Outcome
) -> None:
    observation, check = seen(Outcome.MEASURED, None, host, loss_pct)
    (told,) = excused([observation], {check.id: check})
    assert (told.outcome, told.metrics["loss_pct"]) == (after, loss_pct)


async def test_a_machine_that_slept_says_so() -> None:
    asleep = StepWatch(_wall_s=0.0)  # by the wall clock, decades ago
    before = judge_link(LinkFacts(local_facts()))
    async with Network() as network:
        said = await own_change(before, asleep, [], network, None)
    assert said is not None
    assert said.spoils
    assert "slept" in said.said.text


async def test_a_clock_that_was_set_back_spoils_nothing_but_is_told() -> None:
    set_back = StepWatch(_wall_s=time.time() + 3600)
    before = judge_link(LinkFacts(local_facts()))
    async with Network() as network:
        said = await own_change(before, set_back, [], network, None)
    assert said is not None
    assert (said.spoils, "set back" in said.said.text) == (False, True)


@pytest.mark.parametrize(("interface", "is_lost"), [("eth0", True), ("docker0", False)])
def test_a_carrier_that_went_and_came_back_counts_on_the_way_out_only(interface: str, is_lost: bool) -> None:
    other = Interface("docker0", up=True, loopback=False, addresses=("198.51.100.1",))
    before = LocalFacts((CABLE, other), (ROUTE,))
    after = LocalFacts(
        tuple(replace(i, carrier_changes_count=2 * (i.name == interface)) for i in (CABLE, other)), (ROUTE,)
    )
    assert carrier_lost(before, before) is None
    assert carrier_lost(before, after) == ("eth0" if is_lost else None)


async def test_where_nothing_changed_nothing_is_said() -> None:
    before = judge_link(LinkFacts(local_facts()))
    observations: list[Any] = [seen(Outcome.MEASURED)[0]]
    async with Network() as network:
        assert await own_change(before, StepWatch(), observations, network, None) is None
