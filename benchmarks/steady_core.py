"""A core for what is measured, while all others are as busy for a small run as for a large one.

Two hardware threads of a core slow each other down, by nearly half. A small run waits more than it works, so its
servers beside it rest too; a large one keeps them busy: the same work then costs more CPU, and what looks like growth
is none.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator

_CORES = range(os.cpu_count() or 1)


def take() -> None:
    """In the process that is measured, before it does anything: it has the first core to itself."""
    os.sched_setaffinity(0, _CORES[:1])


@contextlib.contextmanager
def others_busy() -> Iterator[None]:
    """In the process that measures, before it starts servers: they share the other cores with work that never ends."""
    rest = _CORES[1:] or _CORES
    os.sched_setaffinity(0, rest)
    busy = [subprocess.Popen(["nice", "-n", "19", "sha1sum", "/dev/zero"]) for _ in rest]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
        os.sched_setaffinity(0, _CORES)
