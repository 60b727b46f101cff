"""Questions to the person at the keyboard: plain lines, so that they work in any console and through a pipe."""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import TextIO, TypeVar

from kontum_netcheck.cli.record_place import sentence
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, WrongValue
from kontum_netcheck.report.safe import visible

_STOP = ("q", "quit", "thoat")
_MAX_CHARACTERS = 2000

Value = TypeVar("Value")


class Stopped(Exception):
    """The person has stopped: typed q, or the input has ended (Ctrl-D, the end of a pipe)."""

    def __init__(self, *, at_end: bool) -> None:
        super().__init__()
        self.at_end = at_end


class Prompt:
    """Asks on stderr and reads from stdin: stdout is for results."""

    def __init__(self, shell: Shell, stdin: TextIO | None) -> None:
        self._shell = shell
        self._stdin = stdin
        self.answered_count = 0

    def ask(self, question: Message, understand: Callable[[str], Value]) -> Value:
        """Ask until the answer is understood; what is wrong with it is told. Raises Stopped."""
        while True:
            self._shell.stderr.write(visible(self._shell.language.say(question)) + " ")
            self._shell.stderr.flush()
            text = self._line()
            try:
                value = understand(text)
            except WrongValue as wrong:
                self._shell.tell(sentence(wrong))
                continue
            self.answered_count += 1
            return value

    def _line(self) -> str:
        line = "" if self._stdin is None else self._stdin.readline(_MAX_CHARACTERS)
        rest = line
        while self._stdin is not None and len(rest) == _MAX_CHARACTERS and not rest.endswith("\n"):
            rest = self._stdin.readline(_MAX_CHARACTERS)  # what is too long must not answer the next question
        if not line:
            self._shell.stderr.write("\n")
            raise Stopped(at_end=True)
        text = line.strip()
        if text.casefold() in _STOP:
            raise Stopped(at_end=False)
        return text


def keyboard() -> TextIO | None:
    """Standard input, in UTF-8 where it is a pipe or a file; None where it is closed."""
    stdin = sys.stdin
    if isinstance(stdin, io.TextIOWrapper) and not (stdin.isatty() and sys.platform == "win32"):
        with contextlib.suppress(io.UnsupportedOperation):  # it has been read from, so it has been set
            stdin.reconfigure(encoding="utf-8", errors="replace")
    return stdin
