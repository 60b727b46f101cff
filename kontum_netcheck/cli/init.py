"""`init`: a commented starter inventory."""

from gettext import gettext as _
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.output import check_writable, write_whole
from kontum_netcheck.cli.shell import shell_of


def init(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("The file to write, never overwritten; -: stdout."))] = Path(
        "sites.yaml"
    ),
    lang: LangOption = None,
) -> None:
    """Write a starter inventory that explains itself."""
    from kontum_netcheck.model import message

    shell = shell_of(context)
    starter = resources.files("kontum_netcheck.inventory").joinpath("starter.yaml").read_bytes()
    if str(file) == "-":
        shell.put(starter)
        return
    if file.exists():
        raise shell.stop(
            message("{file} is there already, and stays as it is. Give another name.", file=str(file))
        )
    problem = check_writable(file)
    if problem is not None:
        raise shell.stop(problem)
    write_whole(file, starter)
    shell.put_line(
        message(
            "{file} is written. Put your own sites in, then: kontum-netcheck validate {file}", file=str(file)
        )
    )
