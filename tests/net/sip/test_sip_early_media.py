"""What is heard before anybody answers decides how a call goes; SIPp plays generated tones."""

import asyncio
import math
import socket
import struct
from array import array
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kontum_netcheck.model import Cause
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, ring
from kontum_netcheck.net.sip.early_media import Ear
from kontum_netcheck.net.sip.rtp import FRAME_SAMPLES, Packet
from kontum_netcheck.net.sip.sdp import PCMA, offer
from kontum_netcheck.net.tones import Tone
from kontum_netcheck.net.tones.g711 import to_alaw
from tests.sip_peer import Peer, method, peer, reply
from tests.sipp import NEEDS_SIPP, sipp
from tests.spandsp import FaxMachine

NUMBER = "02603000001"
PATIENT_S = 20.0


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


def sound(frequency_hz: float, on_s: float, off_s: float, total_s: float) -> bytes:
    """A tone that comes and goes, in A-law."""
    samples = array("h")
    while len(samples) < total_s * 8_000:
        samples.extend(
            int(6_000 * math.sin(math.tau * frequency_hz * n / 8_000)) for n in range(int(on_s * 8_000))
        )
        samples.extend([0] * int(off_s * 8_000))
    return to_alaw(samples)


@NEEDS_SIPP
@pytest.mark.parametrize(
    ("tone", "ring_for_s", "result", "cause"),
    [
        # Until a tone is known, ring_for_s and 6 s more are patience: SIPp plays as fast as the machine lets it.
        ((425, 0.25, 0.25, 5), PATIENT_S, "congestion", Cause.CONGESTION),
        ((2100, 3.0, 0.1, 3), PATIENT_S, "fax_tone", None),
        ((700, 1.0, 0.0, 9), 0.1, "no_answer", Cause.NO_ANSWER),
    ],
    ids=["congestion", "CED", "an announcement"],
)
async def test_the_sound_of_a_183_decides(
    network: Network,
    tmp_path: Path,
    tone: tuple[float, float, float, float],
    ring_for_s: float,
    result: str,
    cause: Cause | None,
) -> None:
    file = tmp_path / "sound.alaw"
    file.write_bytes(sound(*tone))
    async with sipp(tmp_path, "early_media.xml", sound=str(file)) as exchange:
        account = Account("127.0.0.1", exchange.port)
        measured = await ring(network, account, NUMBER, ring_for_s=ring_for_s, timeout_s=PATIENT_S)
        assert await exchange.succeeded()
    assert (measured.metrics["result"], measured.metrics["status"]) == (result, 183)
    assert (measured.failure and measured.failure.cause) is cause


@asynccontextmanager
async def player(status: str, played: bytes) -> AsyncIterator[Peer]:
    """A peer that answers calls by this status, with its sound all at once: its time stamps say when it was made."""
    loop = asyncio.get_running_loop()

    def exchange(wire: bytes) -> Iterable[bytes]:
        match method(wire):
            case "INVITE":
                return [reply(wire, status, body=offer("127.0.0.1", sound_socket.getsockname()[1], 1))]
            case "CANCEL":
                ended = reply(wire, "487 Request Terminated", changed={"CSeq": "1 INVITE"})
                return [reply(wire, "200 OK"), ended]
            case "BYE":
                return [reply(wire, "200 OK")]
        return []

    def play() -> None:
        """Once we know of the call, we send, and then it does."""
        loop.remove_reader(sound_socket)
        _, caller = sound_socket.recvfrom(2_048)
        play_on(packets(played), caller)

    def play_on(left: list[Packet], caller: tuple[str, int]) -> None:
        """So much at a time as a socket takes."""
        for packet in left[:50]:
            sound_socket.sendto(packet.wire(), caller)
        if left[50:]:
            loop.call_soon(play_on, left[50:], caller)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sound_socket:
        sound_socket.bind(("127.0.0.1", 0))
        loop.add_reader(sound_socket, play)
        try:
            async with peer(exchange) as played_by:
                yield played_by
        finally:
            loop.remove_reader(sound_socket)


async def test_a_ring_back_tone_rings(network: Network) -> None:
    async with player("183 Session Progress", sound(425, 1.0, 4.0, 4)) as exchange:
        account = Account(*exchange.address)
        measured = await ring(network, account, NUMBER, ring_for_s=0.1, timeout_s=PATIENT_S)
    assert (measured.metrics["result"], measured.metrics["status"]) == ("ring", 183)
    assert measured.failure is None


async def test_a_fax_machine_that_introduces_itself_is_read_over_sip(network: Network) -> None:
    """Its sound is that of spandsp: CED, CSI, DIS; the introduction ends the call before its time is over."""
    machine = FaxMachine("0260 3000003", ecm=True)
    answer = b"".join(to_alaw(machine.say()) for _ in range(6 * 50))
    machine.close()
    async with player("200 OK", answer) as exchange:
        account = Account(*exchange.address)
        measured = await ring(network, account, NUMBER, timeout_s=PATIENT_S, listen_s=PATIENT_S)
        await exchange.until("BYE")
    assert measured.failure is None
    told = {name: measured.metrics.get(name) for name in ("result", "tone", "csi", "fax_speed_bit_per_s")}
    assert told == {
        "result": "fax_answered",
        "tone": "v21",
        "csi": "0260 3000003",
        "fax_speed_bit_per_s": 14_400,
    }


@NEEDS_SIPP
async def test_a_fax_that_answers_is_heard_and_hung_up(network: Network, tmp_path: Path) -> None:
    file = tmp_path / "sound.alaw"
    file.write_bytes(sound(2100, 1.5, 1.0, 2))
    async with sipp(tmp_path, "answer_sound.xml", sound=str(file)) as fax:
        account = Account("127.0.0.1", fax.port)
        measured = await ring(network, account, NUMBER, timeout_s=PATIENT_S, listen_s=3.0)
        assert await fax.succeeded()
    assert measured.failure is None
    assert (measured.metrics["result"], measured.metrics["tone"]) == ("fax_tone", "ced")


def packets(alaw: bytes) -> list[Packet]:
    """As a gateway sends it."""
    frames = [alaw[start : start + FRAME_SAMPLES] for start in range(0, len(alaw), FRAME_SAMPLES)]
    return [Packet(PCMA, n, n * FRAME_SAMPLES, 7, frame) for n, frame in enumerate(frames)]


def test_a_sender_that_leaves_silence_out_is_heard_right() -> None:
    heard: list[Tone] = []
    ear = Ear(lambda tone: heard.append(tone.tone))
    silence = to_alaw(array("h", [0] * FRAME_SAMPLES))
    for packet in packets(sound(425, 1.0, 4.0, 10)):
        if packet.payload != silence:
            ear.take(packet, 0.0)
    assert heard == [Tone.RING_BACK]


def test_packets_that_come_twice_or_late_are_not_heard_twice() -> None:
    heard: list[Tone] = []
    ear = Ear(lambda tone: heard.append(tone.tone))
    sent = packets(sound(425, 0.5, 0.5, 4))
    for number, packet in enumerate(sent):
        ear.take(packet, 0.0)
        ear.take(sent[max(0, number - 3)], 0.0)
    assert heard == [Tone.BUSY]


def test_what_is_no_speech_is_not_listened_to() -> None:
    ear = Ear(lambda _: None)
    ear.take(Packet(101, 1, 0, 7, struct.pack("!I", 5)), 0.0)
    ear.take(Packet(PCMA, 1, 0, 7, b"\x00" * 5_000), 0.0)
    assert ear.loud_s == 0
