"""`init`: an inventory to begin with: from a few questions, from the province's list, or the commented starter."""

import sys
from gettext import gettext as _
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.shell import Shell, shell_of

FileArgument = Annotated[
    Path, typer.Argument(help=_("The file to write, never overwritten without asking; -: stdout."))
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar=_("LIST"), help=_("Make it from the province's list: Excel (.xlsx) or CSV.")
    ),
]
SheetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sheet", metavar=_("NAME"), help=_("With --from: only this sheet, also a hidden one; repeatable.")
    ),
]
ProvinceOption = Annotated[
    str | None,
    typer.Option(
        "--province", metavar=_('"CODE NAME"'), help=_('With --from: whose list it is, as "62 Kon Tum".')
    ),
]
DistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district", metavar=_("NAME"), help=_("With --from: of all sites for which the list names none.")
    ),
]
WithoutHiddenOption = Annotated[
    bool, typer.Option("--without-hidden", help=_("With --from: leave out hidden rows and columns."))
]
BothWaysOption = Annotated[
    bool,
    typer.Option("--both-ways", help=_("With --from: a speed of one number holds to and from the site.")),
]
StarterOption = Annotated[
    bool, typer.Option("--starter", help=_("Write the commented starter as it is; ask nothing."))
]


def init(
    context: typer.Context,
    file: FileArgument = Path("sites.yaml"),
    from_file: FromOption = None,
    sheet: SheetOption = None,
    province: ProvinceOption = None,
    district: DistrictOption = None,
    without_hidden: WithoutHiddenOption = False,
    both_ways: BothWaysOption = False,
    starter: StarterOption = False,
    lang: LangOption = None,
) -> None:
    """Write an inventory that explains itself."""
    from kontum_netcheck.cli.init_place import may_write_or_stop
    from kontum_netcheck.model import message

    shell = shell_of(context)
    if from_file is None and (sheet or province or district or without_hidden or both_ways):
        raise shell.stop(
            message("--sheet, --province, --district, --without-hidden and --both-ways go with --from.")
        )
    if from_file is not None and starter:
        raise shell.stop(message("--from and --starter are two ways to begin: choose one."))
    may_write_or_stop(shell, file)
    if from_file is not None:
        from kontum_netcheck.cli.init_list import Chosen, write_from_list

        chosen = Chosen(
            tuple(sheet or ()), province, district, with_hidden=not without_hidden, both_ways=both_ways
        )
        write_from_list(shell, file, from_file, chosen)
    elif starter or str(file) == "-" or not _somebody_answers(shell):
        _write_starter(shell, file)
    else:
        from kontum_netcheck.cli.init_wizard import write_from_answers

        write_from_answers(shell, file)


def _somebody_answers(shell: Shell) -> bool:
    """Whether a person sits at the keyboard, and sees the questions."""
    return sys.stdin is not None and sys.stdin.isatty() and shell.stderr.isatty()


def _write_starter(shell: Shell, file: Path) -> None:
    from kontum_netcheck.cli.output import write_whole
    from kontum_netcheck.model import message

    starter = resources.files("kontum_netcheck.inventory").joinpath("starter.yaml").read_bytes()
    if str(file) == "-":
        shell.put(starter)
        return
    write_whole(file, starter)
    shell.put_line(
        message(
            "{file} is written. Put your own sites in, then: kontum-netcheck validate {file}", file=str(file)
        )
    )
