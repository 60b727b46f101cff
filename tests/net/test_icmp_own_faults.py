"""What our own machine does wrong is never called the network's: replies that we dropped, a clock that was set."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from kontum_netcheck.engine import Conditions, run_checks
from kontum_netcheck.lab.echo import EchoHost, EchoScript
from kontum_netcheck.model import Cause, Check, Outcome, ServiceKind
from kontum_netcheck.net.icmp import EchoSeries, Pinger, linux, linux_slots
from kontum_netcheck.net.icmp.linux_syscalls import Inbox, Syscalls
from kontum_netcheck.net.icmp.packets import IPV4
from kontum_netcheck.net.icmp.sockets import open_wire
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.ping import PING, PingParams

pytestmark = pytest.mark.skipif(not linux_slots.POSSIBLE, reason="only 64-bit Linux stamps and counts drops")

HOSTS_COUNT, ROOM_BYTES = 64, 4096  # there is room for about ten replies
STEP_S, STEP_AFTER = 3600, 3


@pytest.fixture
def _can_ping() -> None:
    wire = open_wire(IPV4)
    if wire is None:
        pytest.skip("no ICMP socket: needs root or net.ipv4.ping_group_range")
    wire.close()


def ping_check(number: int, count: int) -> Check:
    host = f"127.0.2.{number}"
    params = PingParams(ping=host, count=count, interval_s=0.05, timeout_s=0.3)
    return Check(
        id=f"a/ftth/ping/{number}",
        site_id="a",
        service_id="ftth",
        kind=ServiceKind.INTERNET,
        probe="ping",
        target=host,
        params=params,
        limits=PING.limits,
        valid_for=timedelta(hours=24),
        cost=PING.cost(params),
    )


@pytest.mark.usefixtures("_can_ping")
@pytest.mark.parametrize("count", [1, 3], ids=["nothing-comes-later", "more-comes-later"])
async def test_a_run_never_calls_loss_what_found_its_own_buffer_full(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(linux, "_RECEIVE_BUFFER_BYTES", ROOM_BYTES)
    checks = [ping_check(number, count) for number in range(1, 1 + HOSTS_COUNT)]
    async with Network(NetworkOptions(max_pps=0)) as network:
        asked = await run_checks(checks, network, Conditions(rate_per_s=0))
    whole = [one for one in asked.observations if one.metrics.get("loss_pct") == 0.0]
    ours = [one for one in asked.observations if one.outcome is Outcome.ERROR]
    assert len(whole) + len(ours) == HOSTS_COUNT
    assert ours
    assert {one.failure.cause for one in ours if one.failure} == {Cause.OVERLOADED}


@pytest.mark.usefixtures("_can_ping")
async def test_what_was_dropped_before_excuses_no_later_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_RECEIVE_BUFFER_BYTES", ROOM_BYTES)
    pinger = Pinger(NetworkOptions(max_pps=0))
    plan = {"count": 1, "interval_s": 0.01, "timeout_s": 0.2, "payload_bytes": 56}
    try:
        await asyncio.gather(
            *(pinger.ping(f"127.0.2.{n}", **plan) for n in range(1, 65))  # type: ignore[arg-type]
        )
        after = await pinger.ping("127.0.2.99", **plan)  # type: ignore[arg-type]
    finally:
        await pinger.close()
    assert isinstance(after, EchoSeries)
    assert after.dropped_count == 0


@pytest.fixture(params=[STEP_S, -STEP_S], ids=["forward", "back"])
def stepped(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Callable[[], int]]:
    """A wall clock that is set by an hour once some batches were read; gives how many were read since.

    As when it is really set, the kernel's stamps of what comes later are stepped too; packets that already lay in
    the socket keep theirs. CLOCK_REALTIME has no namespace, and setting the machine's own is no test's business.
    """
    read_count, true_receive, true_time_ns = 0, Syscalls.receive, time.time_ns
    step_s: int = request.param

    def receive(self: Syscalls, inbox: Inbox, flags: int = 0) -> int:
        nonlocal read_count
        count = true_receive(self, inbox, flags)
        if read_count > STEP_AFTER:
            step = inbox.control_words
            for at in range(2, count * step, step):
                inbox.controls[at] += step_s
        read_count += 1
        return count

    def time_ns() -> int:
        return true_time_ns() + (step_s * 1_000_000_000 if read_count > STEP_AFTER else 0)

    monkeypatch.setattr(Syscalls, "receive", receive)
    monkeypatch.setattr(time, "time_ns", time_ns)
    yield lambda: read_count - STEP_AFTER


@pytest.mark.parametrize("max_pps", [0, 1000], ids=["all-at-once", "paced"])
async def test_a_clock_set_by_an_hour_changes_no_round_trip(stepped: Callable[[], int], max_pps: int) -> None:
    async with EchoHost(EchoScript(delay_ms=20), "192.0.2.1") as host:
        table = {("icmp", "192.0.2.1", 0): host.endpoint}
        pinger = Pinger(NetworkOptions(detours=Detours(table), max_pps=max_pps))
        try:
            series = await pinger.ping("192.0.2.1", count=20, interval_s=0.02, timeout_s=5, payload_bytes=56)
        finally:
            await pinger.close()
    assert stepped() > 5
    assert isinstance(series, EchoSeries)
    assert (len(series.received_rtts_ms), series.late_count, series.duplicate_count) == (20, 0, 0)
    assert all(20 <= rtt_ms < 5000 for rtt_ms in series.received_rtts_ms)


@pytest.mark.usefixtures("_can_ping")
async def test_a_clock_set_by_an_hour_changes_no_round_trip_between_two_stamps(
    stepped: Callable[[], int],
) -> None:
    pinger = Pinger(NetworkOptions(max_pps=1000))  # so slow that the kernel stamps what is sent, too
    try:
        series = await pinger.ping("127.0.2.1", count=20, interval_s=0.02, timeout_s=5, payload_bytes=56)
    finally:
        await pinger.close()
    assert stepped() > 20  # sends and replies
    assert isinstance(series, EchoSeries)
    assert (len(series.received_rtts_ms), series.late_count, series.duplicate_count) == (20, 0, 0)
    assert all(0.0005 < rtt_ms < 5000 for rtt_ms in series.received_rtts_ms)
