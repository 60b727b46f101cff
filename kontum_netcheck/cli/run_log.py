"""The log of runs that nobody watches: a line for each sentence that they say, with the time."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from os import getpid
from pathlib import Path


@dataclass(slots=True)
class RunLog:
    """Appends to a file, which is opened for each line: so logrotate may move it at any time.

    With `most_bytes` it is moved aside itself, to FILE.1, FILE.2 … FILE.{kept_count}, the oldest the last.
    """

    file: Path
    most_bytes: int | None = None
    kept_count: int = 5
    fault: OSError | None = None  # by which a line was lost

    def write(self, text: str) -> None:
        """One line. Raises OSError."""
        moment = datetime.now().astimezone().isoformat(timespec="seconds")
        with self.file.open("a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(f"{moment} [{getpid()}] {text}\n")

    def write_if_possible(self, text: str) -> None:
        """One line. A full disk must not end a run: then the line is lost."""
        try:
            self.write(text)
        except OSError as fault:
            self.fault = fault

    def rotate(self) -> None:
        """Move it aside where it is too large; before a run, so that the lines of one stay together. Raises OSError."""
        if self.most_bytes is None or not self.file.is_file() or self.file.stat().st_size < self.most_bytes:
            return
        for number in range(self.kept_count, 1, -1):
            with contextlib.suppress(FileNotFoundError):
                self._kept(number - 1).replace(self._kept(number))
        with contextlib.suppress(FileNotFoundError):  # another run was quicker
            if self.kept_count:
                self.file.replace(self._kept(1))
            else:
                self.file.unlink()

    def _kept(self, number: int) -> Path:
        return self.file.with_name(f"{self.file.name}.{number}")
