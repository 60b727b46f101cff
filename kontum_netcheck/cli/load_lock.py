"""One program of this user fills lines at a time: two at once would measure each other, and overdraw the budgets."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kontum_netcheck.cli.file_lock import Busy, locked, this_process
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import message
from kontum_netcheck.wording import system_words

_LOOK_AGAIN_S = 0.5


def lock_file() -> Path:
    """Where this user's programs find each other."""
    from platformdirs import user_state_path

    return user_state_path("kontum-netcheck", appauthor=False) / "bandwidth.lock"


@contextmanager
def alone_on_the_line(shell: Shell, *, wanted: bool) -> Iterator[None]:
    """Wait until no other program of this user measures bandwidth, and keep others from it meanwhile.

    Ctrl-C ends the waiting. Where there is no place for a lock, that is said, and nobody is waited for.
    """
    with ExitStack() as held:
        told = not wanted
        while wanted:
            try:
                held.enter_context(locked(lock_file(), this_process()))
                break
            except Busy as busy:
                if not told:
                    shell.tell(
                        message(
                            "Another program of this user measures bandwidth ({holder}): waiting until it is done."
                            " Ctrl-C gives up.",
                            holder=busy.holder or "?",
                        )
                    )
                told = True
                time.sleep(_LOOK_AGAIN_S)
            except OSError as fault:
                shell.tell(
                    message(
                        "Whether another program measures bandwidth can't be seen: {file}: {reason}.",
                        file=str(lock_file()),
                        reason=system_words(fault),
                    )
                )
                break
        yield
