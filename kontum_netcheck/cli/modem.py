"""`modem`: which modems are at hand, and whether one can do its work. Calls nobody."""

import json
from enum import StrEnum
from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.options import LangOption, option
from kontum_netcheck.cli.shell import shell_of

if TYPE_CHECKING:
    from kontum_netcheck.net.modem import About, Modem
    from kontum_netcheck.net.modem.dial_tone import DialTone

modem = group(_("Find and test the telephone modem at hand."))


class ModemFormat(StrEnum):
    """How modems can be printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[ModemFormat, option("--format", "-f", help=_("How to print."))]
DeviceOption = Annotated[
    str | None,
    option(
        "--device",
        "-d",
        metavar=_("PORT"),
        help=_("The modem's serial port, /dev/ttyACM0 or COM5 [the only one that looks like a modem]."),
    ),
]


def list_(
    context: typer.Context, format_name: FormatOption = ModemFormat.TEXT, lang: LangOption = None
) -> None:
    """List the serial ports; nothing is sent to any of them. Exit code: 0, 3 could not look."""
    from kontum_netcheck.cli.modem_view import ports_as_json, ports_as_text
    from kontum_netcheck.model import message
    from kontum_netcheck.net.modem import PortFault, ports

    shell = shell_of(context)
    try:
        found = ports()
    except PortFault as fault:
        raise shell.stop(fault.problem) from None
    if format_name is ModemFormat.JSON:
        shell.put(json.dumps(ports_as_json(found), ensure_ascii=False, indent=2))
    elif found:
        shell.put(ports_as_text(shell, found))
    else:
        shell.put_line(message("This machine has no serial port: plug a modem in, then look again."))


def test(
    context: typer.Context,
    device: DeviceOption = None,
    dial_tone: Annotated[
        bool, option("--dial-tone/--no-dial-tone", help=_("Lift the handset for a moment and listen."))
    ] = True,
    format_name: FormatOption = ModemFormat.TEXT,
    lang: LangOption = None,
) -> None:
    """Ask a modem what it can do, and whether its line has a dial tone. Nobody is called.

    Exit code: 0 fine, 1 it can't call faxes or can't tell, 2 no dial tone, 3 no modem answered.
    """
    from kontum_netcheck.cli.event_loop import run_in_loop
    from kontum_netcheck.cli.modem_view import exit_code, test_as_json, test_as_text
    from kontum_netcheck.net.modem import Modem, PortFault, choose, ports

    shell = shell_of(context)
    try:
        chosen = Modem(choose(ports(), device))
        about, heard = run_in_loop(_examine(chosen, dial_tone))
    except PortFault as fault:
        raise shell.stop(fault.problem) from None
    if format_name is ModemFormat.JSON:
        shell.put(json.dumps(test_as_json(about, heard), ensure_ascii=False, indent=2))
    else:
        shell.put(test_as_text(shell, about, heard))
    raise typer.Exit(exit_code(about, heard))


async def _examine(chosen: "Modem", dial_tone: bool) -> "tuple[About, DialTone | None]":
    from kontum_netcheck.net.modem.dial_tone import listen

    about = await chosen.about()
    return about, await listen(chosen) if dial_tone else None


@modem.callback(invoke_without_command=True)
def _help_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


add(modem, list_, _("List the serial ports and what is there."), ("modem list",), "list")
add(
    modem,
    test,
    _("Ask a modem what it can do, and listen for a dial tone."),
    ("modem test", "modem test --device /dev/ttyACM0", "modem test --no-dial-tone --format json"),
    "test",
)
