"""Where the lines of the access log go."""

import contextlib
import sys
from pathlib import Path
from typing import TextIO


class LogFile:
    """Appends lines to a file, or writes them to stderr. Raises OSError only where the file can't be opened."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._stream: TextIO = self._opened()

    def write(self, line: str) -> None:
        """One line. A full disk must not end a server: then the line is lost."""
        with contextlib.suppress(OSError):
            self._stream.write(line + "\n")
            self._stream.flush()

    def reopen(self) -> None:
        """Go on in a new file of the same name, after logrotate has moved the old one."""
        fresh = self._opened()
        self.close()
        self._stream = fresh

    def close(self) -> None:
        """End it; stderr stays."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._stream.close()

    def _opened(self) -> TextIO:
        if self._file is None:
            return sys.stderr
        return self._file.open("a", encoding="utf-8", errors="backslashreplace")
