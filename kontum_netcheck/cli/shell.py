"""Where a command speaks: its language, the result on stdout, all else on stderr."""

import contextlib
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from kontum_netcheck.cli.run_log import RunLog
    from kontum_netcheck.locale.language import Language
    from kontum_netcheck.model import Message


_PIECE_BYTES = 32_000  # a Windows console takes no more at once


@dataclass(frozen=True)
class Shell:
    """The streams and the language of one run of the program."""

    language_code: LanguageCode
    stdout: TextIO
    stderr: TextIO
    log: "RunLog | None" = None

    @cached_property
    def language(self) -> "Language":
        """The reader's language; loaded when something is to be said."""
        from kontum_netcheck.locale.language import Language

        return Language(self.language_code)

    @property
    def width(self) -> int:
        """Columns of the terminal, or of what a pipe's reader most likely has."""
        return shutil.get_terminal_size((80, 24)).columns

    @property
    def may_colour(self) -> bool:
        """Whether nobody forbade colour (https://no-color.org)."""
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def colour(self) -> bool:
        """Colour only where stdout is a terminal."""
        return self.stdout.isatty() and self.may_colour

    def put(self, result: str | bytes) -> None:
        """Write the result, and nothing but the result, to stdout."""
        data = result if isinstance(result, bytes) else (result.rstrip("\n") + "\n").encode()
        try:
            self.stdout.flush()
            _write_all(self.stdout.fileno(), data)
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise OSError(fault.errno, fault.strerror, "stdout") from None

    def put_line(self, sentence: "Message") -> None:
        """Write a sentence that is itself the result to stdout."""
        self.put(visible(self.language.say(sentence)))

    def tell(self, sentence: "Message") -> None:
        """Say a sentence to the person at the keyboard, on stderr; and to the log, where there is one.

        Where stderr is a file on a full disk, nobody hears it; what the run finds is none the worse for that.
        """
        self.note(sentence)
        with contextlib.suppress(OSError):
            self.stderr.write(visible(self.language.say(sentence)) + "\n")

    def note(self, sentence: "Message") -> None:
        """Write a sentence to the log alone, where there is one."""
        if self.log is not None:
            self.log.write_if_possible(visible(self.language.say(sentence)))

    def stop(self, sentence: "Message", code: int = COULD_NOT_RUN) -> typer.Exit:
        """Say why it can't go on; `raise` what this returns."""
        self.tell(sentence)
        return typer.Exit(code)


def _write_all(descriptor: int, data: bytes) -> None:
    """Write everything or raise OSError. Python's own streams drop the rest of a short write in silence."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left[:_PIECE_BYTES]) :]


def shell_of(context: typer.Context) -> Shell:
    """The Shell that `start` gave to the command."""
    assert isinstance(context.obj, Shell)
    return context.obj
