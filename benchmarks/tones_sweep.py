"""Which tones does the ear hear, and what does it cost? Each over a sweep of frequency, level, noise and loss.

    python benchmarks/tones_sweep.py [TRIALS [MINUTES]]

All sound is made of formulas (tests/sounds.py), goes through A-law, and begins at a random moment of silence. A lost
packet is 20 ms of silence: the worst that a receiver can put there. Noise is white over 0 to 4 kHz. MINUTES of each
sound that is no tone tell how often one is heard all the same. The tables are Markdown, as docs/tones.md shows them.
"""

import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from kontum_netcheck.net.tones import Listener, Tone, g711
from kontum_netcheck.net.tones.hdlc import framed_bits
from kontum_netcheck.net.tones.t30 import Fcf, frame, ident_field
from tests.sounds import Sound, cadence, noisy, samples, silence, speech, tone, v21, with_losses

FRAMES = [
    frame(Fcf.CSI, ident_field("0260 3000003"), final=False),
    frame(Fcf.DIS, bytes((0, 0xEE, 0xF8, 0xC4))),
]
_NO_NOISE_DB = 99.0


@dataclass(frozen=True)
class Line:
    """How a line treats a tone."""

    name: str
    offset_hz: float = 0.0
    level_dbm0: float = -15.0
    snr_db: float = _NO_NOISE_DB
    loss_pct: float = 0.0


LINES = (
    Line("as specified"),
    Line("−15 Hz", offset_hz=-15),
    Line("+15 Hz", offset_hz=15),
    Line("−10 dBm0", level_dbm0=-10),
    Line("−40 dBm0", level_dbm0=-40),
    Line("SNR 20 dB", snr_db=20),
    Line("SNR 10 dB", snr_db=10),
    Line("loss 1 %", loss_pct=1),
    Line("loss 3 %", loss_pct=3),
    Line("loss 5 %", loss_pct=5),
    Line("all: −15 Hz, −35 dBm0, 10 dB, 2 %", -15, -35, 10, 2),
    Line("all: +15 Hz, −35 dBm0, 10 dB, 2 %", 15, -35, 10, 2),
    Line("beyond: +30 Hz", offset_hz=30),
    Line("beyond: +60 Hz", offset_hz=60),
    Line("beyond: −47 dBm0", level_dbm0=-47),
    Line("beyond: SNR 3 dB", snr_db=3),
    Line("beyond: SNR 0 dB", snr_db=0),
    Line("beyond: loss 15 %", loss_pct=15),
)
"""The last ones show where it ends."""


def _made(wanted: Tone, line: Line) -> Sound:
    """The tone as a person waits for it: two rings, five busy cycles …"""
    size, off = line.level_dbm0, line.offset_hz
    match wanted:
        case Tone.DIAL:
            return tone(4, 425 + off, level_dbm0=size)
        case Tone.RING_BACK:
            return cadence(10, 1, 4, 425 + off, size)
        case Tone.BUSY:
            return cadence(5, 0.5, 0.5, 425 + off, size)
        case Tone.CONGESTION:
            return cadence(4, 0.25, 0.25, 425 + off, size)
        case Tone.CED:
            return tone(3, 2100 + off, level_dbm0=size)
        case Tone.CNG:
            return cadence(7, 0.5, 3, 1100 + off, size)
        case _:
            return v21(framed_bits(FRAMES), size) + silence(0.2)


TONES = tuple(each for each in Tone if each is not Tone.NONE)


def heard(sound: Sound) -> Listener:
    """What the ear makes of it, through A-law."""
    listener = Listener()
    listener.feed(g711.from_alaw(g711.to_alaw(samples(sound))))
    return listener


def trial(wanted: Tone, line: Line, seed: int) -> tuple[bool, bool, bool]:
    """Whether the tone was heard, whether another one was, and whether both T.30 frames could be read."""
    chance = random.Random(f"{wanted}{line}{seed}")
    sound = silence(chance.uniform(0.2, 0.6)) + _made(wanted, line)
    if line.snr_db != _NO_NOISE_DB:
        sound = noisy(sound, chance, line.level_dbm0 - line.snr_db)
    listener = heard(with_losses(sound, chance, line.loss_pct))
    found = {each.tone for each in listener.all_heard()}
    return wanted in found, bool(found - {wanted}), len(listener.heard().frames) == len(FRAMES)


def row(line: Line, trials: int) -> str:
    """A line of the table: how many of the trials each tone was heard in, and how often another was."""
    cells, wrong = [], 0
    for wanted in TONES:
        # a V.21 sender that is off by 15 Hz is out of its specification (± 12 Hz, V.21, 3)
        asked = replace(line, offset_hz=0.0) if wanted is Tone.V21 else line
        results = [trial(wanted, asked, seed) for seed in range(trials)]
        cells.append(f"{sum(right for right, _, _ in results)}")
        wrong += sum(other for _, other, _ in results)
    cells.append(f"{sum(whole for _, _, whole in results)}")  # of V.21, the last one
    return f"| {line.name} | {' | '.join(cells)} | {wrong} |"


def _music(chance: random.Random) -> Sound:
    """Notes of the tempered scale with overtones; A4 to A♭4 (415 Hz) lie beside 425 Hz."""
    notes = [440 * 2 ** (chance.randint(-24, 12) / 12) for _ in range(3)]
    length = chance.choice((0.125, 0.25, 0.5, 1.0))
    return tone(length, *notes, *(2 * note for note in notes), level_dbm0=-24)


def _melody(chance: random.Random) -> Sound:
    """One voice, as in the music that subscribers choose instead of a ring-back tone."""
    note, length = 440 * 2 ** (chance.randint(-12, 12) / 12), chance.choice((0.25, 0.5, 1.0))
    voice, overtone = tone(length, note, level_dbm0=-18), tone(length, 2 * note, level_dbm0=-26)
    return [a + b for a, b in zip(voice, overtone, strict=True)] + silence(chance.choice((0.0, 0.1)))


def _keys(chance: random.Random) -> Sound:
    """A key of a telephone: two of eight frequencies (ITU-T Q.23)."""
    low, high = chance.choice((697, 770, 852, 941)), chance.choice((1209, 1336, 1477, 1633))
    return tone(0.1, low, high, level_dbm0=-10) + silence(0.1)


OTHERS: dict[str, Callable[[random.Random], Sound]] = {
    "speech (made of formulas)": lambda chance: speech(2, chance),
    "music (chords and scales)": _music,
    "a melody of single notes": _melody,
    "telephone keys (DTMF)": _keys,
    "white noise, −20 dBm0": lambda chance: noisy(silence(1), chance, -20),
    "North American dial tone, 350 + 440 Hz": lambda _: tone(5, 350, 440),
    "North American busy, 480 + 620 Hz": lambda _: tone(0.5, 480, 620) + silence(0.5),
    "1004 Hz test tone": lambda _: tone(5, 1004),
}


def false_alarms(name: str, minutes: float) -> str:
    """A line of the second table: tones heard in that many minutes of something else."""
    chance, listener, made_s = random.Random(name), Listener(), 0.0
    while made_s < 60 * minutes:
        sound = OTHERS[name](chance)
        made_s += len(sound) / 8000
        listener.feed(g711.from_alaw(g711.to_alaw(samples(sound))))
    tones = [each.tone.value for each in listener.all_heard()]
    return f"| {name} | {made_s / 60:.0f} | {', '.join(tones) or 'none'} |"


def cost_ms_per_s(sound: Sound) -> float:
    """CPU for a second of sound."""
    heard_sound, listener = samples(sound), Listener()
    started_s = process_time()
    listener.feed(heard_sound)
    return (process_time() - started_s) * 1000 / (len(heard_sound) / 8000)


def costs() -> Iterator[str]:
    """The third table."""
    chance = random.Random(1)
    for name, sound in (
        ("silence", silence(20)),
        ("a 425 Hz tone", tone(20, 425)),
        ("a ring-back tone", cadence(20, 1, 4)),
        ("2100 Hz", tone(20, 2100)),
        ("speech", speech(20, chance)),
        ("V.21 frames", v21(framed_bits(FRAMES * 10))),
    ):
        yield f"| {name} | {min(cost_ms_per_s(sound) for _ in range(3)):.1f} |"


def main() -> None:
    """Print the tables."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    out = sys.stdout
    out.write(f"Of {trials} trials, those in which the tone was heard:\n\n")
    out.write(
        f"| line | {' | '.join(TONES)} | CSI and DIS read | another tone |\n|---|{'---:|' * (len(TONES) + 2)}\n"
    )
    with ProcessPoolExecutor(max_workers=2) as pool:
        for text in pool.map(row, LINES, [trials] * len(LINES)):
            out.write(text + "\n")
            out.flush()
        out.write("\n| sound that is no tone | minutes | tones heard |\n|---|---:|---|\n")
        for text in pool.map(false_alarms, OTHERS, [minutes] * len(OTHERS)):
            out.write(text + "\n")
    out.write("\n| sound | CPU, ms for a second of it |\n|---|---:|\n" + "\n".join(costs()) + "\n")


if __name__ == "__main__":
    main()
