"""The modem probe: the dial tone of the line at hand, and whose fault it is where there is none."""

import sys

import pytest

from kontum_netcheck.model import Cause
from kontum_netcheck.net.modem import PortFault
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.probes.modem import MODEM, ModemParams, run
from tests.hayes import hayes_modem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")

PARAMS = ModemParams(modem="+842603000001")


def test_its_target_is_the_line_and_its_metrics_are_declared() -> None:
    assert PARAMS.target == "+842603000001"
    assert PARAMS.stays_on_this_machine
    assert {metric.name for metric in MODEM.metrics} >= {"result", "tone", "wait_ms", "method"}


async def test_a_dial_tone_is_measured() -> None:
    with hayes_modem("dial_tone") as played:
        async with Network(NetworkOptions(modem_device=played.device)) as network:
            measured = await run(PARAMS, network)
    assert measured.failure is None
    assert set(measured.metrics) == {"result", "tone", "wait_ms", "method"}


async def test_no_dial_tone_is_the_lines_failure() -> None:
    with hayes_modem("no_dial_tone") as played:
        async with Network(NetworkOptions(modem_device=played.device)) as network:
            measured = await run(PARAMS, network)
    assert measured.failure is not None
    assert measured.failure.cause is Cause.NO_DIAL_TONE


async def test_a_missing_modem_is_ours() -> None:
    async with Network(NetworkOptions(modem_device="/dev/ttyNOWHERE")) as network:
        with pytest.raises(PortFault):
            await run(PARAMS, network)
