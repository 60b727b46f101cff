"""The engine against real sockets on loopback: one observation for every check, whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kontum_netcheck.engine import Conditions, run_checks
from kontum_netcheck.model import Cause, Check, Cost, Failure, Observation, Outcome, ServiceKind, Stage
from kontum_netcheck.net.names import Names
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.tcp import TcpParams
from tests.sip_peer import peer

DOWN = Failure(Stage.LINK, Cause.OWN_LINK_DOWN, "no cable")


def tcp_check(check_id: str, target: str, *, skip: Failure | None = None, banner: str | None = None) -> Check:
    params = TcpParams.model_validate({"tcp": target, "timeout_s": 30, "expect": {"banner": banner}})
    return Check(
        id=check_id,
        site_id="a",
        service_id="ftth",
        kind=ServiceKind.INTERNET,
        probe="tcp",
        target=target,
        params=params,
        limits=(),
        valid_for=timedelta(hours=24),
        skip=skip,
        cost=Cost(duration_s=60),
    )


@asynccontextmanager
async def server(*, speaks: bool) -> AsyncIterator[str]:
    """A server that greets, or one that accepts and then says nothing until the client goes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if speaks:
            writer.write(b"220 ready\r\n")
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


async def test_every_check_gets_one_observation_in_the_order_of_the_plan() -> None:
    async with server(speaks=True) as good, Network() as network:
        checks = [tcp_check(f"a/ftth/tcp/{n}", good, banner="220") for n in range(50)]
        asked = await run_checks(checks, network, Conditions(vantage="noc", operator="Lan"))
    observations = asked.observations
    assert [observation.check_id for observation in observations] == [check.id for check in checks]
    assert {observation.outcome for observation in observations} == {Outcome.MEASURED}
    assert {(o.vantage, o.operator, o.lab) for o in observations} == {("noc", "Lan", False)}


async def test_a_planned_skip_is_not_asked_and_keeps_its_reason() -> None:
    skip = Failure(Stage.PLAN, Cause.NEEDS_A_PERSON)
    async with Network() as network:
        asked = await run_checks([tcp_check("a/ftth/tcp", "127.0.0.1:1", skip=skip)], network, Conditions())
    (observation,) = asked.observations
    assert (observation.outcome, observation.failure) == (Outcome.SKIPPED, skip)


async def test_a_bug_of_ours_is_an_error_and_does_not_disturb_the_others() -> None:
    async with server(speaks=True) as good, Network() as network:
        broken = tcp_check("a/ftth/tcp/broken", good)
        object.__setattr__(broken, "params", object())
        asked = await run_checks([broken, tcp_check("a/ftth/tcp", good)], network, Conditions())
    observations = asked.observations
    assert [observation.outcome for observation in observations] == [Outcome.ERROR, Outcome.MEASURED]
    assert observations[0].failure is not None
    assert observations[0].failure.cause is Cause.BUG


async def test_while_our_own_link_is_down_only_loopback_is_asked() -> None:
    async with server(speaks=True) as good, Network() as network:
        checks = [tcp_check("a/ftth/tcp", good), tcp_check("b/ftth/tcp", "192.0.2.1:443")]
        asked = await run_checks(checks, network, Conditions(own=OwnSide(down=DOWN)))
    near, far = asked.observations
    assert near.outcome is Outcome.MEASURED
    assert (far.outcome, far.failure) == (Outcome.SKIPPED, DOWN)


async def test_dead_hosts_do_not_hold_up_the_living() -> None:
    order: list[Observation] = []
    async with server(speaks=True) as good, server(speaks=False) as dead, Network() as network:
        checks = [tcp_check(f"dead/ftth/tcp/{n}", dead, banner="220") for n in range(10)]
        checks += [tcp_check(f"a/ftth/tcp/{n}", good, banner="220") for n in range(40)]
        stop = asyncio.Event()

        def note(observation: Observation) -> None:
            order.append(observation)
            if len(order) == 40:
                stop.set()

        await run_checks(checks, network, Conditions(), stop=stop, on_observation=note)
    assert all(observation.outcome is Outcome.MEASURED for observation in order[:40])
    assert {observation.failure for observation in order[40:]} == {Failure(Stage.PLAN, Cause.INTERRUPTED)}


@pytest.mark.parametrize("by", ["stop", "deadline"])
async def test_what_was_measured_before_the_end_of_a_run_is_kept(by: str) -> None:
    stop = asyncio.Event()
    async with server(speaks=True) as good, server(speaks=False) as dead, Network() as network:
        checks = [tcp_check("a/ftth/tcp", good, banner="220"), tcp_check("b/ftth/tcp", dead, banner="220")]
        conditions = Conditions(deadline_s=0.5 if by == "deadline" else None)

        def note(observation: Observation) -> None:
            if by == "stop":
                stop.set()

        asked = await run_checks(checks, network, conditions, stop=stop, on_observation=note)
    measured, ended = asked.observations
    assert (asked.interrupted, asked.deadline) == (by == "stop", by == "deadline")
    assert measured.outcome is Outcome.MEASURED
    assert ended.outcome is Outcome.SKIPPED
    cause = Cause.INTERRUPTED if by == "stop" else Cause.DEADLINE
    assert ended.failure == Failure(Stage.PLAN, cause)


@pytest.mark.parametrize("probe", ["tcp", "dns"])
async def test_who_looks_once_more_at_what_came_may_blame_a_silence_while_this_program_stood_still(
    probe: str,
) -> None:
    async def stand_still(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _stand_still()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(stand_still, "127.0.0.1", 0) as silent, Network() as network:
        address = "{}:{}".format(*silent.sockets[0].getsockname())
        typed: dict[str, dict[str, Any]] = {
            "tcp": {"tcp": address, "expect": {"banner": "220"}},
            "dns": {"dns": "exam.example", "server": address, "transport": "tcp"},
        }
        params = PROBES[probe].params.model_validate({**typed[probe], "timeout_s": 0.5})
        check = replace(tcp_check(f"a/ftth/{probe}", address), probe=probe, params=params)
        (told,) = (await run_checks([check], network, Conditions())).observations
    assert told.failure is not None
    assert (told.outcome, told.failure.cause) == (Outcome.FAILED, Cause.TIMEOUT)


async def test_a_look_up_that_was_silent_while_this_program_stood_still_is_our_own_error() -> None:
    class Silent(asyncio.DatagramProtocol):
        def datagram_received(self, _data: bytes, _peer: object) -> None:
            _stand_still()

    loop = asyncio.get_running_loop()
    server, _ = await loop.create_datagram_endpoint(Silent, local_addr=("127.0.0.1", 0))
    options = NetworkOptions(detours=Detours(name_server=server.get_extra_info("sockname")))
    async with Network(options) as network:
        network.names = Names(options, timeout_s=0.3)
        params = PROBES["ping"].params.model_validate({"ping": "exam.example", "timeout_s": 0.3})
        check = replace(tcp_check("a/ftth/ping", "exam.example:1"), probe="ping", params=params)
        (told,) = (await run_checks([check], network, Conditions())).observations
    server.close()
    assert told.failure is not None
    assert (told.outcome, told.failure.cause) == (Outcome.ERROR, Cause.OVERLOADED)


async def test_a_sip_server_that_was_not_asked_again_while_this_program_stood_still_is_not_blamed() -> None:
    def stand_still(_question: bytes) -> list[bytes]:
        _stand_still()
        return []

    async with peer(stand_still) as silent, Network() as network:
        address = "{}:{}".format(*silent.address)
        params = PROBES["sip"].params.model_validate({"sip": address, "timeout_s": 0.3})
        check = replace(tcp_check("a/ftth/sip", address), probe="sip", params=params)
        (told,) = (await run_checks([check], network, Conditions())).observations
    assert told.failure is not None
    assert (told.outcome, told.failure.cause) == (Outcome.ERROR, Cause.OVERLOADED)


def _stand_still() -> None:
    assert 3**4_000_000  # one long step in the event loop
