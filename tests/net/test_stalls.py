"""What the program remembers of having stood still."""

import asyncio
import contextlib
import time

import pytest

from kontum_netcheck.net.stalls import Stalls


def test_the_longest_stall_since_a_moment_counts() -> None:
    stalls = Stalls()
    stalls.note(planned_s=10.0, woken_s=13.0)
    stalls.note(planned_s=20.0, woken_s=21.0)
    assert stalls.longest_s() == 3.0
    assert stalls.longest_s(since_s=15.0) == 1.0
    assert stalls.longest_s(since_s=21.0) == 0.0


def test_the_usual_lateness_of_a_busy_loop_is_no_stall() -> None:
    stalls = Stalls()
    stalls.note(planned_s=10.0, woken_s=10.1)
    assert stalls.longest_s() == 0.0


async def test_a_loop_that_was_held_up_is_seen() -> None:
    stalls, began_s = Stalls(), time.perf_counter()
    watching = asyncio.create_task(stalls.watch())
    await asyncio.sleep(0)
    while time.perf_counter() < began_s + 0.5:
        pass
    await asyncio.sleep(0.06)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert stalls.longest_s(began_s) == pytest.approx(0.45, abs=0.2)
