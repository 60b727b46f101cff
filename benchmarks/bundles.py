"""How long a bundle takes to be written, verified and imported, how large it is, and how much memory each takes.

    python benchmarks/bundles.py [OBSERVATIONS]

Each step is a process of its own, as a person starts it, on a store of generated pings. Beside one more import another
writer keeps an observation at a time, and says how long it had to wait. Peers in the same run: `zip`
and `unzip -t` of the same lines, which hash, sign and check nothing.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kontum_netcheck.model import Evidence, KeptObservation, Observation, Outcome, RunBegun
from kontum_netcheck.store.store import Store

CHECKS_COUNT = 5000
NOON = datetime(2026, 6, 10, 5, tzinfo=UTC)


def facts(count: int) -> Iterator[list[Evidence]]:
    """Runs of 5,000 pings each, with numbers that compress as badly as real ones."""
    dice = random.Random(1)
    for number in range(-(-count // CHECKS_COUNT)):
        at = NOON + timedelta(minutes=15 * number)
        run = RunBegun(
            f"{dice.getrandbits(128):032x}", at, "0.1.0", "sites.yaml", "", "may-608", "Nguyễn Văn An"
        )
        size = min(CHECKS_COUNT, count - number * CHECKS_COUNT)
        yield [run, *(KeptObservation(run.id, "", ping(dice, at, check)) for check in range(size))]


def ping(dice: random.Random, at: datetime, check: int) -> Observation:
    """What a burst of ten echoes brings home."""
    rtt_ms = dice.lognormvariate(3, 0.5)
    return Observation(
        check_id=f"site-{check // 5}/ftth/ping/{check % 5}",
        probe="ping",
        target=f"192.0.2.{check % 250}",
        outcome=Outcome.MEASURED,
        started_at=at + timedelta(seconds=dice.uniform(0, 60)),
        duration_ms=rtt_ms * 10,
        metrics={
            "sent_count": 10,
            "received_count": 10,
            "loss_pct": 0.0,
            "rtt_min_ms": rtt_ms * 0.9,
            "rtt_avg_ms": rtt_ms,
            "rtt_max_ms": rtt_ms * dice.uniform(1, 3),
            "jitter_ms": dice.uniform(0, 5),
            "method": "datagram",
        },
        vantage="may-608",
        operator="Nguyễn Văn An",
    )


def timed(folder: Path, *command: str) -> tuple[float, float, int]:
    """Wall and CPU seconds and peak memory in MB of a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def beside(folder: Path, *command: str) -> None:
    """Keep one observation after the other while the command holds the store for itself; count them afterwards."""
    waits_s, dice = [0.0], random.Random(2)
    run = RunBegun("beside", NOON, "0.1.0", "sites.yaml", "", "noc", "Bình")
    with Store.open(folder / "third.sqlite", told=lambda _: None) as store:
        store.keep([run])
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            began = time.perf_counter()
            store.keep([KeptObservation(run.id, "", ping(dice, NOON, len(waits_s)))])
            waits_s.append(time.perf_counter() - began)
            time.sleep(0.01)
        kept_count = len(store.of_run(run.id))
    print(  # noqa: T201
        f"another writer meanwhile: {len(waits_s) - 1} kept, {len(waits_s) - 1 - kept_count} lost, "
        f"waited {max(waits_s):.1f} s at most"
    )


def seed(file: str, count: int) -> None:
    """A store of so many observations."""
    with Store.open(file) as store:
        for part in facts(count):
            store.keep(part)


def main() -> None:
    """Generate, export, verify, import, import again."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    program = (sys.executable, "-m", "kontum_netcheck", "evidence")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeding = (
            sys.executable,
            __file__,
            str(count),
            str(folder / "here.sqlite"),
        )  # keeps this process small
        subprocess.run(seeding, check=True)
        into = (*program, "import", "a.knc.zip", "--accept-unsigned", "--store", "there.sqlite")
        steps = {
            "export": (*program, "export", "-o", "a.knc.zip", "--unsigned", "--store", "here.sqlite"),
            "verify": (*program, "verify", "a.knc.zip", "--accept-unsigned"),
            "import": into,
            "import again": into,
        }
        if shutil.which("zip") and shutil.which("unzip"):
            steps |= {
                "unzip": ("unzip", "a.knc.zip", "-d", "lines"),
                "zip": ("zip", "-r", "b.zip", "lines"),
                "unzip -t": ("unzip", "-t", "b.zip"),
            }
        print(f"{count} observations")  # noqa: T201
        for step, command in steps.items():
            wall_s, cpu_s, memory_mb = timed(folder, *command)
            print(f"{step:13}{wall_s:7.2f} s wall{cpu_s:7.2f} s CPU{memory_mb:6} MB")  # noqa: T201
        beside(folder, *into[:-1], "third.sqlite")
        for file in sorted(folder.glob("*.*")):
            print(f"{file.name:13}{file.stat().st_size / 1e6:7.1f} MB")  # noqa: T201
        print(f"{'lines':13}{sum(f.stat().st_size for f in folder.glob('lines/*')) / 1e6:7.1f} MB")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) > 2:
        seed(sys.argv[2], int(sys.argv[1]))
    else:
        main()
