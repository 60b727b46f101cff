"""From the process to the command: streams, language, usage errors, exit codes."""

import gettext
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.locale import DOMAIN, LOCALE_DIR
from kontum_netcheck.locale.detection import detect, spoken

_LANGUAGE = "KONTUM_NETCHECK_LANG"


def start(arguments: Sequence[str]) -> int:
    """Run the command in `arguments` and return the exit code."""
    open_what_is_closed()
    speak_utf8()
    typed = _typed_language(arguments)
    code = detect(os.environ, typed)
    shell = Shell(code, sys.stdout, sys.stderr)
    if typed is None and (wish := os.environ.get(_LANGUAGE, "")) and spoken(wish) is None:
        from kontum_netcheck.cli.faults import no_right_value

        shell.tell(no_right_value(_LANGUAGE, "vi | en"))
        return COULD_NOT_RUN
    bind_help(code)
    from kontum_netcheck.cli.app import app

    try:
        result: Any = app(args=list(arguments), prog_name="kontum-netcheck", standalone_mode=False, obj=shell)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader (head, less) has gone, of which typer makes SystemExit(1): that is the code of “degraded”.
        _pour_away(shell.stdout)
        return COULD_NOT_RUN
    except Exception as fault:
        from kontum_netcheck.cli.faults import explain

        shell.tell(explain(fault))
        return COULD_NOT_RUN
    finally:
        try:
            shell.stderr.flush()
        except OSError:
            _pour_away(shell.stderr)


def _pour_away(stream: TextIO) -> None:
    """Give it a sink: at its exit Python would try once more, and end with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_what_is_closed() -> None:
    """Cron and services may start us with stdout or stderr closed: what is said there then goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def speak_utf8() -> None:
    """UTF-8 out on every platform, also through a pipe and under LANG=C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def bind_help(code: str) -> None:
    """Make gettext answer in the language, for typer's texts and ours that are read when commands are declared."""
    os.environ["LANGUAGE"] = code
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)


def _typed_language(arguments: Sequence[str]) -> str | None:
    """The value of `--lang`, needed before the command line can be parsed: its help is in that language."""
    for index, word in enumerate(arguments):
        if word == "--":
            return None
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
        if word == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return None
