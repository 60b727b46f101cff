"""HDLC, T.30 and G.711: what is written is read again, and what strangers send never breaks us."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.tones import g711
from kontum_netcheck.net.tones.hdlc import Deframer, fcs, framed_bits, with_fcs, without_fcs
from kontum_netcheck.net.tones.t30 import Fcf, dis, frame, ident, ident_field, introduction, is_final

FRAMES = st.lists(st.binary(min_size=3, max_size=60), max_size=4)


def deframed(bits: list[int]) -> list[bytes]:
    deframer = Deframer()
    return [frame for bit in bits if (frame := deframer.feed(bit)) is not None]


@given(FRAMES, st.lists(st.integers(0, 1), max_size=40))
def test_frames_come_out_of_a_bit_stream_as_they_went_in(frames: list[bytes], before: list[int]) -> None:
    assert deframed([*before, 0, *framed_bits(frames, flags_count=3)])[-len(frames) or 99 :] == frames


@given(st.lists(st.integers(0, 1), max_size=3000))
def test_no_stream_of_bits_breaks_the_deframer(bits: list[int]) -> None:
    assert all(len(each) <= 300 for each in deframed(bits))


@given(st.binary(min_size=3, max_size=60), st.integers(0, 10_000))
def test_a_frame_with_a_wrong_bit_is_no_frame(data: bytes, place: int) -> None:
    broken = bytearray(with_fcs(data))
    broken[place // 8 % len(broken)] ^= 1 << place % 8
    assert bytes(broken) != with_fcs(data)
    assert without_fcs(bytes(broken)) == bytes(broken)


def test_the_checksum_is_that_of_x25() -> None:
    assert fcs(b"123456789") ^ 0xFFFF == 0x906E  # the published check value of CRC-16/X-25


def test_a_dis_of_an_office_machine_is_read() -> None:
    can = dis(bytes((0x20, 0xEE, 0xF8, 0xC4)))
    assert can.speeds_bit_per_s == (2400, 4800, 7200, 9600, 12000, 14400)
    assert (can.receives, can.fine, can.two_dimensional, can.error_correction, can.t6, can.v8) == (
        True, True, True, True, True, True,
    )  # fmt: skip
    assert can.line_ms == 0


def test_bits_beyond_the_extend_bit_are_not_there() -> None:
    assert not dis(bytes((0x00, 0xEE, 0x78, 0xFF))).error_correction


@given(st.binary(max_size=80))
def test_any_field_is_read_as_a_dis(field: bytes) -> None:
    assert dis(field).fastest_bit_per_s in (None, 2400, 4800, 9600, 14400)


@given(st.text("0123456789+ ", max_size=20))
def test_a_number_comes_back_as_it_was_sent(text: str) -> None:
    assert ident(ident_field(text)) == text.strip()


@given(st.binary(max_size=40))
def test_a_strangers_number_can_be_printed(field: bytes) -> None:
    assert ident(field).isprintable()


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_frames_break_the_introduction(frames: list[bytes]) -> None:
    introduction(frames)


def test_frames_of_other_addresses_and_kinds_say_nothing() -> None:
    foreign = bytes((0x7F, 0x03, Fcf.CSI)) + ident_field("1")
    assert introduction([foreign, frame(Fcf.NSF, b"\0\0"), b""]).csi is None


def test_the_last_frame_of_a_signal_says_so() -> None:
    assert is_final(frame(Fcf.DIS))
    assert not is_final(frame(Fcf.CSI, final=False))


@pytest.mark.parametrize("name", ["alaw", "ulaw"])
def test_every_code_of_g711_comes_back(name: str) -> None:
    decode, encode = getattr(g711, f"from_{name}"), getattr(g711, f"to_{name}")
    codes = bytes(range(256))
    again = encode(decode(codes))
    assert [a for a, b in zip(again, codes, strict=True) if a != b] == ([] if name == "alaw" else [0xFF])


@pytest.mark.parametrize(("name", "part"), [("alaw", 0.035), ("ulaw", 0.035)])
def test_g711_keeps_loud_samples_to_a_few_hundredths(name: str, part: float) -> None:
    decode, encode = getattr(g711, f"from_{name}"), getattr(g711, f"to_{name}")
    for sample in (-32000, -9000, -700, 700, 9000, 32000):
        assert abs(decode(encode(array("h", [sample])))[0] - sample) <= part * abs(sample)
