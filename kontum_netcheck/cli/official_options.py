"""The options of `report` that make an official record."""

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import option

RecordOption = Annotated[
    str | None,
    option(
        "--record",
        metavar=_("SITE|DISTRICT"),
        help=_("Write an official record (biên bản) about it: -o FILE.docx, -o FILE.pdf."),
    ),
]
TemplateOption = Annotated[
    Path | None,
    option("--template", metavar=_("FILE"), help=_("Your own Word template; see “export record-template”.")),
]
ParticipantOption = Annotated[
    list[str] | None,
    typer.Option("--participant", metavar=_("NAME, POST"), help=_("Who is present; repeatable.")),
]
FillOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill",
        metavar=_("FIELD=TEXT"),
        help=_("Fill in a field of the record: agency=…, number=12/BB-SGDĐT; repeatable."),
    ),
]
EvidenceOption = Annotated[
    Path | None,
    option(
        "--evidence",
        metavar=_("FILE"),
        help=_("Also write the evidence whose SHA-256 the record states."),
    ),
]
