"""How much an agent takes: as much as keeps its engine fed, no faster than anybody wants, no more echoes than fit."""

import asyncio
from dataclasses import replace

from kontum_netcheck.agents.feed import Feed
from kontum_netcheck.model import Check
from kontum_netcheck.probes import PROBES
from tests.agents.world import check_of

TCP = check_of(PROBES["tcp"].params(tcp="127.0.0.1:1"))
PING = check_of(PROBES["ping"].params(ping="127.0.0.1", count="20"))


def some(check: Check, count: int) -> list[Check]:
    """So many questions of a kind."""
    return [replace(check, id=f"{check.id}/{number}") for number in range(count)]


async def test_it_is_hungry_until_two_usual_jobs_wait_to_be_started() -> None:
    feed = Feed(0.0, 1000, 500)
    with feed.share(some(TCP, 50)):
        assert feed.is_hungry
        with feed.share(some(TCP, 50)):
            assert not feed.is_hungry
        assert feed.is_hungry


async def test_what_was_started_waits_no_more() -> None:
    feed = Feed(0.0, 1000, 500)
    with feed.share(some(TCP, 100)) as share:
        assert not feed.is_hungry
        await share.next()
        assert feed.is_hungry
        assert (feed.waiting_count, feed.running_count) == (99, 1)
        share.ended()
    assert (feed.waiting_count, feed.running_count) == (0, 0)


async def test_no_more_echoes_are_taken_than_ten_seconds_can_send() -> None:
    feed = Feed(0.0, 100, 500)
    with feed.share(some(PING, 50)):
        assert not feed.is_hungry
    assert feed.is_hungry


async def test_without_a_limit_of_echoes_none_holds() -> None:
    feed = Feed(0.0, 0, 500)
    with feed.share(some(PING, 99)):
        assert feed.is_hungry


async def test_the_slowest_job_sets_the_rate_as_long_as_it_is_under_way() -> None:
    feed = Feed(200.0, 1000, 500)
    rates = []
    with feed.share([TCP], 0.0):
        rates.append(feed.rate_per_s)
        with feed.share([TCP], 50.0), feed.share([TCP], 900.0):
            rates.append(feed.rate_per_s)
    assert [*rates, feed.rate_per_s] == [200.0, 50.0, 200.0]


async def test_who_is_sated_is_woken_by_what_is_started() -> None:
    feed = Feed(0.0, 1000, 500)
    with feed.share(some(TCP, 100)) as share:
        waiting = asyncio.create_task(feed.changed())
        await asyncio.sleep(0)
        assert not waiting.done()
        await share.next()
        await waiting


async def test_a_job_that_is_broken_off_gives_its_places_back() -> None:
    feed = Feed(0.0, 1000, 1)
    with feed.share(some(TCP, 2)) as share:
        await share.next()
        second = asyncio.create_task(share.next())
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        share.ended()
    with feed.share([TCP]) as share:
        async with asyncio.timeout(30):
            await share.next()
        share.ended()
