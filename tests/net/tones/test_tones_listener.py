"""The listener against tones made of formulas: call progress, CED, CNG, V.21; and what is none of them."""

import random

import pytest

from kontum_netcheck.net.tones import Heard, Listener, Tone, g711
from kontum_netcheck.net.tones.hdlc import framed_bits
from kontum_netcheck.net.tones.t30 import Fcf, frame, ident_field
from tests.sounds import (
    Sound,
    answer_of_modem,
    cadence,
    noisy,
    samples,
    silence,
    speech,
    tone,
    v21,
    with_losses,
)

INTRODUCTION = [
    frame(Fcf.CSI, ident_field("0260 3000003"), final=False),
    frame(Fcf.DIS, bytes((0x00, 0xEE, 0xF8, 0xC4))),
]
SOUNDS: dict[Tone, Sound] = {
    Tone.DIAL: tone(2.5, 425),
    Tone.RING_BACK: cadence(4, 1, 4),
    Tone.BUSY: cadence(3, 0.5, 0.5),
    Tone.CONGESTION: cadence(2.5, 0.25, 0.25),
    Tone.CED: tone(2.6, 2100),
    Tone.CNG: cadence(3, 0.5, 3, 1100),
    Tone.V21: v21(framed_bits(INTRODUCTION)),
}


def heard(sound: Sound) -> tuple[Heard, ...]:
    listener = Listener()
    listener.feed(samples(sound))
    return listener.all_heard()


def tones(sound: Sound) -> list[Tone]:
    return [each.tone for each in heard(sound)]


@pytest.mark.parametrize("wanted", SOUNDS)
def test_each_tone_is_heard_as_what_it_is_and_as_nothing_else(wanted: Tone) -> None:
    assert tones(silence(0.4) + SOUNDS[wanted]) == [wanted]


@pytest.mark.parametrize("wanted", SOUNDS)
def test_a_tone_is_heard_over_noise_that_is_10_db_weaker_and_through_one_lost_packet_in_fifty(
    wanted: Tone,
) -> None:
    chance = random.Random(7)
    sound = noisy(silence(0.4) + SOUNDS[wanted], chance, level_dbm0=-25)
    assert tones(sound if wanted is Tone.V21 else with_losses(sound, chance, 2)) == [wanted]


@pytest.mark.parametrize("offset_hz", [-15, 15])
def test_a_tone_that_is_off_by_15_hz_is_heard_and_its_frequency_told(offset_hz: float) -> None:
    found = heard(silence(0.2) + cadence(3, 0.5, 0.5, 425 + offset_hz))
    assert [each.tone for each in found] == [Tone.BUSY]
    assert found[0].frequency_hz == pytest.approx(425 + offset_hz, abs=1)


def test_level_and_times_are_told() -> None:
    (found,) = heard(silence(0.5) + tone(2.6, 2100, level_dbm0=-30))
    assert found.level_dbm0 == pytest.approx(-30, abs=0.5)
    assert found.since_s == pytest.approx(0.5, abs=0.02)
    assert found.known_s == pytest.approx(1.2, abs=0.05)


def test_reversals_of_phase_tell_a_data_modem() -> None:
    (found,) = heard(answer_of_modem(3.3))
    assert (found.tone, found.reversals_count) == (Tone.CED, 7)


def test_frames_of_a_fax_machine_come_with_the_tone() -> None:
    (found,) = heard(silence(0.3) + SOUNDS[Tone.V21] + silence(0.2))
    assert found.frames == tuple(INTRODUCTION)


@pytest.mark.parametrize("skew", [0.99, 1.01])
def test_a_sender_whose_clock_is_wrong_by_a_hundredth_is_read(skew: float) -> None:
    (found,) = heard(v21(framed_bits(INTRODUCTION), skew=skew) + silence(0.2))
    assert found.frames == tuple(INTRODUCTION)


def test_a_call_is_told_in_its_order() -> None:
    call = cadence(5, 1, 4) + tone(3, 2100) + silence(0.075) + SOUNDS[Tone.V21]
    assert tones(call) == [Tone.RING_BACK, Tone.CED, Tone.V21]


@pytest.mark.parametrize(
    "sound",
    [
        silence(2),
        tone(3, 350, 440),  # a dial tone of North America
        tone(3, 2040),
        tone(3, 1004),
        cadence(3, 0.5, 0.5, 480),
        cadence(6, 0.2, 3, 1100),
        tone(0.5, 2100) + silence(1),
    ],
    ids=["silence", "us-dial", "2040", "1004", "480-busy", "short-cng", "short-ced"],
)
def test_other_tones_are_none_of_ours(sound: Sound) -> None:
    assert tones(sound) == []


def test_a_note_of_music_and_other_notes_after_it_are_no_ring() -> None:
    assert tones(tone(1, 440) + tone(1, 330) + tone(2, 524) + tone(0.5, 440) + tone(0.5, 330)) == []


def test_speech_is_no_tone() -> None:
    assert tones(speech(4, random.Random(3))) == []


def test_sound_may_come_in_pieces_of_any_size() -> None:
    whole, listener, chance = samples(SOUNDS[Tone.BUSY]), Listener(), random.Random(1)
    while whole:
        size = chance.randint(1, 700)
        listener.feed(memoryview(whole[:size]))
        del whole[:size]
    assert listener.heard().tone is Tone.BUSY


@pytest.mark.parametrize("codec", ["alaw", "ulaw"])
def test_a_tone_is_heard_through_g711(codec: str) -> None:
    sound = samples(cadence(3, 0.5, 0.5, level_dbm0=-40))
    if codec == "alaw":
        sound = g711.from_alaw(g711.to_alaw(sound))
    else:
        sound = g711.from_ulaw(g711.to_ulaw(sound))
    listener = Listener()
    listener.feed(sound)
    assert listener.heard().tone is Tone.BUSY


def test_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="8000"):
        Listener(16000)
