"""The engine against hosts that answer by a script, over UDP on loopback: the same packets, map and statistics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from kontum_netcheck.lab.echo import ALL, SILENT, UNREACHABLE, EchoHost, EchoScript
from kontum_netcheck.model import CannotMeasure, Cause
from kontum_netcheck.net.icmp import EchoSeries, Method, Pinger
from kontum_netcheck.net.network import Detours, NetworkOptions


@asynccontextmanager
async def lab(scripts: dict[str, EchoScript], max_pps: int = 0) -> AsyncIterator[Pinger]:
    """A pinger whose world is these hosts."""
    async with AsyncExitStack() as hosts:
        table = {}
        for address, script in scripts.items():
            host = await hosts.enter_async_context(EchoHost(script, address))
            table["icmp", address, 0] = host.endpoint
        pinger = Pinger(NetworkOptions(detours=Detours(table), max_pps=max_pps))
        try:
            yield pinger
        finally:
            await pinger.close()


async def burst(pinger: Pinger, address: str, count: int = 5, timeout_s: float = 2.0) -> EchoSeries:
    series = await pinger.ping(address, count=count, interval_s=0.01, timeout_s=timeout_s, payload_bytes=56)
    assert isinstance(series, EchoSeries)
    return series


async def test_every_echo_of_a_living_host_is_answered() -> None:
    async with lab({"192.0.2.1": EchoScript()}) as pinger:
        series = await burst(pinger, "192.0.2.1")
    assert series.sent_count == len(series.received_rtts_ms) == 5
    assert series.method is Method.LAB_UDP


async def test_round_trips_are_never_shorter_than_the_truth() -> None:
    async with lab({"192.0.2.1": EchoScript(delay_ms=20, jitter_ms=(0, 10))}) as pinger:
        series = await burst(pinger, "192.0.2.1", 4)
    assert all(
        rtt_ms >= truth_ms for rtt_ms, truth_ms in zip(series.received_rtts_ms, (20, 30, 20, 30), strict=True)
    )


async def test_lost_echoes_are_none_at_their_place() -> None:
    async with lab({"192.0.2.1": EchoScript(lost={1, 3})}) as pinger:
        series = await burst(pinger, "192.0.2.1", timeout_s=0.5)
    assert [rtt_ms is None for rtt_ms in series.rtts_ms] == [False, True, False, True, False]


async def test_duplicates_are_counted_and_answer_once() -> None:
    async with lab({"192.0.2.1": EchoScript(duplicated={0, 2})}) as pinger:
        series = await burst(pinger, "192.0.2.1")
    assert (len(series.received_rtts_ms), series.duplicate_count) == (5, 2)


async def test_replies_from_another_address_are_refused() -> None:
    async with lab({"192.0.2.1": EchoScript(foreign={0, 1, 2})}) as pinger:
        series = await burst(pinger, "192.0.2.1", timeout_s=0.5)
    assert (len(series.received_rtts_ms), series.foreign_count) == (2, 3)


@pytest.mark.parametrize("payload_bytes", [8, 56], ids=["its seal", "what follows its seal"])
async def test_replies_with_an_altered_payload_are_refused(payload_bytes: int) -> None:
    async with lab({"192.0.2.1": EchoScript(altered={1})}) as pinger:
        series = await pinger.ping(
            "192.0.2.1", count=3, interval_s=0.01, timeout_s=0.3, payload_bytes=payload_bytes
        )
    assert isinstance(series, EchoSeries)
    assert [rtt_ms is None for rtt_ms in series.rtts_ms] == [False, True, False]
    assert series.foreign_count == 1


async def test_replies_after_the_timeout_are_lost_and_late() -> None:
    async with lab({"192.0.2.1": EchoScript(jitter_ms=(120, 0, 0, 0, 0, 0, 0, 0))}) as pinger:
        series = await pinger.ping("192.0.2.1", count=8, interval_s=0.05, timeout_s=0.1, payload_bytes=56)
    assert isinstance(series, EchoSeries)
    assert series.rtts_ms[0] is None
    assert series.late_count >= 1


async def test_a_slow_hosts_last_echoes_are_waited_for_and_counted_as_late() -> None:
    async with lab({"192.0.2.1": EchoScript(delay_ms=300)}) as pinger:
        series = await pinger.ping("192.0.2.1", count=4, interval_s=0.05, timeout_s=0.25, payload_bytes=56)
    assert isinstance(series, EchoSeries)
    assert (series.received_rtts_ms, series.late_count) == ((), 4)


async def test_a_reply_to_a_closed_burst_is_told_with_its_host_and_is_nobody_elses() -> None:
    scripts = {"192.0.2.1": EchoScript(delay_ms=150), "192.0.2.2": EchoScript(delay_ms=400)}
    async with lab(scripts) as pinger:
        plan = {"count": 1, "interval_s": 0.01, "timeout_s": 0.05, "payload_bytes": 56}
        slow = await pinger.ping("192.0.2.1", **plan)  # type: ignore[arg-type]
        steady = await burst(pinger, "192.0.2.2", 2)
        told = pinger.straggler_counts
    assert isinstance(slow, EchoSeries)
    assert (slow.late_count, told) == (0, {"192.0.2.1": 1})
    assert (steady.foreign_count, len(steady.received_rtts_ms)) == (0, 2)


async def test_a_router_that_refuses_is_named_with_its_cause() -> None:
    async with lab({"192.0.2.1": UNREACHABLE}) as pinger:
        series = await burst(pinger, "192.0.2.1")
    assert series.received_rtts_ms == ()
    assert {(error.cause, error.reporter) for error in series.errors} == {
        (Cause.HOST_UNREACHABLE, "127.0.0.1")
    }
    assert len(series.errors) == 5


async def test_a_silent_host_does_not_hold_up_the_others() -> None:
    scripts = {f"192.0.2.{n}": EchoScript() for n in range(1, 21)} | {"192.0.2.99": SILENT}
    async with lab(scripts) as pinger:
        silent = asyncio.create_task(burst(pinger, "192.0.2.99", 1, timeout_s=5.0))
        living = await asyncio.gather(*(burst(pinger, f"192.0.2.{n}") for n in range(1, 21)))
        assert not silent.done()
        silent.cancel()
    assert all(len(series.received_rtts_ms) == 5 for series in living)


async def test_each_reply_goes_to_the_burst_that_asked() -> None:
    scripts = {
        "192.0.2.1": EchoScript(lost={0}),
        "192.0.2.2": EchoScript(lost={1}),
        "2001:db8::1": EchoScript(),
    }
    async with lab(scripts) as pinger:
        bursts = await asyncio.gather(*(burst(pinger, host, 2, timeout_s=0.5) for host in scripts))
    assert [[rtt is None for rtt in series.rtts_ms] for series in bursts] == [
        [True, False],
        [False, True],
        [False, False],
    ]


async def test_one_host_may_be_pinged_twice_at_once() -> None:
    async with lab({"192.0.2.1": EchoScript()}) as pinger:
        bursts = await asyncio.gather(burst(pinger, "192.0.2.1"), burst(pinger, "192.0.2.1"))
    assert [len(series.received_rtts_ms) for series in bursts] == [5, 5]


async def test_a_rate_limit_loses_nothing() -> None:
    async with lab({"192.0.2.1": EchoScript(), "192.0.2.2": EchoScript()}, max_pps=200) as pinger:
        bursts = await asyncio.gather(burst(pinger, "192.0.2.1"), burst(pinger, "192.0.2.2"))
    assert [len(series.received_rtts_ms) for series in bursts] == [5, 5]


async def test_waiting_for_ones_turn_is_no_round_trip() -> None:
    scripts = {f"192.0.2.{n}": EchoScript() for n in range(1, 11)}
    async with lab(scripts, max_pps=20) as pinger:
        bursts = await asyncio.gather(*(burst(pinger, host, 2, timeout_s=5.0) for host in scripts))
    rtts_ms = sorted(rtt_ms for series in bursts for rtt_ms in series.received_rtts_ms)
    assert len(rtts_ms) == 20
    assert rtts_ms[10] < 400  # the last had to wait for a second


async def test_who_gives_up_leaves_the_others_undisturbed() -> None:
    scripts = {"192.0.2.1": EchoScript(), "192.0.2.2": SILENT, "192.0.2.3": EchoScript()}
    async with lab(scripts) as pinger:
        bursts = [asyncio.create_task(burst(pinger, host, 10)) for host in scripts]
        await asyncio.sleep(0.02)
        bursts[1].cancel()
        series = await asyncio.gather(bursts[0], bursts[2])
    assert [len(one.received_rtts_ms) for one in series] == [10, 10]


async def test_payloads_of_all_sizes_share_a_socket() -> None:
    scripts = {f"192.0.2.{n}": EchoScript() for n in range(1, 5)}
    sizes = (8, 9, 56, 1472)
    async with lab(scripts) as pinger:
        bursts = await asyncio.gather(
            *(
                pinger.ping(host, count=3, interval_s=0.01, timeout_s=2.0, payload_bytes=size)
                for host, size in zip(scripts, sizes, strict=True)
            )
        )
    assert [len(series.received_rtts_ms) for series in bursts if isinstance(series, EchoSeries)] == [3] * 4


async def test_closing_tells_those_who_wait() -> None:
    async with lab({"192.0.2.1": SILENT}) as pinger:
        waiting = asyncio.create_task(burst(pinger, "192.0.2.1", timeout_s=60.0))
        await asyncio.sleep(0)
    with pytest.raises(CannotMeasure) as told:
        await waiting
    assert told.value.failure.cause is Cause.INTERRUPTED


async def test_a_pinger_that_never_pinged_closes() -> None:
    await Pinger(NetworkOptions()).close()


async def test_a_foreign_source_address_is_our_fault() -> None:
    pinger = Pinger(NetworkOptions(source_address="192.0.2.200"))
    with pytest.raises(CannotMeasure) as told:
        await pinger.ping("127.0.0.1", count=1, interval_s=0.2, timeout_s=1, payload_bytes=56)
    assert told.value.failure.cause in {Cause.NO_LOCAL_ADDRESS, Cause.NO_PERMISSION}
    await pinger.close()


async def test_the_way_of_pinging_is_described() -> None:
    async with lab({"192.0.2.1": EchoScript(lost=ALL)}) as pinger:
        assert pinger.method is Method.LAB_UDP
        assert "lab" in pinger.describe().text
