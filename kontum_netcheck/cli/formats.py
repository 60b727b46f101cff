"""The formats of `history`, `diff`, `numbers` and `lines`: which are wanted, and giving the result in each."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kontum_netcheck.cli.faults import with_nearest
from kontum_netcheck.cli.output import check_writable, write_whole
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import message
from kontum_netcheck.report.history.lines import Line, laid_out
from kontum_netcheck.report.options import Options

DIFFERENCE_FORMATS = ("table", "plain", "csv", "json")
"""What `diff` and its like are printed as."""
_FORMATS = DIFFERENCE_FORMATS
_SUFFIXES = {".txt": "plain", ".csv": "csv", ".json": "json"}
_MARKDOWN_SUFFIXES = {**_SUFFIXES, ".md": "markdown"}
_WITHOUT_BRAILLE = frozenset({"linux", "dumb", "vt100", "vt220", "ansi"})
"""Terminals whose characters are few: the console of Linux has no braille."""


@dataclass(frozen=True, slots=True)
class Formats:
    """What to print, and which files to write in which format."""

    printed: str
    files: tuple[tuple[Path, str], ...] = ()


def formats_or_stop(
    shell: Shell, name: str | None, files: Sequence[Path], *, markdown: bool = False
) -> Formats:
    """The formats as typed; without one a table in a terminal, else plain text. A wrong one ends the program."""
    suffixes = _MARKDOWN_SUFFIXES if markdown else _SUFFIXES
    known = [*_FORMATS, *(["markdown"] if markdown else [])]
    printed = name or ("table" if shell.stdout.isatty() else "plain")
    if printed not in known:
        problem = message("There is no format {word}.", word=printed)
        raise shell.stop(with_nearest(problem, printed, known))
    outputs = []
    for file in files:
        format_name = suffixes.get(file.suffix.lower())
        if format_name is None:
            raise shell.stop(
                message(
                    "{file}: the suffix tells the format, and must be one of {known}.",
                    file=str(file),
                    known=", ".join(suffixes),
                )
            )
        problem_there = check_writable(file)
        if problem_there is not None:
            raise shell.stop(problem_there)
        outputs.append((file, format_name))
    return Formats(printed, tuple(outputs))


def give(
    shell: Shell,
    wanted: Formats,
    options: Options,
    *,
    page: Callable[[Options, bool], Iterable[Line]],
    csv: Callable[[Options], bytes],
    json: Callable[[Options], str],
    markdown: Callable[[Options], str] | None = None,
) -> None:
    """Write the files, then print. `page` is told whether it must do with ASCII signs."""

    def made(format_name: str, options: Options, ascii_only: bool) -> str | bytes:
        match format_name:
            case "csv":
                return csv(options)
            case "json":
                return json(options)
            case "markdown" if markdown is not None:
                return markdown(options)
        return laid_out(page(options, ascii_only), options)

    for file, format_name in wanted.files:
        content = made(format_name, options, True)
        write_whole(file, content if isinstance(content, bytes) else content.rstrip("\n") + "\n")
    is_table = wanted.printed == "table"
    few_signs = not is_table or os.environ.get("TERM", "") in _WITHOUT_BRAILLE
    shell.put(made(wanted.printed, replace(options, colour=shell.colour and is_table), few_signs))
