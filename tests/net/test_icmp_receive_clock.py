"""A step of the wall clock must not enter a round trip."""

import time

import pytest

from kontum_netcheck.net.icmp.receive_clock import ReceiveClock


def test_stamps_are_turned_into_our_own_clock() -> None:
    clock = ReceiveClock()
    before_ns, stamp_ns, after_ns = time.perf_counter_ns(), time.time_ns(), time.perf_counter_ns()
    offset_ns = clock.offset_ns()
    assert offset_ns is not None
    assert before_ns - 1_000_000 <= stamp_ns - offset_ns <= after_ns + 1_000_000


@pytest.mark.parametrize("step_s", [3600, -3600, 1])
def test_stamps_from_before_a_clock_step_are_not_used(monkeypatch: pytest.MonkeyPatch, step_s: int) -> None:
    clock = ReceiveClock()
    true_time_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: true_time_ns() + step_s * 1_000_000_000)
    assert clock.offset_ns() is None
    assert clock.offset_ns() is not None  # the next batch was stamped after the step
