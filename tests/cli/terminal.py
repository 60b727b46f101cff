"""The program in a terminal: a person who reads what stands there, types, and presses Ctrl-C."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tests.cli.process import environment

_PATIENCE_S = 30


class Terminal:
    """A pseudoterminal with the program in it."""

    def __init__(self, arguments: Sequence[str], cwd: Path, **variables: str) -> None:
        self._master, slave = pty.openpty()
        self.screen = ""
        self._waited_for = (
            0  # how much of the screen stands before the end of the last text that was waited for
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kontum_netcheck", *arguments],
            cwd=cwd,
            env=environment(**variables),
            preexec_fn=lambda: os.login_tty(slave),
            pass_fds=(slave,),
        )
        os.close(slave)

    def until(self, text: str) -> None:
        """Read until `text` stands behind what was waited for before; a program that ends without it fails the test.

        One read may bring several texts: what came together with the last one is looked at too.
        """
        while (found := self.screen.find(text, self._waited_for)) < 0:
            assert self._read(), f"it ended without {text!r}:\n{self.screen}"
        self._waited_for = found + len(text)

    def press(self, text: str) -> None:
        """Press these keys."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait(_PATIENCE_S)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], _PATIENCE_S)
        assert ready, f"it says nothing more:\n{self.screen}"
        try:
            data = os.read(self._master, 4096)
        except OSError:  # EIO: the other side has closed
            return False
        self.screen += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._master)
        self.process.kill()
        self.process.wait()
