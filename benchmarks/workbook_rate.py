"""How fast and in how much memory a report of 2,323 sites becomes a workbook, as a user starts it.

    python benchmarks/workbook_rate.py [SITES]

Each site has two lines with seven end points together, a phone and a fax; the store holds a run of all of them, a
person's word for each phone and fax, and eleven earlier runs of the pings. No two checks took the same time, as it is
in the world. `report` is a process of its own, start
of Python included, with compiled bytecode as an installed program has it; the best of three. The line "without"
writes no file: what reading and judging take. Beside it CSV and JSON.
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

SITES_COUNT, RUNS_COUNT, SITES_A_DISTRICT = 2323, 12, 37
START, EVERY = datetime(2024, 6, 20, tzinfo=UTC), timedelta(hours=6)
METRICS: dict[str, dict[str, MetricValue]] = {
    "ping": {
        "sent_count": 20, "received_count": 20, "loss_pct": 0.0, "loss_upper_pct": 13.9107, "rtt_min_ms": 11.0313,
        "rtt_avg_ms": 12.5127, "rtt_median_ms": 12.5127, "rtt_p95_ms": 14.9991, "rtt_max_ms": 15.0003,
        "jitter_ms": 0.7071, "duplicate_count": 0, "mos": 4.38, "method": "datagram", "address_used": "192.0.2.1",
    },
    "dns": {
        "resolve_ms": 8.125, "rcode": "NOERROR", "answer_count": 1, "answers": ("192.0.2.201",),
        "authenticated": False, "ttl_s": 300, "transport": "udp", "address_used": "192.0.2.53",
    },
    "http": {
        "resolve_ms": 3.1, "connect_ms": 4.2, "tls_ms": 9.3, "wait_ms": 21.5, "transfer_ms": 0.4, "total_ms": 38.5,
        "status": 200, "body_bytes": 5123, "redirect_count": 0, "certificate_days_left": 61.25,
        "certificate_issuer": "R11", "http_version": "2", "address_used": "192.0.2.201",
    },
    "tcp": {"connect_ms": 4.75, "address_used": "192.0.2.1"},
    "call": {"result": "answered", "voice_quality": 4},
    "fax": {"result": "page_received", "pages_count": 1},
}  # fmt: skip
LINES = """\
    phones: [{{number: 0260 3 0{n:05}, carrier: vnpt}}]
    faxes: [{{number: 0260 4 0{n:05}, carrier: vnpt}}]
    internet:
      - {{id: ftth, carrier: vnpt, committed_mbit_per_s: {{down: 100, up: 50}}, endpoints: [
          {{ping: 192.0.2.1}}, {{dns: site-{n}.example, server: 192.0.2.53}}, {{http: "https://site-{n}.example/"}},
          {{tcp: "192.0.2.1:443"}}]}}
      - {{id: 4g, carrier: viettel, role: backup, endpoints: [
          {{ping: 198.51.100.1}}, {{dns: site-{n}.example, server: 198.51.100.53}}, {{http: "http://site-{n}.example/"}}]}}
"""


def main() -> None:
    """Fill a store, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SITES_COUNT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sites.yaml").write_text(_inventory(count), encoding="utf-8")
        moment = _fill(folder).isoformat()
        _tell(f"{count:,} sites{'':20}{'wall':>8}{'CPU':>9}{'peak':>9}{'size':>10}")
        words = ["report", "--as-of", moment, "-q", "--lang", "vi"]
        _measure(folder, "without", words)
        for file in ("report.csv", "report.json", "report.xlsx"):
            _measure(folder, file, [*words, "-o", file])


def _inventory(count: int) -> str:
    districts_count = -(-count // SITES_A_DISTRICT)
    lines = [
        'version: 1\nprovince: {code: "62", name: Việt Nam}',
        "carriers: [{id: vnpt, name: VNPT Kon Tum}, {id: viettel, name: Viettel Kon Tum}]\ndistricts:",
        *(f'  - {{code: "{600 + n}", name: Huyện số {n}}}' for n in range(districts_count)),
        "sites:",
    ]
    for n in range(count):
        lines.append(
            f'  - id: site-{n}\n    name: Trường THPT số {n}\n    district: "{600 + n // SITES_A_DISTRICT}"'
        )
        lines.append(LINES.format(n=n).rstrip())
    return "\n".join(lines) + "\n"


def _fill(folder: Path) -> datetime:
    """Keep the runs; when the last of them ended."""
    checks = plan(load(folder / "sites.yaml", {}).inventory).checks
    limits = [encode(LimitsInForce.of(check)).id for check in checks]
    began = RunBegun("", START, "1.0", "sites.yaml", "", "Kon Tum", "An")
    with Store.open(folder / "evidence.sqlite") as store:
        store.keep({LimitsInForce.of(check): None for check in checks})
        for number in range(RUNS_COUNT):
            run_id, moment = f"run-{number:06}", START + EVERY * number
            kept = [
                KeptObservation(run_id, limits_id, _seen(check, n, number, moment))
                for n, (check, limits_id) in enumerate(zip(checks, limits, strict=True))
                if check.probe == "ping" or number == RUNS_COUNT - 1
            ]
            end = RunEnd(run_id, moment + timedelta(minutes=1))
            store.keep([replace(began, id=run_id, started_at=moment), *kept, end])
    return START + EVERY * (RUNS_COUNT - 1) + timedelta(minutes=10)


def _seen(check: Check, n: int, number: int, moment: datetime) -> Observation:
    """Every twentieth check failed, each in another run."""
    fails = (n + number) % 20 == 0
    metrics = {} if fails else _measured(check.probe, (n * 7919 + number * 104729) % 10007)
    return Observation(
        check.id, check.probe, check.target, Outcome.FAILED if fails else Outcome.MEASURED,
        moment + timedelta(milliseconds=n), 4023.1234, metrics,
        Failure(Stage.REPLY, Cause.TIMEOUT) if fails else None, "Kon Tum", "An",
    )  # fmt: skip


def _measured(probe: str, chance: int) -> dict[str, MetricValue]:
    """What a check measured: times of its own, one to two times the usual."""
    return {
        name: round(value * (1 + chance / 10007), 4)
        if name.endswith("_ms") and isinstance(value, float)
        else value
        for name, value in METRICS[probe].items()
    }


def _measure(folder: Path, file: str, words: list[str]) -> None:
    environment = os.environ | {"KONTUM_NETCHECK_STORE": str(folder / "evidence.sqlite")}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        took_s = time.perf_counter() - began
        cpu_s, peak_kb = done.stderr.splitlines()[-1].split()
        found.append((took_s, float(cpu_s), int(peak_kb)))
    wall_s, cpu, peak = min(found)
    size = (folder / file).stat().st_size if (folder / file).exists() else 0
    _tell(f"{file:31}{wall_s:7.2f} s{cpu:7.2f} s{peak / 1024:6.0f} MB{size / 1e6:7.2f} MB")


_CHILD = """\
import re, sys, time
from pathlib import Path
from kontum_netcheck.__main__ import main
try:
    main()
finally:
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
    sys.stderr.write(f"{time.process_time():.2f} {peak}\\n")
"""


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
