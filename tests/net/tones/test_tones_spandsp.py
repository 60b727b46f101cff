"""A real fax machine answers (libspandsp2), and our ear understands it: CED, V.21, CSI, DIS."""

import random

import pytest

from kontum_netcheck.net.tones import Listener, Tone, g711
from kontum_netcheck.net.tones.t30 import Introduction, introduction
from tests.sounds import noise
from tests.spandsp import CHUNK, FaxMachine

ANSWER_S = 7


def listened(machine: FaxMachine, noise_dbm0: float | None = None, *, through_g711: bool = False) -> Listener:
    """A listener that has heard the machine's answer."""
    listener, chance = Listener(), random.Random(5)
    for _ in range(ANSWER_S * 50):
        samples = machine.say()
        if noise_dbm0 is not None:
            for i, value in enumerate(noise(CHUNK, chance, noise_dbm0)):
                samples[i] = max(-32768, min(32767, samples[i] + round(value)))
        listener.feed(g711.from_alaw(g711.to_alaw(samples)) if through_g711 else samples)
    machine.close()
    return listener


def introduced(listener: Listener) -> Introduction:
    return introduction(listener.heard().frames)


def test_the_answer_is_ced_then_v21() -> None:
    listener = listened(FaxMachine("0260 3000003"))
    assert [heard.tone for heard in listener.all_heard()] == [Tone.CED, Tone.V21]
    assert listener.all_heard()[0].frequency_hz == pytest.approx(2100, abs=1)


@pytest.mark.parametrize(
    ("modems", "speeds"),
    [(1, (2400, 4800)), (3, (2400, 4800, 7200, 9600)), (7, (2400, 4800, 7200, 9600, 12000, 14400))],
)
def test_number_speeds_and_error_correction_are_read(modems: int, speeds: tuple[int, ...]) -> None:
    said = introduced(listened(FaxMachine("+84 260 3000003", modems=modems, ecm=modems == 7)))
    assert said.csi == "+84 260 3000003"
    assert said.capabilities is not None
    assert said.capabilities.speeds_bit_per_s == speeds
    assert said.capabilities.error_correction is (modems == 7)


def test_the_introduction_is_read_through_g711_and_noise_that_is_10_db_weaker() -> None:
    listener = listened(FaxMachine("0260 3000003"), noise_dbm0=-22, through_g711=True)
    assert introduced(listener).csi == "0260 3000003"
