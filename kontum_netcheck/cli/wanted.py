"""How the user wants a run made and its result given: checked before anything is sent."""

import getpass
import math
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.cli.call_order import CallOrder
from kontum_netcheck.cli.faults import with_nearest
from kontum_netcheck.cli.output import check_writable
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import message
from kontum_netcheck.net.address import address_of
from kontum_netcheck.plan.loads import Loads
from kontum_netcheck.report import FORMATS, By


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a run that don't choose what is asked."""

    by: By | None = None
    format_name: str = "table"
    outputs: tuple[tuple[Path, str], ...] = ()  # file, format
    csv_keys: bool = False
    vantage: str = ""
    named_vantage: str | None = None  # the same where a person named it: what names that place is asked
    operator: str = ""
    deadline_s: float | None = None
    rate_per_s: float = 1000.0
    trace: bool = False
    quiet: bool = False
    only_changes: bool = False  # print what changed since the last such run, in place of the result
    verbose: bool = False
    exit_zero: bool = False
    loads: Loads | None = None  # None: no line is filled
    calls: CallOrder | None = None  # None: nobody is called

    @property
    def looks_back(self) -> bool:
        """Whether a format is wanted that shows what the store knows of earlier."""
        printed = () if self.quiet else (self.format_name,)
        return any(FORMATS[name].looks_back for name in (*printed, *(name for _, name in self.outputs)))


def format_or_stop(shell: Shell, name: str) -> str:
    """The format of that name; an unknown one ends the program with the nearest right one.

    So does a format that a terminal can't show, where stdout is one.
    """
    if name not in FORMATS:
        raise shell.stop(with_nearest(message("There is no format {word}.", word=name), name, list(FORMATS)))
    if FORMATS[name].is_binary and shell.stdout.isatty():
        raise shell.stop(
            message(
                "--format {name} is a file, and no terminal can show it. Write it to a file: -o {file}",
                name=name,
                file=f"report{FORMATS[name].suffixes[0]}",
            )
        )
    return name


def outputs_or_stop(shell: Shell, files: Sequence[Path]) -> tuple[tuple[Path, str], ...]:
    """Each file with the format of its suffix; a wrong suffix or a folder that can't be written ends the program."""
    by_suffix = {suffix: name for name, entry in FORMATS.items() for suffix in entry.suffixes}
    outputs = []
    for file in files:
        name = by_suffix.get(file.suffix.lower())
        if name is None:
            known = ", ".join(sorted(by_suffix))
            raise shell.stop(
                message(
                    "{file}: the suffix tells the format, and must be one of {known}.",
                    file=str(file),
                    known=known,
                )
            )
        problem = check_writable(file)
        if problem is not None:
            raise shell.stop(problem)
        outputs.append((file, name))
    return tuple(outputs)


def source_or_stop(shell: Shell, address: str | None) -> str | None:
    """The address to ask from; what is no IP address ends the program."""
    if address is not None and address_of(address) is None:
        raise shell.stop(message("--source: {address} is no IP address of this machine.", address=address))
    return address


def vantage_or_default(name: str | None) -> str:
    """Where measurements are made: as told, else this machine's name."""
    return name or socket.gethostname()


def operator_or_default(name: str | None) -> str:
    """Who makes them: as told, else the login name, else nobody."""
    if name:
        return name
    try:
        return getpass.getuser()
    except (
        OSError,
        KeyError,
        ImportError,
    ):  # no such user in the system's list: containers, Windows services
        return ""


def wanted_or_stop(
    shell: Shell,
    *,
    by: By | None,
    format_name: str,
    output: Sequence[Path] | None,
    csv_keys: bool,
    vantage: str | None,
    operator: str | None,
    deadline: float | None,
    rate: float,
    trace: bool,
    quiet: bool,
    verbose: bool,
    exit_zero: bool,
) -> Wanted:
    """The options as one value; a wrong one ends the program with a sentence before anything is sent."""
    if not math.isfinite(rate):
        raise shell.stop(message("--rate: write a number of probes a second; 0 means no limit."))
    return Wanted(
        by=by,
        format_name=format_or_stop(shell, format_name),
        outputs=outputs_or_stop(shell, output or ()),
        csv_keys=csv_keys,
        vantage=vantage_or_default(vantage),
        named_vantage=vantage or None,
        operator=operator_or_default(operator),
        deadline_s=deadline,
        rate_per_s=rate,
        trace=trace,
        quiet=quiet,
        verbose=verbose,
        exit_zero=exit_zero,
    )
