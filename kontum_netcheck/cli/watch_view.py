"""Where a watch shows itself: the whole screen of a terminal, or a line a change."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol

from kontum_netcheck.cli.faults import explain
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.board import Picture


class View(Protocol):
    """What the watch calls."""

    def tick(self, picture: Callable[[], Picture]) -> None:
        """Show how it stands at this moment; called about once a second, from any thread."""

    def changed(self, row: LiveRow) -> None:
        """Show a confirmed change."""

    def remarked(self, row: LiveRow) -> None:
        """Show something of our own side."""


class Lines:
    """Changes on stdout, a line each, with their moment; all else on stderr."""

    def __init__(self, shell: Shell, options: Options, *, quiet: bool) -> None:
        self._shell, self._options, self._quiet = shell, options, quiet

    def tick(self, picture: Callable[[], Picture]) -> None:
        """Nobody looks."""

    def changed(self, row: LiveRow) -> None:
        """`2024-06-27 10:10 ✗ Trường THPT A · Internet ftth: Not ready: …`"""
        if self._quiet:
            return
        sign = SIGNS[row.readiness] if row.readiness is not None else "–"
        text = self._options.text
        try:
            self._shell.put(f"{text(row.at)} {sign} {text(row.place)}: {text(row.said)}")
        except BrokenPipeError:
            raise
        except OSError as fault:  # a full disk ends no watch: notices and the page don't depend on it
            self._shell.tell(explain(fault))

    def remarked(self, row: LiveRow) -> None:
        """The same of our own side, on stderr."""
        if not self._quiet:
            with contextlib.suppress(OSError):
                self._shell.stderr.write(f"{self._options.text(row.at)} {self._options.text(row.said)}\n")
                self._shell.stderr.flush()


class Screen:
    """The table; changes and remarks stand in it already."""

    def __init__(self, show: Callable[[Picture], None]) -> None:
        self._show = show

    def tick(self, picture: Callable[[], Picture]) -> None:
        """Draw it. Where the terminal has gone, SIGHUP ends the watch."""
        with contextlib.suppress(OSError):
            self._show(picture())

    def changed(self, row: LiveRow) -> None:
        """The next picture has it."""

    def remarked(self, row: LiveRow) -> None:
        """The next picture has it."""


@contextlib.contextmanager
def view(shell: Shell, options: Options, *, quiet: bool) -> Iterator[View]:
    """The screen where stdout is a terminal that can be drawn on, else lines. What stood there before comes back."""
    from kontum_netcheck.cli.watch_screen import console_of, drawn

    console = console_of(shell)
    if quiet or not shell.stdout.isatty() or console.is_dumb_terminal:
        yield Lines(shell, options, quiet=quiet)
        return
    from rich.live import Live

    with Live(
        console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    ) as live:
        yield Screen(
            lambda picture: live.update(
                drawn(picture, options, console.size.width, console.size.height), refresh=True
            )
        )
