"""SDP, RTP and the echo: what is offered, what is taken, what a path is told to be."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause, MetricValue
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, answer, voice
from kontum_netcheck.net.sip.rtp import Packet, Reception, read_packet
from kontum_netcheck.net.sip.sdp import PCMA, PCMU, Media, offer, read_media
from kontum_netcheck.net.sip.speech import EchoTrial
from tests.sip_peer import method, peer, reply


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_what_we_offer_can_be_read(host: str) -> None:
    assert read_media(offer(host, 4000, 1)) == Media(host, 4000, PCMA)


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 18 0 8\n", Media("192.0.2.1", 4000, PCMU)),
        ("c=IN IP4 192.0.2.1\nm=video 1 RTP/AVP 8\nm=audio 4000 RTP/AVP 8\n", Media("192.0.2.1", 4000, PCMA)),
        ("c=IN IP4 192.0.2.1\nm=audio 4 RTP/AVP 8\nc=IN IP4 192.0.2.2\n", Media("192.0.2.2", 4, PCMA)),
        ("c=IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 8\n", None),
        ("c=IN IP4 192.0.2.1\nm=audio 99999 RTP/AVP 8\n", None),
        ("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 18\n", None),
        ("c=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 8\n", None),
        ("c=IN IP4 224.0.0.1\nm=audio 4000 RTP/AVP 8\n", None),
        ("c=IN IP4 255.255.255.255\nm=audio 4000 RTP/AVP 8\n", None),
        ("c=IN IP4 gw.example\nm=audio 4000 RTP/AVP 8\n", None),
    ],
)
def test_where_to_send_is_read_and_never_to_a_group(body: str, media: Media | None) -> None:
    assert read_media(body.encode()) == media


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_sdp_and_rtp_without_an_error(garbage: bytes) -> None:
    read_media(garbage)
    read_packet(garbage)
    read_packet(b"\xbf\x08" + garbage)


PACKETS = st.builds(
    Packet,
    st.integers(0, 127),
    st.integers(0, 65_535),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=200),
    st.booleans(),
)


@given(PACKETS)
def test_a_packet_that_we_write_we_read(packet: Packet) -> None:
    assert read_packet(packet.wire()) == packet


def test_padding_and_extensions_are_taken_off() -> None:
    plain = Packet(PCMA, 1, 2, 3, b"sound").wire()
    assert read_packet(bytes((plain[0] | 0x20,)) + plain[1:] + b"\0\0\3") == Packet(PCMA, 1, 2, 3, b"sound")
    extended = bytes((plain[0] | 0x10,)) + plain[1:12] + b"\xbe\xde\0\1abcd" + plain[12:]
    assert read_packet(extended) == Packet(PCMA, 1, 2, 3, b"sound")


def arrivals(*came: tuple[int, float]) -> Reception:
    """Packets by sequence number and arrival; each was made 20 ms after the one before it."""
    reception = Reception()
    for sequence, came_s in came:
        reception.add(Packet(PCMA, sequence % 65_536, sequence * 160, 7, b""), came_s)
    return reception


def test_sequence_numbers_wrap() -> None:
    reception = arrivals(*((65_530 + n, n * 0.02) for n in range(12) if n != 4))
    assert (reception.expected_count, reception.received_count) == (12, 11)


def test_time_stamps_wrap() -> None:
    reception = Reception()
    for number in range(9):
        stamp = (2**32 - 4 * 160 + number * 160) % 2**32
        reception.add(Packet(PCMA, number, stamp, 7, b""), number * 0.02)
    assert reception.jitter.s == pytest.approx(0.0, abs=1e-9)


def test_repetitions_are_counted_apart() -> None:
    reception = arrivals((1, 0.0), (1, 0.0), (2, 0.02))
    assert (reception.received_count, reception.duplicate_count) == (2, 1)


def test_the_jitter_is_that_of_rfc_3550() -> None:
    assert arrivals(*((n, n * 0.02) for n in range(50))).jitter.s == pytest.approx(0.0, abs=1e-9)
    late = arrivals((0, 0.0), (1, 0.036), (2, 0.04))  # 16 ms late, then in time again
    first = 0.016 / 16
    assert late.jitter.s == pytest.approx(first + (0.016 - first) / 16)


@pytest.mark.parametrize("payload_type", [PCMA, PCMU])
def test_an_echo_that_loses_a_tenth_and_takes_50_ms_is_told_so(payload_type: int) -> None:
    trial = EchoTrial(2.0, payload_type)
    for number, frame in enumerate(trial.frames()):
        sent_s = number * 0.02
        trial.sent(number, sent_s)
        if number % 10:
            trial.take(Packet(payload_type, 500 + number, 0, 9, frame), sent_s + 0.05)
    metrics = trial.metrics()
    assert (metrics["sent_count"], metrics["received_count"], metrics["loss_pct"]) == (100, 90, 10.0)
    assert metrics["rtt_avg_ms"] == pytest.approx(50.0)
    assert metrics["jitter_ms"] == pytest.approx(0.0, abs=1e-6)
    assert isinstance(metrics["mos"], float)
    assert 2.0 < metrics["mos"] < 3.6


def test_sound_that_was_changed_on_the_way_has_no_round_trip() -> None:
    trial = EchoTrial(0.2, PCMA)
    for number, _ in enumerate(trial.frames()):
        trial.sent(number, number * 0.02)
        trial.take(Packet(PCMA, number, number * 160, 9, b"other"), number * 0.02)
    assert trial.metrics()["loss_pct"] == 0.0
    assert not {"rtt_avg_ms", "mos"} & set(trial.metrics())


@pytest.fixture
async def here() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


@pytest.fixture
async def there() -> AsyncIterator[Network]:
    async with Network() as network:
        yield network


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_two_ends_hear_each_other(here: Network, there: Network, host: str) -> None:
    async with answer(there, host=host) as echo:
        measured = await voice(here, Account(*echo.address), "echo", seconds=0.4)
    assert measured.failure is None
    assert (measured.metrics["result"], measured.metrics["sent_count"]) == ("answered", 20)
    assert {"loss_pct", "jitter_ms", "rtt_avg_ms", "mos", "received_count"} <= set(measured.metrics)


async def test_an_echo_that_hangs_up_leaves_what_was_measured(here: Network, there: Network) -> None:
    speaks = asyncio.Event()

    def note(metrics: Mapping[str, MetricValue]) -> None:
        if "result" in metrics:
            speaks.set()

    async with answer(there) as echo:
        calling = asyncio.create_task(voice(here, Account(*echo.address), "echo", on_progress=note))
        await speaks.wait()
        await asyncio.sleep(0.1)  # some of the ten seconds
    measured = await calling
    assert measured.failure is not None
    assert (measured.failure.cause, measured.failure.detail) == (Cause.CLOSED, "the other side hung up")
    assert measured.metrics["received_count"]


async def test_a_call_without_sound_is_told(here: Network) -> None:
    sdp = offer("127.0.0.1", 9, 1)
    async with peer(
        lambda wire: [reply(wire, "200 OK", body=sdp)] if method(wire) in ("INVITE", "BYE") else []
    ) as deaf:
        measured = await voice(here, Account(*deaf.address), "echo", seconds=0.04)
    assert measured.failure is not None
    assert measured.failure.detail == "none of our sound came back"
    assert (measured.metrics["loss_pct"], "rtt_avg_ms" in measured.metrics) == (100.0, False)


async def test_an_answerer_registers_and_takes_it_back(there: Network) -> None:
    async with (
        peer(lambda wire: [reply(wire, "200 OK")]) as registrar,
        answer(there, Account(*registrar.address, user="echo", password="x")),
    ):
        pass
    assert [b";expires=3600" in wire for wire in registrar.came] == [True, False]
    assert b";expires=0" in registrar.came[-1]
