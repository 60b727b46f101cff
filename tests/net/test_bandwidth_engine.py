"""The bandwidth engine against a server on loopback that is good, slow, broken or lying."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from kontum_netcheck.model import Cause, Stage
from kontum_netcheck.net.bandwidth.engine import BandwidthTest, Measured, Order, ignored_proxy
from kontum_netcheck.net.bandwidth.load import Direction, EndedBy
from kontum_netcheck.net.bandwidth.plateau import StopRule
from kontum_netcheck.net.bandwidth.profile import Kind
from kontum_netcheck.net.network import Network
from tests.speed_server import Behaviour, speed_server

PER_CONNECTION = 250_000  # bytes a second: four streams make 8 Mbit/s
QUICK = Order("", max_s=0.8, sample_s=0.05, stop_rule=StopRule(60), stall_s=5, idle_count=3, timeout_s=2)
DOWN = replace(QUICK, directions=(Direction.DOWN,))
UP = replace(QUICK, directions=(Direction.UP,))


async def measure(url: str, order: Order = QUICK, **changes: Any) -> Measured:
    async with Network() as network:
        return await BandwidthTest(replace(order, url=url, **changes), network).run()


async def test_both_ways_of_a_known_server() -> None:
    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION, waits_ms=5)) as (url, _):
        measured = await measure(url)
    assert measured.failure is None and measured.fault is None
    assert measured.profile and measured.profile.kind is Kind.OWN
    down = measured.speeds[Direction.DOWN]
    assert 1 < down.mbit_per_s < 100  # how true it is, benchmarks/ tells
    assert (down.counted_by, down.ended_by) == ("arrived", EndedBy.TIME)
    assert measured.speeds[Direction.UP].counted_by == "receiver"
    assert measured.streams_count == 4
    assert measured.idle_rtt_ms and measured.idle_rtt_ms >= 5
    assert set(measured.loaded_rtt_ms) == {Direction.DOWN, Direction.UP}


async def test_no_more_is_moved_than_the_budget() -> None:
    with speed_server() as (url, _):
        measured = await measure(url, max_bytes=1_000_000)
    assert 0 < measured.transferred_bytes <= 1_000_000


async def test_a_budget_too_small_for_one_measurement_says_what_it_would_need() -> None:
    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION)) as (url, _):
        measured = await measure(url, DOWN, max_bytes=60_000)
    assert measured.fault is not None and measured.fault.cause is Cause.NOT_ENOUGH_BYTES
    assert "needs about" in measured.fault.detail
    assert not measured.speeds


@pytest.mark.parametrize("kind", [Kind.FILE, Kind.LIBRESPEED])
async def test_other_servers_are_measured_too(kind: Kind) -> None:
    with speed_server(Behaviour(rate_bytes_per_s=2 * PER_CONNECTION)) as (url, does):
        path = "file.bin" if kind is Kind.FILE else "garbage.php"
        measured = await measure(url + path, kind=kind, max_bytes=8_000_000)
    assert measured.failure is None and measured.fault is None
    assert Direction.DOWN in measured.speeds
    assert (Direction.UP in measured.speeds) == (kind is Kind.LIBRESPEED)
    if kind is Kind.LIBRESPEED:
        assert measured.speeds[Direction.UP].counted_by == "acknowledged"
        assert any(line == "POST /empty.php" for line in does.log)


async def test_a_server_that_closes_in_the_middle_is_a_failure_and_its_bytes_count() -> None:
    behaviour = Behaviour(rate_bytes_per_s=PER_CONNECTION, stops_after_bytes=30_000)
    with speed_server(behaviour) as (url, _):
        measured = await measure(url, DOWN)
    assert measured.failure is not None
    assert (measured.failure.stage, measured.failure.cause) == (Stage.TRANSFER, Cause.CLOSED)
    assert measured.transferred_bytes >= 60_000
    assert not measured.speeds


async def test_a_link_that_goes_away_is_a_timeout_in_the_transfer() -> None:
    with speed_server(Behaviour(silent_after_bytes=200_000)) as (url, _):
        measured = await measure(url, DOWN, max_s=5, stall_s=0.4)
    assert measured.failure is not None
    assert (measured.failure.stage, measured.failure.cause) == (Stage.TRANSFER, Cause.TIMEOUT)
    assert measured.transferred_bytes >= 200_000


async def test_a_server_that_sends_slower_and_slower_is_never_level() -> None:
    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION, slows_by=1.02)) as (url, _):
        measured = await measure(url, DOWN)
    assert not measured.speeds[Direction.DOWN].is_level


async def test_a_server_that_lies_about_its_length_is_a_failure() -> None:
    with speed_server(Behaviour(length_lie_bytes=5_000)) as (url, _):
        measured = await measure(url, DOWN, max_bytes=300_000)
    assert measured.failure is not None and measured.failure.cause is Cause.CLOSED


async def test_a_receiver_that_claims_more_than_was_sent_is_not_believed() -> None:
    with speed_server(Behaviour(lies=10.0)) as (url, _):
        measured = await measure(url, UP, max_bytes=400_000)
    assert measured.failure is not None
    assert (measured.failure.stage, measured.failure.cause) == (Stage.REPLY, Cause.BAD_REPLY)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_server_that_refuses_is_no_fault_of_the_line_and_retry_after_is_kept(at_once: bool) -> None:
    behaviour = Behaviour(answer_to_load=(429, "Retry-After: 120\r\n"))
    if at_once:
        behaviour = Behaviour(answer=(403, "Retry-After: 120\r\n", b"no"))
    with speed_server(behaviour) as (url, _):
        measured = await measure(url, DOWN)
    assert measured.fault is not None and measured.fault.cause is Cause.NOT_SERVED
    assert measured.fault.detail == f"HTTP {403 if at_once else 429}, Retry-After: 120"


async def test_a_token_that_is_missing_is_said() -> None:
    with speed_server(Behaviour(answer=(401, "", b"no"))) as (url, _):
        measured = await measure(url, DOWN)
    assert measured.fault is not None and "token is missing or wrong" in measured.fault.detail


async def test_a_login_page_is_no_measurement_server() -> None:
    with speed_server(Behaviour(home=b"<html><title>Please log in</title></html>")) as (url, does):
        measured = await measure(url)
    assert measured.failure is not None and measured.failure.cause is Cause.NO_SPEED_SERVER
    assert does.log == ["GET /"]


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_login_page_is_none_either_where_the_kind_of_server_is_typed(kind: Kind) -> None:
    page = b"<!DOCTYPE html><title>Please log in</title>" + bytes(5_000)
    with speed_server(Behaviour(answer=(200, "Content-Type: text/html\r\n", page))) as (url, _):
        measured = await measure(url, kind=kind)
    assert measured.failure is not None and measured.failure.cause is Cause.NO_SPEED_SERVER
    assert not measured.speeds


@pytest.mark.parametrize("order", [DOWN, UP])
async def test_a_login_page_in_place_of_the_load_is_no_speed(order: Order) -> None:
    page = b"<html>Your session is over</html>".ljust(5_000)
    with speed_server(Behaviour(page_for_load=page)) as (url, _):
        measured = await measure(url + "empty.php", order, kind=Kind.LIBRESPEED)
    assert measured.failure is not None and measured.failure.cause is Cause.NO_SPEED_SERVER
    assert not measured.speeds


async def test_a_link_that_is_silent_until_the_time_is_over_is_no_speed_of_0() -> None:
    with speed_server(Behaviour(silent_after_bytes=0)) as (url, _):
        measured = await measure(url, DOWN)
    assert measured.failure is not None and measured.failure.cause is Cause.TIMEOUT
    assert not measured.speeds


async def test_asking_who_answers_there_counts_too() -> None:
    with speed_server(Behaviour(answer_to_load=(503, ""))) as (url, _):
        measured = await measure(url, DOWN)
    assert measured.transferred_bytes >= len(Behaviour.home)


async def test_a_redirect_to_a_login_page_is_named() -> None:
    answer = (302, "Location: http://login.example/\r\n", b"")
    with speed_server(Behaviour(answer=answer)) as (url, _):
        measured = await measure(url)
    assert measured.failure is not None and measured.failure.cause is Cause.FOREIGN_REDIRECT


async def test_broken_off_it_brings_home_the_bytes_that_it_used() -> None:
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch(_target: str, _direction: Direction, _rate: float, used_bytes: int) -> None:
        if used_bytes > 100_000:
            loop.call_soon_threadsafe(reached.set)

    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION)) as (url, _):
        async with Network() as network:
            test = BandwidthTest(replace(DOWN, url=url, max_s=30), network, watch)
            running = asyncio.create_task(test.run())
            await reached.wait()
            running.cancel()
            measured = await running
    assert measured.interrupted
    assert measured.transferred_bytes > 100_000
    assert not measured.speeds


async def test_a_server_says_how_much_one_request_may_ask_for() -> None:
    home = json.dumps({"server": "kontum-netcheck", "max_bytes": 50_000}).encode()
    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION, home=home)) as (url, does):
        await measure(url, DOWN)
    asked = [int(line.partition("bytes=")[2]) for line in does.log if "bytes=" in line]
    assert asked and max(asked) <= 50_000


async def test_the_environments_proxy_is_not_used_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@127.0.0.1:9/")
    with speed_server(Behaviour(rate_bytes_per_s=PER_CONNECTION)) as (url, _):
        measured = await measure(url, DOWN, max_s=0.4)
        assert ignored_proxy(url) == "http_proxy=127.0.0.1"
    assert measured.failure is None and Direction.DOWN in measured.speeds
