"""Blocking calls in threads: timed where they run, and a hung one harms nobody."""

import asyncio
import threading

import pytest

from kontum_netcheck.net.lookup_threads import LookupThreads


async def test_the_result_comes_with_its_time() -> None:
    threads = LookupThreads(timeout_s=10)
    result, took_ms = await threads.run(lambda: 7)
    threads.close()
    assert result == 7
    assert took_ms >= 0


async def test_an_error_reaches_the_caller() -> None:
    threads = LookupThreads(timeout_s=10)
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 / 0)
    threads.close()


async def test_hung_calls_time_out_and_others_still_run() -> None:
    threads = LookupThreads(timeout_s=0.05)
    released = threading.Event()
    hung = [asyncio.create_task(threads.run(released.wait)) for _ in range(40)]
    outcomes = await asyncio.gather(*hung, return_exceptions=True)
    assert all(isinstance(outcome, TimeoutError) for outcome in outcomes)
    assert (await threads.run(lambda: "still here"))[0] == "still here"
    released.set()
    threads.close()


async def test_waiting_in_the_queue_is_no_timeout() -> None:
    """Forty calls of which thirty-two run at once: the last ones begin late, and their clock with them."""
    threads = LookupThreads(timeout_s=1.0)
    pause = threading.Event()
    calls = [asyncio.create_task(threads.run(lambda: pause.wait(0.6))) for _ in range(40)]
    results = await asyncio.gather(*calls)
    threads.close()
    assert len(results) == 40


def test_the_end_of_the_run_does_not_wait_for_a_hung_call() -> None:
    released = threading.Event()

    async def run() -> None:
        threads = LookupThreads(timeout_s=0.05)
        with pytest.raises(TimeoutError):
            await threads.run(released.wait)
        threads.close()

    asyncio.run(run())
    released.set()  # the thread finds its event loop closed, and ends quietly
