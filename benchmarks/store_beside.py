"""Does keeping a run disturb its measuring? How late the event loop is, with and without the store beside it.

    python benchmarks/store_beside.py [OBSERVATIONS A SECOND]

The loop plans a turn every millisecond for ten seconds, and each turn tells how late it came. Beside it, the store
takes so many observations a second (500), as a run hands them over.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.store_rate import CHECKS, _seen
from kontum_netcheck.model import Observation, RunBegun
from kontum_netcheck.store.recording import Recording
from kontum_netcheck.store.store import Store

SPAN_S, TURN_S = 10.0, 0.001
START = datetime(2024, 6, 1, tzinfo=UTC)


async def _turns(hand_over: Callable[[Observation], None], rate_per_s: float) -> list[float]:
    """How late each turn came, in ms."""
    began, planned, given, late = time.perf_counter(), time.perf_counter(), 0, []
    while (now := time.perf_counter()) - began < SPAN_S:
        while given < (now - began) * rate_per_s:
            moment = START + timedelta(milliseconds=given)
            hand_over(replace(_seen("", START, given % len(CHECKS)).observation, started_at=moment))
            given += 1
        planned = max(planned + TURN_S, now)
        await asyncio.sleep(planned - time.perf_counter())
        late.append((time.perf_counter() - planned) * 1000)
    return sorted(late)


def main() -> None:
    """Once without, once with."""
    rate_per_s = float(sys.argv[1]) if len(sys.argv) > 1 else 500.0
    _tell("without", asyncio.run(_turns(lambda _observation: None, rate_per_s)))
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/evidence.sqlite") as store:
        with Recording(store, RunBegun("run", START, "1.0", "", ""), []) as recording:
            late = asyncio.run(_turns(recording.keep, rate_per_s))
        _tell("with", late)
        sys.stdout.write(f"kept: {recording.kept_count:,}\n")


def _tell(what: str, late: list[float]) -> None:
    shares = " ".join(f"{share:g} %: {late[int(len(late) * share / 100)]:.2f}" for share in (50, 99, 99.9))
    sys.stdout.write(f"{what} the store, ms late: {shares} worst: {late[-1]:.2f}\n")


if __name__ == "__main__":
    main()
