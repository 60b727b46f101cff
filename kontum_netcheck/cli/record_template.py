"""`export record-template`: the shipped template of the official record, for the office to edit in Word."""

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.output import check_writable, write_whole
from kontum_netcheck.cli.shell import shell_of


def record_template(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("The file to write, never overwritten."))] = Path(
        "mau-bien-ban.docx"
    ),
    lang: LangOption = None,
) -> None:
    """Write the template in that language."""
    from kontum_netcheck.cli.official_order import missing_package
    from kontum_netcheck.model import message
    from kontum_netcheck.report.official.template import shipped

    shell = shell_of(context)
    if file.exists():
        raise shell.stop(
            message("{file} is there already, and stays as it is. Give another name.", file=str(file))
        )
    problem = missing_package(".docx") or check_writable(file)
    if problem is not None:
        raise shell.stop(problem)
    write_whole(file, shipped(shell.language))
    shell.put_line(
        message(
            "{file} is written. Edit it in Word, then: kontum-netcheck report --record SITE -o FILE.docx"
            " --template {file}",
            file=str(file),
        )
    )
