"""Where `init` writes: a file that is there already is overwritten only where somebody says so."""

import sys
from pathlib import Path

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.output import check_writable
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import WrongValue, message


def may_write_or_stop(shell: Shell, file: Path) -> None:
    """Return where `file` may be written; else say why not and end the program."""
    if str(file) == "-":
        return
    if file.exists() and not file.is_dir():
        _ask_or_stop(shell, file)
    problem = check_writable(file)
    if problem is not None:
        raise shell.stop(problem)


def _ask_or_stop(shell: Shell, file: Path) -> None:
    if sys.stdin is None or not (sys.stdin.isatty() and shell.stderr.isatty()):
        raise shell.stop(
            message("{file} is there already, and stays as it is. Give another name.", file=str(file))
        )
    from kontum_netcheck.cli.record_prompt import Prompt, Stopped, keyboard

    question = message("{file} is there already. Overwrite it? Yes or no [no]:", file=str(file))
    try:
        if Prompt(shell, keyboard()).ask(question, yes_or_no_in):
            return
    except Stopped:
        pass
    shell.tell(message("{file} stays as it is.", file=str(file)))
    raise typer.Exit(COULD_NOT_RUN)


def yes_or_no_in(text: str) -> bool:
    """Có or yes is True; no, and Enter alone, is False. Raises WrongValue."""
    from kontum_netcheck.province_list.plain_words import yes_or_no

    said = yes_or_no(text)
    if said is None:
        raise WrongValue(message("“{value}” is neither yes nor no.", value=text))
    return said
