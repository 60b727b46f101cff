"""How fast the store takes evidence in, and how fast and in how much memory it answers.

    python benchmarks/store_rate.py [COUNT …]        SQLite, with 10,000 and 100,000 and 1,000,000 observations
    python benchmarks/store_rate.py --postgresql …   a temporary server of Debian's package

1,000 checks of 100 sites, ping-like observations, a run every ten minutes, by turns from two vantages. Each question is
asked in a process of its own, which tells its time (the best of three), its peak memory, and what it had before the
question.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kontum_netcheck.model import (
    KeptObservation,
    Limit,
    LimitsInForce,
    Observation,
    Outcome,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.selecting import Selected
from kontum_netcheck.store.store import Store

CHECKS = [f"site-{n // 10}/line-{n // 5 % 2}/ping/{n % 5}" for n in range(1000)]
START = datetime(2024, 6, 1, tzinfo=UTC)
BATCH_COUNT = 500
LIMITS = LimitsInForce((Limit("loss_pct", 1.0, 3.0, True, "QCVN 34:2019/BTTTT"),), timedelta(hours=24))
LIMITS_ID = encode(LIMITS).id
METRICS = {
    "sent_count": 20, "received_count": 20, "loss_pct": 0.0, "loss_upper_pct": 13.9107, "rtt_min_ms": 11.0313,
    "rtt_median_ms": 12.5127, "rtt_p95_ms": 14.9991, "rtt_max_ms": 15.0003, "jitter_ms": 0.7071,
    "duplicate_count": 0, "mos": 4.38, "method": "datagram",
}  # fmt: skip

Question = Callable[[Store, str, datetime], int]
QUESTIONS: dict[str, Question] = {
    "newest of 1,000 checks": lambda store, run, end: len(store.newest(CHECKS, end)),
    "newest, as of half time": lambda store, run, end: len(store.newest(CHECKS, START + (end - START) / 2)),
    "newest of each of 2 vantages": lambda store, run, end: len(store.newest(CHECKS, end, per_vantage=True)),
    "series of a site": lambda store, run, end: len(store.series("site-50")),
    "series of a service": lambda store, run, end: len(store.series("site-50/line-1")),
    "series of a service, a day": lambda store, run, end: len(
        store.series("site-50/line-1", end - timedelta(days=1))
    ),
    "of a run": lambda store, run, end: len(store.of_run(run)),
    "all runs": lambda store, run, end: len(store.runs()),
    "sites unknown": lambda store, run, end: len(store.sites_unknown({f"site-{n}" for n in range(99)})),
    "entries of a site": lambda store, run, end: sum(
        1 for _ in store.entries(Selected(site_ids=frozenset({"site-7"})))
    ),
}


def main() -> None:
    """Fill and ask; a child process asks one question."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--ask"]:
        _ask(*arguments[1:])
        return
    postgresql = "--postgresql" in arguments
    sizes = [int(word) for word in arguments if word.isdigit()] or [10_000, 100_000, 1_000_000]
    for size in sizes:
        with _place(postgresql) as where:
            _measure(where, size)


@contextmanager
def _place(postgresql: bool) -> Iterator[str]:
    if not postgresql:
        with tempfile.TemporaryDirectory() as folder:
            yield f"{folder}/evidence.sqlite"
        return
    from tests.store.postgresql import server

    with server() as folder:
        yield f"postgresql://netcheck@/postgres?host={folder}"


def _measure(where: str, size: int) -> None:
    began = time.perf_counter()
    run_id, end = _fill(where, size)
    took_s = time.perf_counter() - began
    file = Path(where)
    bytes_each = f", {file.stat().st_size / size:.0f} bytes each" if file.exists() else ""
    _tell(f"\n{size:,} observations on {where.split(':')[0] if '://' in where else 'SQLite'}")
    _tell(f"kept at {size / took_s:,.0f} a second, {BATCH_COUNT} a commit{bytes_each}")
    _tell(f"{'':28}{'rows':>8}{'time':>9}{'peak':>9}{'before':>9}")
    for name in QUESTIONS:
        command = [sys.executable, __file__, "--ask", where, name, run_id, end.isoformat()]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        _tell(
            f"{name:28}{told['rows']:8,}{told['time_s']:7.3f} s{told['peak_mb']:6.0f} MB{told['before_mb']:6.0f} MB"
        )


def _fill(where: str, size: int) -> tuple[str, datetime]:
    began = RunBegun("", START, "1.0", "sites.yaml", "", "Kon Tum", "An")
    run_id, moment = "", START
    with Store.open(where) as store:
        for number in range(size // len(CHECKS)):
            run_id, moment = f"run-{number:06}", START + timedelta(minutes=10 * number)
            store.keep([LIMITS, replace(began, id=run_id, started_at=moment)])
            for first in range(0, len(CHECKS), BATCH_COUNT):
                store.keep(_seen(run_id, moment, n) for n in range(first, first + BATCH_COUNT))
            store.keep([RunEnd(run_id, moment + timedelta(minutes=1))])
    return run_id, moment + timedelta(minutes=5)


def _seen(run_id: str, moment: datetime, n: int) -> KeptObservation:
    metrics = METRICS | {"rtt_avg_ms": 12.5 + n / 997}
    observation = Observation(
        CHECKS[n], "ping", "192.0.2.10", Outcome.MEASURED, moment + timedelta(milliseconds=n), 4023.1234, metrics,
        None, "noc" if run_id[-1] in "02468" else "dak-to", "An",
    )  # fmt: skip
    return KeptObservation(run_id, LIMITS_ID, observation)


def _ask(where: str, name: str, run_id: str, end: str) -> None:
    with Store.open(where, writable=False) as store:
        store.check_ids("nowhere")
        before_kb = _peak_kb()
        times = []
        for _ in range(3):
            began = time.perf_counter()
            rows = QUESTIONS[name](store, run_id, datetime.fromisoformat(end))
            times.append(time.perf_counter() - began)
    told = {"rows": rows, "time_s": min(times), "peak_mb": _peak_kb() / 1024, "before_mb": before_kb / 1024}
    _tell(json.dumps(told))


def _peak_kb() -> int:
    """Not of getrusage, which a child takes over from its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
