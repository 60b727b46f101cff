"""The engines that jobs share, and when they look names up anew."""

from kontum_netcheck.agents.networks import Networks
from kontum_netcheck.net.network import NetworkOptions


async def test_jobs_share_their_engines_at_the_more_careful_rate_of_echoes() -> None:
    async with Networks(NetworkOptions(max_pps=500)) as networks:
        with (
            networks.use("a", 1000) as first,
            networks.use("b", 0) as second,
            networks.use("a", 100) as careful,
        ):
            assert first is second
            assert (first.options.max_pps, careful.options.max_pps) == (500, 100)


async def test_a_name_is_looked_up_once_a_run() -> None:
    async with Networks(NetworkOptions()) as networks:
        with networks.use("a", 0) as network:
            first = await network.names.resolve("localhost", 4)
        with networks.use("a", 0) as network:
            assert await network.names.resolve("localhost", 4) is first
        with networks.use("b", 0) as network:
            assert await network.names.resolve("localhost", 4) is not first
