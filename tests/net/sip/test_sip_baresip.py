"""baresip, a telephone of other people's, really answers: our call, our hanging up, our sound."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, options, ring, voice
from tests.sipp import free_sip_port

BARESIP = shutil.which("baresip")
NEEDS_BARESIP = pytest.mark.skipif(BARESIP is None, reason="baresip is not installed (Debian: baresip-core)")
MODULES = "/usr/lib/baresip/modules"
CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{port}
audio_source aubridge,nil
audio_player aubridge,nil
audio_alert aubridge,nil
module_path {modules}
module g711.so
module aubridge.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""
ACCOUNT = "<sip:phone@127.0.0.1;transport=udp>;regint=0;answermode={mode};audio_codecs=PCMA\n"


@asynccontextmanager
async def baresip(folder: Path, mode: str) -> AsyncIterator[int]:
    """A telephone that answers by itself (`auto`) or only rings (`manual`); its port, once it listens."""
    port = free_sip_port()
    (folder / "config").write_text(CONFIG.format(port=port, modules=MODULES), encoding="utf-8")
    (folder / "accounts").write_text(ACCOUNT.format(mode=mode), encoding="utf-8")
    (folder / "contacts").write_text("", encoding="utf-8")
    assert BARESIP is not None
    process = await asyncio.create_subprocess_exec(
        BARESIP,
        "-f",
        str(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = b""
    while b"baresip is ready" not in said:
        line = await process.stdout.readline()
        assert line, said.decode()
        said += line
    draining = asyncio.create_task(process.stdout.read())
    try:
        yield port
    finally:
        process.kill()
        await process.wait()
        await draining


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


@NEEDS_BARESIP
async def test_it_answers_options_and_says_who_it_is(network: Network, tmp_path: Path) -> None:
    async with baresip(tmp_path, "manual") as port:
        measured = await options(network, Account("127.0.0.1", port, domain="127.0.0.1", user="phone"))
    assert measured.failure is None
    assert str(measured.metrics.get("server", "baresip")).startswith("baresip")


@NEEDS_BARESIP
async def test_it_rings_until_we_give_up(network: Network, tmp_path: Path) -> None:
    async with baresip(tmp_path, "manual") as port:
        measured = await ring(network, Account("127.0.0.1", port), "phone", ring_for_s=0.2)
    assert (measured.metrics["result"], measured.metrics["status"]) == ("ring", 180)


@NEEDS_BARESIP
async def test_it_answers_and_is_hung_up(network: Network, tmp_path: Path) -> None:
    async with baresip(tmp_path, "auto") as port:
        measured = await ring(network, Account("127.0.0.1", port), "phone")
    assert (measured.metrics["result"], measured.metrics["status"], measured.failure) == (
        "answered",
        200,
        None,
    )


@NEEDS_BARESIP
async def test_its_player_and_its_microphone_are_one_and_so_it_is_an_echo(
    network: Network, tmp_path: Path
) -> None:
    async with baresip(tmp_path, "auto") as port:
        measured = await voice(network, Account("127.0.0.1", port), "phone", seconds=0.6)
    assert measured.failure is None
    assert {"loss_pct", "jitter_ms", "rtt_avg_ms", "mos"} <= set(measured.metrics)
    jitter_ms = measured.metrics["jitter_ms"]
    assert isinstance(jitter_ms, float)
    assert jitter_ms < 1_000
