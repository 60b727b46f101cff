"""`doctor`: how this machine stands, or with a host, how the way to it stands; and what to do about it."""

from enum import StrEnum
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.options import LangOption, SourceOption, option
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.doctor import Finding
    from kontum_netcheck.net.network import NetworkOptions

_INVENTORY_SUFFIXES = (".yaml", ".yml")


class DoctorFormat(StrEnum):
    """How findings can be printed."""

    TEXT = "text"
    JSON = "json"


class FamilyWord(StrEnum):
    """The Internet Protocol to use."""

    IPV4 = "4"
    IPV6 = "6"


def doctor(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=_("HOST|INVENTORY"),
            show_default=False,
            help=_(
                "A host whose way is looked into, name or address; without one, this machine. The inventory: "
                "a YAML file or a folder [./sites.yaml, then $KONTUM_NETCHECK_INVENTORY]."
            ),
        ),
    ] = None,
    captive_url: Annotated[
        str | None,
        option(
            "--captive-url",
            metavar="URL",
            help=_("A plain http:// page to look for a login page with [the inventory's]."),
        ),
    ] = None,
    family: Annotated[
        FamilyWord | None, option("--family", help=_("Reach hosts only over IPv4 (4) or IPv6 (6)."))
    ] = None,
    source: SourceOption = None,
    format_name: Annotated[
        DoctorFormat, option("--format", "-f", help=_("How to print."))
    ] = DoctorFormat.TEXT,
    lang: LangOption = None,
) -> None:
    """Look at this machine, or at the way to a host. Exit code: 0 fine, 1 warnings, 2 a problem, 3 could not run."""
    from kontum_netcheck.cli.doctor_host import look_at_hosts
    from kontum_netcheck.cli.doctor_view import as_json, as_text, exit_code
    from kontum_netcheck.cli.wanted import source_or_stop
    from kontum_netcheck.net.network import NetworkOptions

    shell = shell_of(context)
    typed, hosts = sorted_words(shell, words or [])
    options = NetworkOptions(source_address=source_or_stop(shell, source))
    if hosts:
        seen = look_at_hosts(shell, typed, hosts, int(family) if family else None, options)
        findings, looked_at = seen.findings, seen.hosts
    else:
        findings, looked_at = _look_at_this_machine(shell, typed, captive_url, options), ()
    if format_name is DoctorFormat.JSON:
        shell.put(as_json(findings, shell.language, looked_at))
    else:
        shell.put(as_text(findings, shell.language, shell.width, looked_at))
    raise typer.Exit(exit_code(findings, looked_at))


def sorted_words(shell: Shell, words: list[str]) -> tuple[Path | None, tuple[str, ...]]:
    """The inventory, if one was named, and the hosts; what can be neither ends the program."""
    from kontum_netcheck.model import WrongValue, message
    from kontum_netcheck.net.address import check_host

    files = [word for word in words if word.endswith(_INVENTORY_SUFFIXES) or Path(word).exists()]
    if len(files) > 1:
        raise shell.stop(message("Only one inventory, please: {files}.", files=tuple(files)), COULD_NOT_RUN)
    hosts = tuple(dict.fromkeys(word for word in words if word not in files))
    for host in hosts:
        try:
            check_host(host)
        except WrongValue as fault:
            raise shell.stop(fault.problem, COULD_NOT_RUN) from None
    return (Path(files[0]) if files else None), hosts


def _look_at_this_machine(
    shell: Shell, typed: Path | None, captive_url: str | None, options: "NetworkOptions"
) -> "tuple[Finding, ...]":
    from kontum_netcheck.cli.event_loop import run_in_loop
    from kontum_netcheck.cli.machine import find_inventory, this_machine
    from kontum_netcheck.doctor import findings_of
    from kontum_netcheck.doctor.examine import examine, questions_of
    from kontum_netcheck.model import message
    from kontum_netcheck.net.network import Network

    if captive_url is not None and not captive_url.startswith("http://"):
        problem = message(
            "--captive-url: {url} must start with http://: TLS shows no login page.", url=captive_url
        )
        raise shell.stop(problem, COULD_NOT_RUN)
    found = find_inventory(typed)
    machine = this_machine(shell, found)

    async def look() -> "tuple[Finding, ...]":
        async with Network(options) as network:
            return findings_of(await examine(network, machine, questions_of(found.inventory, captive_url)))

    return run_in_loop(look())
