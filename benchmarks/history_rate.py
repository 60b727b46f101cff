"""How fast and in how much memory `report`, `history` and `diff` answer, as a user starts them, over large stores.

    python benchmarks/history_rate.py [COUNT …]      with 10,000 and 100,000 and 1,000,000 observations
    python benchmarks/history_rate.py --fill FOLDER COUNT [CHECKS]      only fill a store there
    python benchmarks/history_rate.py --ask FOLDER             only ask that one

1,000 checks (or CHECKS), ten a site; a run of all every ten minutes. Each command is a process of its own, start of
Python included, with compiled bytecode as an installed program has it; the best of three. SQLite.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.model import (
    Cause,
    Check,
    Failure,
    KeptObservation,
    LimitsInForce,
    MetricValue,
    Observation,
    Outcome,
    RunBegun,
    RunEnd,
    Stage,
)
from kontum_netcheck.plan import plan
from kontum_netcheck.store.entries import encode
from kontum_netcheck.store.store import Store

START = datetime(2024, 6, 1, tzinfo=UTC)
EVERY = timedelta(minutes=10)
COMMANDS = {
    "report": ["report", "--as-of", "{newest}"],
    "report of the first day": ["report", "--as-of", "2024-06-01T12:00:00+07:00"],
    "report --by check": ["report", "--as-of", "{newest}", "--by", "check"],
    "report, json": ["report", "--as-of", "{newest}", "-f", "json"],
    "history (the runs)": ["history"],
    "history of a site, 7 d": ["history", "site-50"],
    "history of a line, 7 d": ["history", "site-50/line-1"],
    "history of a line, all": ["history", "site-50/line-1", "--since", "2024-01-01"],
    "history of a check, all, json": [
        "history",
        "site-50/line-1/ping",
        "--since",
        "2024-01-01",
        "-f",
        "json",
    ],
    "diff of the last two": ["diff"],
    "diff of first and last": ["diff", "run-000000", "last"],
    "diff since a day": ["diff", "--since", "2024-06-02"],
}
METRICS: dict[str, MetricValue] = {
    "sent_count": 20, "received_count": 20, "loss_pct": 0.0, "loss_upper_pct": 13.9107, "rtt_min_ms": 11.0313,
    "rtt_median_ms": 12.5127, "rtt_p95_ms": 14.9991, "rtt_max_ms": 15.0003, "jitter_ms": 0.7071,
    "duplicate_count": 0, "mos": 4.38, "method": "datagram",
}  # fmt: skip


def main() -> None:
    """Fill and ask."""
    match sys.argv[1:]:
        case ["--fill", folder, size, *more]:
            _fill(Path(folder), int(size), *map(int, more))
        case ["--ask", folder]:
            _ask(Path(folder))
        case sizes:
            for count in map(int, sizes or ["10000", "100000", "1000000"]):
                with tempfile.TemporaryDirectory() as folder:
                    _fill(Path(folder), count)
                    _tell(f"\n{count:,} observations on SQLite")
                    _ask(Path(folder))


def _ask(folder: Path) -> None:
    _tell(f"{'':32}{'time':>9}{'peak':>9}{'lines':>8}{'exit':>6}")
    with Store.open(folder / "evidence.sqlite", writable=False) as store:
        newest = store.runs(most_count=1)[0].last_at + timedelta(minutes=1)
    with tempfile.TemporaryDirectory() as bytecode:
        for label, words in COMMANDS.items():
            asked = [word.format(newest=newest.isoformat(timespec="seconds")) for word in words]
            _measure(folder, label, asked, bytecode)


def _inventory(checks_count: int) -> str:
    lines = [
        "version: 1",
        'province: {code: "62", name: Kon Tum}',
        "carriers: [{id: vnpt, name: VNPT}]",
        'districts: [{code: "608", name: Kon Tum}]',
        "sites:",
    ]
    for site in range(checks_count // 10):
        lines.append(f'  - {{id: site-{site}, name: Site {site}, district: "608", internet: [')
        for line in range(2):
            ends = ", ".join(f"{{ping: 10.{site // 250}.{site % 250}.{5 * line + n}}}" for n in range(5))
            lines.append(f"      {{id: line-{line}, carrier: vnpt, endpoints: [{ends}]}},")
        lines.append("    ]}")
    return "\n".join(lines) + "\n"


def _fill(folder: Path, size: int, checks_count: int = 1000) -> None:
    (folder / "sites.yaml").write_text(_inventory(checks_count), encoding="utf-8")
    checks = plan(load(folder / "sites.yaml", {}).inventory).checks
    limits = [encode(LimitsInForce.of(check)).id for check in checks]
    began = RunBegun("", START, "1.0", "sites.yaml", "", "Kon Tum", "An")
    with Store.open(folder / "evidence.sqlite") as store:
        store.keep({LimitsInForce.of(check): None for check in checks})
        for number in range(size // len(checks)):
            run_id, moment = f"run-{number:06}", START + EVERY * number
            kept = [
                KeptObservation(run_id, limits_id, _seen(check, n, number, moment))
                for n, (check, limits_id) in enumerate(zip(checks, limits, strict=True))
            ]
            end = RunEnd(run_id, moment + timedelta(minutes=1))
            store.keep([replace(began, id=run_id, started_at=moment), *kept, end])


def _seen(check: Check, n: int, number: int, moment: datetime) -> Observation:
    """One in fifty runs a check fails, each at its own time."""
    fails = (number + n) % 50 == 0
    metrics: dict[str, MetricValue] = {} if fails else METRICS | {"rtt_avg_ms": 12.5 + (n + number) % 40}
    return Observation(
        check.id, "ping", check.target, Outcome.FAILED if fails else Outcome.MEASURED,
        moment + timedelta(milliseconds=n), 4023.1234, metrics,
        Failure(Stage.REPLY, Cause.TIMEOUT) if fails else None, "Kon Tum", "An",
    )  # fmt: skip


def _measure(folder: Path, label: str, words: list[str], bytecode: str) -> None:
    store = str(folder / "evidence.sqlite")
    environment = os.environ | {"KONTUM_NETCHECK_STORE": store, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        times.append(time.perf_counter() - began)
    peak_kb = int(done.stderr.splitlines()[-1])
    lines = len(done.stdout.splitlines())
    _tell(f"{label:32}{min(times):7.2f} s{peak_kb / 1024:6.0f} MB{lines:8,}{done.returncode:6}")


_CHILD = """\
import re, sys
from pathlib import Path
from kontum_netcheck.__main__ import main
try:
    main()
finally:
    sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1] + "\\n")
"""


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
