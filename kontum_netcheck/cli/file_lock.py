"""One program at a time: a file that the operating system keeps locked for as long as its holder lives.

A program that was killed leaves no lock behind: the lock is the system's, and not that the file is there.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_PLACE = 1 << 30
"""Windows locks a part of a file against reading, too: one that nobody reads."""
_HOLDER_MAX_BYTES = 200


class Busy(Exception):
    """Another program holds the lock. `holder` is what it wrote of itself, or nothing."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextmanager
def locked(path: Path, holder: str) -> Iterator[None]:
    """Hold the lock, and leave a word of who does. Raises Busy at once where it is held, OSError where it can't be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b", buffering=0) as file:
        if not _lock(file):
            raise Busy(_read(file))
        try:
            with suppress(OSError):  # on a full disk it is held all the same, and nobody can say by whom
                file.truncate(0)
                file.write(holder.encode()[:_HOLDER_MAX_BYTES])
            yield
        finally:
            with suppress(OSError):
                file.truncate(0)
            _unlock(file)


def _read(file: BinaryIO) -> str:
    file.seek(0)
    return file.read(_HOLDER_MAX_BYTES).decode("utf-8", "replace")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(_PLACE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        file.seek(0)
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(_PLACE)
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def this_process() -> str:
    """A word of who holds a lock: enough to look it up."""
    return f"PID {os.getpid()}"
