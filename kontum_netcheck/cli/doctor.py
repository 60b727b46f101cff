"""`doctor`: how this machine stands (link, login page, clock, ping, rights, files), what to do about it."""

import json
import textwrap
from enum import StrEnum
from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.options import InventoryArgument, LangOption, option
from kontum_netcheck.cli.shell import shell_of
from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from kontum_netcheck.doctor import Finding, Level
    from kontum_netcheck.locale.language import Language

_NARROWEST_COLUMNS = 40


class DoctorFormat(StrEnum):
    """How findings can be printed."""

    TEXT = "text"
    JSON = "json"


def doctor(
    context: typer.Context,
    inventory: InventoryArgument = None,
    captive_url: Annotated[
        str | None,
        option(
            "--captive-url",
            metavar="URL",
            help=_("A plain http:// page to look for a login page with [the inventory's]."),
        ),
    ] = None,
    format_name: Annotated[
        DoctorFormat, option("--format", "-f", help=_("How to print."))
    ] = DoctorFormat.TEXT,
    lang: LangOption = None,
) -> None:
    """Look at this machine. Exit code: 0 fine, 1 warnings, 2 a problem (own link down), 3 could not run."""
    from kontum_netcheck.cli.event_loop import run_in_loop
    from kontum_netcheck.cli.machine import find_inventory, this_machine
    from kontum_netcheck.doctor import findings_of, worst
    from kontum_netcheck.doctor.examine import examine, questions_of
    from kontum_netcheck.model import message
    from kontum_netcheck.net.network import Network

    shell = shell_of(context)
    if captive_url is not None and not captive_url.startswith("http://"):
        problem = message(
            "--captive-url: {url} must start with http://: TLS shows no login page.", url=captive_url
        )
        raise shell.stop(problem, COULD_NOT_RUN)
    found = find_inventory(inventory)
    machine = this_machine(shell, found)

    async def look() -> "tuple[Finding, ...]":
        async with Network() as network:
            return findings_of(await examine(network, machine, questions_of(found.inventory, captive_url)))

    findings = run_in_loop(look())
    if format_name is DoctorFormat.JSON:
        shell.put(as_json(findings, shell.language))
    else:
        shell.put(as_text(findings, shell.language, shell.width))
    raise typer.Exit(exit_code(worst(findings)))


def exit_code(level: "Level") -> int:
    """0 fine or not checked, 1 warnings, 2 a problem."""
    from kontum_netcheck.doctor import Level

    return {Level.WARNING: 1, Level.PROBLEM: 2}.get(level, 0)


def as_text(findings: "tuple[Finding, ...]", language: "Language", width: int = 100) -> str:
    """A line a finding: symbol, word, name, sentence, all aligned; below it after an arrow, the advice."""
    from wcwidth import wcswidth

    from kontum_netcheck.doctor.finding import LEVEL_SYMBOLS, LEVEL_WORDS, NAMES

    heads = [
        (LEVEL_SYMBOLS[f.level], language.say(LEVEL_WORDS[f.level]), language.say(NAMES[f.name]))
        for f in findings
    ]
    word_columns = max((wcswidth(word) for _symbol, word, _name in heads), default=0)
    name_columns = max((wcswidth(name) for _symbol, _word, name in heads), default=0)
    lines: list[str] = []
    for finding, (symbol, word, name) in zip(findings, heads, strict=True):
        left = (
            f"{symbol} {word}{' ' * (word_columns - wcswidth(word))}  "
            f"{name}{' ' * (name_columns - wcswidth(name))}  "
        )
        indent = " " * wcswidth(left)
        room = max(_NARROWEST_COLUMNS, width - len(indent))
        lines += _wrapped(visible(language.say(finding.message)), left, indent, room)
        if finding.advice is not None:
            lines += _wrapped(visible(language.say(finding.advice)), f"{indent}→ ", f"{indent}  ", room - 2)
    return "\n".join(lines)


def _wrapped(text: str, first: str, indent: str, columns: int) -> list[str]:
    parts = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{first}{parts[0]}".rstrip(), *(f"{indent}{part}" for part in parts[1:])]


def as_json(findings: "tuple[Finding, ...]", language: "Language") -> str:
    """Strict JSON; names and levels are keys, the sentences are in the reader's language."""
    from kontum_netcheck.doctor import worst

    document = {
        "format": "kontum-netcheck/doctor",
        "version": 1,
        "level": worst(findings).key,
        "findings": [
            {
                "name": finding.name,
                "level": finding.level.key,
                "message": visible(language.say(finding.message)),
                "advice": visible(language.say(finding.advice)) if finding.advice else None,
            }
            for finding in findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
