"""The pace of questions to one server."""

import asyncio

import pytest

from kontum_netcheck.net.dns.pace import OUT_MAX_COUNT, YOUNG_MAX_COUNT, YOUNG_S, Pace

PATIENT_S = 10.0


async def test_up_to_the_limit_nobody_waits() -> None:
    pace = Pace()
    tickets = [await pace.start() for _ in range(YOUNG_MAX_COUNT)]
    assert len(set(tickets)) == YOUNG_MAX_COUNT


async def test_beyond_it_each_waits_for_the_end_of_another() -> None:
    pace = Pace()
    first, *_ = [await pace.start() for _ in range(YOUNG_MAX_COUNT)]
    waiting = asyncio.create_task(pace.start())
    await asyncio.sleep(0)
    assert not waiting.done()
    pace.end(first, answered=True)
    await asyncio.sleep(0)
    assert waiting.done()


async def test_who_waited_first_starts_first() -> None:
    pace = Pace()
    tickets = [await pace.start() for _ in range(YOUNG_MAX_COUNT)]
    order: list[str] = []

    async def start(name: str) -> None:
        await pace.start()
        order.append(name)

    tasks = [asyncio.create_task(start(name)) for name in "abc"]
    await asyncio.sleep(0)
    for ticket in tickets[:3]:
        pace.end(ticket, answered=True)
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "c"]


async def test_a_silent_server_holds_nobody_up_for_long() -> None:
    pace = Pace()
    async with asyncio.timeout(PATIENT_S):
        await asyncio.gather(*(pace.start() for _ in range(5 * YOUNG_MAX_COUNT)))


async def test_a_server_that_is_slow_has_no_more_to_do_than_its_buffer_holds() -> None:
    pace = Pace()
    pace.end(await pace.start(), answered=True)
    waiting = [asyncio.create_task(pace.start()) for _ in range(OUT_MAX_COUNT + 1)]
    await asyncio.wait(waiting[:OUT_MAX_COUNT])
    done, _ = await asyncio.wait(waiting[-1:], timeout=2 * YOUNG_S)
    assert not done, "the young have grown up, and yet nobody may start"
    pace.end(waiting[0].result(), answered=True)
    await waiting[-1]


@pytest.mark.parametrize("is_admitted", [False, True])
async def test_whoever_gives_up_leaves_the_turn_to_the_next(is_admitted: bool) -> None:
    pace = Pace()
    tickets = [await pace.start() for _ in range(YOUNG_MAX_COUNT)]
    gives_up, waits = (asyncio.create_task(pace.start()) for _ in range(2))
    await asyncio.sleep(0)
    if is_admitted:
        pace.end(tickets[0], answered=True)  # its turn has come, but it hasn't run yet
    gives_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    if not is_admitted:
        pace.end(tickets[0], answered=True)
    async with asyncio.timeout(PATIENT_S):
        await waits


async def test_a_ticket_given_back_twice_counts_once() -> None:
    pace = Pace(young_s=60)  # a machine that stands still for a moment makes nobody old
    first, *_ = [await pace.start() for _ in range(YOUNG_MAX_COUNT)]
    pace.end(first, answered=True)
    pace.end(first, answered=True)
    await pace.start()
    waiting = asyncio.create_task(pace.start())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
