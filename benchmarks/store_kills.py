"""Does a kill at any moment lose a commit or damage the file? 1,000 times SIGKILL against a program that writes.

    python benchmarks/store_kills.py [COUNT] [--postgresql]

The program writes batches of 20 observations and says after each commit how many it has kept. It is killed at a random
moment. Then the store must hold at least what was said, whole batches only, and on SQLite pass its integrity check.
"""

import os
import random
import select
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kontum_netcheck.store.store import Store
from tests.store import writing_program
from tests.store.postgresql import server

LATEST_S = 0.1
"""A kill comes between nothing and this long after the program began to write."""


def main() -> None:
    """Kill, look, count."""
    words = [word for word in sys.argv[1:] if word.isdigit()]
    count = int(words[0]) if words else 1000
    seed = random.randrange(2**32)
    luck = random.Random(seed)
    _tell(f"seed {seed}")
    if "--postgresql" in sys.argv:
        with server() as folder:
            _kill_often(f"postgresql://netcheck@/postgres?host={folder}", count, luck)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _kill_often(f"{folder}/evidence.sqlite", count, luck)


def _kill_often(where: str, count: int, luck: random.Random) -> None:
    began, committed_count, lost_count, torn_count, damaged_count, unsaid_count = (
        time.monotonic(),
        0,
        0,
        0,
        0,
        0,
    )
    for number in range(count):
        said = _write_and_kill(where, f"run-{number}", luck.uniform(0, LATEST_S))
        with Store.open(where) as store:
            found = len(store.of_run(f"run-{number}"))
        committed_count += found
        lost_count += max(0, said - found)
        unsaid_count += found > said
        torn_count += found % writing_program.BATCH_COUNT != 0
        if "://" not in where and (number % 50 == 0 or number == count - 1):
            damaged_count += not _whole(where)
    _tell(
        f"{count} kills in {time.monotonic() - began:.0f} s: {committed_count:,} observations committed,"
        f" {lost_count} lost, {torn_count} half batches, {damaged_count} damaged files"
        f" ({unsaid_count} times the kill came between a commit and its word)"
    )
    sys.exit(bool(lost_count or torn_count or damaged_count))


def _write_and_kill(where: str, run_id: str, after_s: float) -> int:
    """Fork a writer, kill it; how many observations it said that it had committed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(writer, 1)
        sys.argv = ["", where, run_id, "1000000"]
        try:
            writing_program.main()
        finally:
            os._exit(0)
    os.close(writer)
    select.select([reader], [], [], 30)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as told:
        lines = told.read().split()
    return int(lines[-1]) if lines else 0


def _whole(where: str) -> bool:
    connection = sqlite3.connect(where)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
