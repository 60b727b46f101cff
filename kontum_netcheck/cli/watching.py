"""A line on stderr that says what is being done now, only on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message
from kontum_netcheck.report.safe import visible


@contextmanager
def watched(shell: Shell, wanted: bool = True) -> Iterator[Callable[[Message], None]]:
    """Give the function that shows what is being done; it does nothing where nobody watches."""
    if not (wanted and shell.stderr.isatty()):
        yield lambda _message: None
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=shell.stderr, no_color=not shell.may_colour)
    with console.status("") as status:
        yield lambda said: status.update(Text(visible(shell.language.say(said))))
