"""Which of the things that `record` can do is asked for: one at a time, and only with the options that belong to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.cli.record_one import Typed
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. Where nothing else is asked for, the wizard asks."""

    typed: Typed
    countersign: bool
    sheet: bool
    from_file: Path | None
    skip_bad: bool
    call_log: bool
    since: str | None
    output: Path | None


def one_thing_or_stop(shell: Shell, asked: Asked) -> None:
    """Options that ask for two things at once, or belong to something else, end the program."""
    for problem in _problems(asked):
        raise shell.stop(problem)


def _problems(asked: Asked) -> Iterator[Message]:
    modes = {
        "--result": asked.typed.result is not None,
        "--countersign": asked.countersign,
        "--sheet": asked.sheet,
        "--from": asked.from_file is not None,
        "--call-log": asked.call_log,
    }
    wanted = [name for name, is_asked in modes.items() if is_asked]
    if len(wanted) > 1:
        yield message("One at a time: {options}.", options=", ".join(wanted))
    lonely = asked.typed.belongs_to_result()
    if lonely and asked.typed.result is None and not (asked.countersign and lonely == ["--note"]):
        yield message(
            "{options}: write --result too; without it, questions are asked.", options=", ".join(lonely)
        )
    for name, is_typed, others in (
        ("--skip-bad", asked.skip_bad, ("--from",)),
        ("--since", asked.since is not None, ("--call-log",)),
        ("-o", asked.output is not None, ("--sheet", "--call-log")),
    ):
        if is_typed and not any(modes[other] for other in others):
            yield message("{option} goes only with {others}.", option=name, others=", ".join(others))
