"""Calls and loads: after all light checks, alone on their lanes, a gap between, refused or announced as they begin."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kontum_netcheck.engine import Conditions, run_checks
from kontum_netcheck.engine.turns import Lanes, TurnRules
from kontum_netcheck.model import (
    Cause,
    Check,
    Cost,
    Failure,
    Observation,
    Outcome,
    ServiceKind,
    Stage,
    Turn,
    TurnKind,
)
from kontum_netcheck.net.network import Network
from kontum_netcheck.probes.tcp import TcpParams

NO = Failure(Stage.PLAN, Cause.QUIET)
SILENT = "silent"


@dataclass
class Line:
    """A server that greets with its own name, and notes who is there; a silent one waits until the client goes."""

    address: str = ""
    there: int = 0
    most_there: int = 0
    began_s: list[float] = field(default_factory=list)
    ended_s: list[float] = field(default_factory=list)


@asynccontextmanager
async def line(*, speaks: bool = True, on_arrival: Callable[[], None] = lambda: None) -> AsyncIterator[Line]:
    told = Line()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.there += 1
        told.most_there = max(told.most_there, told.there)
        told.began_s.append(time.perf_counter())
        on_arrival()
        if speaks:
            await asyncio.sleep(0)  # long enough for another one to come in between, if anybody let it
            writer.write(b"220 ready\r\n")
        told.ended_s.append(time.perf_counter())
        told.there -= 1
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        told.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield told


def check(name: str, at: Line, *, turn: Turn | None = None, skip: Failure | None = None) -> Check:
    params = TcpParams.model_validate({"tcp": at.address, "timeout_s": 30, "expect": {"banner": "220"}})
    return Check(
        id=f"a/{name}/tcp",
        site_id="a",
        service_id=name,
        kind=ServiceKind.PHONE,
        probe="tcp",
        target=at.address,
        params=params,
        limits=(),
        valid_for=timedelta(days=7),
        skip=skip,
        cost=Cost(duration_s=60),
        turn=turn,
    )


def call(*lanes: str, gap_s: float = 0.0) -> Turn:
    return Turn(TurnKind.CALL, frozenset(lanes), gap_s)


def load(*lanes: str) -> Turn:
    return Turn(TurnKind.LOAD, frozenset(lanes))


def allowed(announced: list[str] | None = None, lanes: Lanes | None = None) -> TurnRules:
    said: list[str] = [] if announced is None else announced
    return TurnRules(lambda _check, _now: None, lambda each: said.append(each.service_id), lanes or Lanes())


async def test_without_rules_nothing_that_has_a_turn_is_asked() -> None:
    async with line() as phone, Network() as network:
        asked = await run_checks([check("phone", phone, turn=call("vnpt"))], network, Conditions())
    assert asked.observations[0].failure == Failure(Stage.PLAN, Cause.NOT_ASKED_FOR)
    assert not phone.began_s


async def test_light_checks_come_first_then_calls_then_loads() -> None:
    order: list[str] = []
    async with line() as there, Network() as network:
        checks = [
            check("load", there, turn=load("uplink")),
            check("call", there, turn=call("vnpt")),
            check("light", there),
        ]
        asked = await run_checks(
            checks,
            network,
            Conditions(),
            on_observation=lambda each: order.append(each.check_id),
            turns=allowed(),
        )
    assert order == ["a/light/tcp", "a/call/tcp", "a/load/tcp"]
    assert [each.check_id for each in asked.observations] == ["a/load/tcp", "a/call/tcp", "a/light/tcp"]


async def test_two_on_one_lane_are_never_asked_at_once() -> None:
    async with line() as phone, Network() as network:
        checks = [check(f"phone-{n}", phone, turn=call("vnpt", f"own lane {n}")) for n in range(5)]
        asked = await run_checks(checks, network, Conditions(), turns=allowed())
    assert phone.most_there == 1
    assert {each.outcome for each in asked.observations} == {Outcome.MEASURED}


async def test_those_on_different_lanes_are_asked_side_by_side() -> None:
    both = asyncio.Barrier(2)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await both.wait()  # neither would be answered alone
        writer.write(b"220 ready\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, Network() as network:
        phone = Line(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        checks = [check("one", phone, turn=call("vnpt")), check("other", phone, turn=call("viettel"))]
        asked = await run_checks(checks, network, Conditions(), turns=allowed())
    assert {each.outcome for each in asked.observations} == {Outcome.MEASURED}


async def test_the_gap_passes_between_the_end_of_one_and_the_beginning_of_the_next_also_from_round_to_round() -> (
    None
):
    lanes, gap_s = Lanes(), 0.05
    async with line() as phone, Network() as network:
        checks = [check(f"phone-{n}", phone, turn=call("vnpt", gap_s=gap_s)) for n in range(2)]
        for _ in range(2):
            await run_checks(checks, network, Conditions(), turns=allowed(lanes=lanes))
    gaps_s = [after - before for before, after in zip(phone.ended_s, phone.began_s[1:], strict=False)]
    assert len(gaps_s) == 3
    assert min(gaps_s) >= gap_s


async def test_who_is_refused_at_the_moment_of_his_turn_is_neither_announced_nor_asked() -> None:
    announced: list[str] = []
    moments: list[datetime] = []

    def refusal(each: Check, now: datetime) -> Failure | None:
        moments.append(now)
        return NO if each.service_id == "quiet" else None

    async with line() as phone, Network() as network:
        checks = [check(name, phone, turn=call("vnpt")) for name in ("quiet", "open")]
        rules = TurnRules(refusal, lambda each: announced.append(each.service_id))
        asked = await run_checks(checks, network, Conditions(), turns=rules)
    refused, measured = asked.observations
    assert (refused.outcome, refused.failure) == (Outcome.SKIPPED, NO)
    assert measured.outcome is Outcome.MEASURED
    assert announced == ["open"]
    assert len(phone.began_s) == 1
    assert {moment.tzinfo for moment in moments} == {UTC}


async def test_a_planned_skip_is_not_even_considered() -> None:
    announced: list[str] = []
    skip = Failure(Stage.PLAN, Cause.NO_CALLS)
    async with line() as phone, Network() as network:
        checks = [check("phone", phone, turn=call("vnpt"), skip=skip)]
        asked = await run_checks(checks, network, Conditions(), turns=allowed(announced))
    assert asked.observations[0].failure == skip
    assert not announced


@pytest.mark.parametrize(("by", "cause"), [("stop", Cause.INTERRUPTED), ("deadline", Cause.DEADLINE)])
async def test_a_turn_that_is_broken_off_is_told_apart_from_one_that_never_began(
    by: str, cause: Cause
) -> None:
    stop = asyncio.Event()
    arrived = stop.set if by == "stop" else lambda: None
    told: list[Observation] = []
    async with line(speaks=False, on_arrival=arrived) as phone, Network() as network:
        checks = [check(name, phone, turn=call("vnpt")) for name in ("begun", "waiting")]
        conditions = Conditions(deadline_s=0.5 if by == "deadline" else None)
        await run_checks(checks, network, conditions, stop=stop, on_observation=told.append, turns=allowed())
    begun, waiting = told
    assert (begun.check_id, begun.outcome) == ("a/begun/tcp", Outcome.SKIPPED)
    assert begun.failure == Failure(Stage.REQUEST, cause)
    assert begun.duration_ms > 0
    assert waiting.failure == Failure(Stage.PLAN, cause)
