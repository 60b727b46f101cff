"""What a run needs that nobody watches: a lock, so that runs don't pile up, and a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import option
from kontum_netcheck.cli.shell import Shell

_HOLDER = b"PID "

LockOption = Annotated[
    Path | None,
    option(
        "--lock", metavar=_("FILE"), help=_("Ask nothing, and end with 3, while another run holds this file.")
    ),
]
OnlyChangesOption = Annotated[
    bool,
    option("--only-changes", help=_("Print what changed since the last such run; nothing, if nothing did.")),
]
LogOption = Annotated[
    Path | None, option("--log", metavar=_("FILE"), help=_("Append to it what is said, with the time."))
]
LogSizeOption = Annotated[
    str | None,
    option(
        "--log-size", metavar=_("SIZE"), help=_("Before a run, move a larger log to FILE.1: 500kB, 10MB.")
    ),
]
LogKeepOption = Annotated[
    int, option("--log-keep", metavar=_("NUMBER"), min=0, max=1000, help=_("So many moved logs are kept."))
]


@dataclass(frozen=True, slots=True)
class Unattended:
    """The options as they were typed."""

    lock: Path | None = None
    log: Path | None = None
    log_size: str | None = None
    log_keep: int = 5


@contextmanager
def unattended(shell: Shell, typed: Unattended) -> Iterator[Shell]:
    """The shell for this run, which writes its log; another run that holds the lock ends the program."""
    shell = _with_log_or_stop(shell, typed)
    if shell.log is None:
        with alone_or_stop(shell, typed.lock):
            yield shell
        return
    from kontum_netcheck.cli.faults import explain
    from kontum_netcheck.model import message

    shell.note(message("The run begins."))
    began_s = time.perf_counter()
    try:
        with alone_or_stop(shell, typed.lock):
            yield shell
    except typer.Exit as end:
        span = timedelta(seconds=time.perf_counter() - began_s)
        shell.note(
            message("The run ends with exit code {code}, after {span}.", code=end.exit_code, span=span)
        )
        raise
    except Exception as fault:
        shell.note(explain(fault))
        raise
    finally:
        _tell_of_lost_lines(shell)


def _tell_of_lost_lines(shell: Shell) -> None:
    """Who reads the log later would take a run for one that never was: cron's mail must say it."""
    if shell.log is None or shell.log.fault is None:
        return
    from kontum_netcheck.model import message
    from kontum_netcheck.wording import system_words

    file, reason = str(shell.log.file), system_words(shell.log.fault)
    shell.tell(
        message("Lines of this run are missing in the log {file}: {reason}.", file=file, reason=reason)
    )


@contextmanager
def alone_or_stop(shell: Shell, lock: Path | None) -> Iterator[None]:
    """Hold the lock, if there is to be one; where another run holds it, or it can't be held, the program ends."""
    if lock is None:
        yield
        return
    from contextlib import ExitStack

    from kontum_netcheck.cli.file_lock import Busy, locked, this_process
    from kontum_netcheck.model import message
    from kontum_netcheck.wording import system_words

    with ExitStack() as held:
        try:
            if lock.is_file() and _is_anothers(lock):
                raise shell.stop(
                    message(
                        "--lock: {file} is no lock, but a file with content. Name another.", file=str(lock)
                    )
                )
            held.enter_context(locked(lock, this_process()))
        except Busy as busy:
            raise shell.stop(
                message(
                    "Another run is still under way ({holder}, {file}): this one asks nothing.",
                    holder=busy.holder or "?",
                    file=str(lock),
                )
            ) from None
        except OSError as fault:
            raise shell.stop(
                message("--lock: {file}: {reason}.", file=str(lock), reason=system_words(fault))
            ) from None
        yield


def _is_anothers(file: Path) -> bool:
    """Whether it holds something that no lock would: it must not be emptied."""
    with file.open("rb") as content:
        beginning = content.read(len(_HOLDER))
    return bool(beginning) and beginning != _HOLDER


def _with_log_or_stop(shell: Shell, typed: Unattended) -> Shell:
    if typed.log is None:
        return shell
    from kontum_netcheck.cli.run_log import RunLog
    from kontum_netcheck.model import message
    from kontum_netcheck.wording import system_words

    most_bytes = None if typed.log_size is None else _bytes_or_stop(shell, typed.log_size)
    log = RunLog(typed.log, most_bytes, typed.log_keep)
    try:
        log.rotate()
        with typed.log.open("ab"):
            pass
    except OSError as fault:
        raise shell.stop(
            message("--log: {file}: {reason}.", file=str(typed.log), reason=system_words(fault))
        ) from None
    return replace(shell, log=log)


def _bytes_or_stop(shell: Shell, text: str) -> int:
    from pydantic import ByteSize, TypeAdapter, ValidationError

    from kontum_netcheck.model import message

    try:
        size = int(TypeAdapter(ByteSize).validate_python(text))
    except (ValidationError, OverflowError):
        size = 0
    if size <= 0:
        problem = message("“{value}” is not a size.", value=text)
        hint = message("Write it as in 500kB, 25MB.")
        raise shell.stop(message("--log-size: {problem} {hint}", problem=problem, hint=hint))
    return size
