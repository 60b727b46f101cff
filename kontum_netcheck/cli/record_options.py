"""The words and options of `record` alone."""

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import option

InventoryWord = Annotated[
    str | None,
    typer.Argument(
        metavar=_("INVENTORY"), show_default=False, help=_("A .yaml file or a folder [./sites.yaml].")
    ),
]
SiteWord = Annotated[
    str | None,
    typer.Argument(
        metavar=_("SITE"),
        show_default=False,
        help=_("By its id or name. Without other options a wizard asks."),
    ),
]
LineWord = Annotated[
    str | None,
    typer.Argument(
        metavar=_("LINE"), show_default=False, help=_("By its id or number: phone-1, 0260 3000 002.")
    ),
]
FromWhereOption = Annotated[
    str | None, option("--vantage", metavar=_("NAME"), help=_("From where it was called or looked at."))
]
# What one call was like is never taken from the environment: it would be said of every call.
ResultOption = Annotated[
    str | None,
    typer.Option(
        "--result",
        metavar=_("RESULT"),
        help=_(
            "What came of it: ok, busy, no_answer, no_dial_tone, wrong_party, noisy, fax_tone, page_received, "
            "no_fax_tone, failed."
        ),
    ),
]
WhoOption = Annotated[
    str | None,
    option(
        "--operator", metavar=_("NAME"), help=_("Who tried it: a person's full name. The wizard asks for it.")
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar=_("TIME"), help=_("When it was tried: 09:30 today, or '27/06/2024 09:30' [now].")
    ),
]
QualityOption = Annotated[
    int | None,
    typer.Option("--quality", metavar="1-5", help=_("Voice quality of a call: 5 excellent, 3 fair, 1 bad.")),
]
PagesOption = Annotated[
    int | None, typer.Option("--pages", metavar=_("NUMBER"), help=_("Pages that the fax received."))
]
ToneOption = Annotated[
    bool | None, typer.Option("--tone/--no-tone", show_default=False, help=_("Whether a fax tone was heard."))
]
NoteOption = Annotated[
    str, typer.Option("--note", metavar=_("TEXT"), show_default=False, help=_("A remark."))
]
PhotoOption = Annotated[
    Path | None,
    typer.Option(
        "--photo", metavar=_("FILE"), help=_("A photo or file as proof: its name and hash are kept.")
    ),
]
WhyOption = Annotated[
    str,
    typer.Option(
        "--why", metavar=_("TEXT"), show_default=False, help=_("Why it was called, for the call log.")
    ),
]
CorrectsOption = Annotated[
    str,
    typer.Option(
        "--corrects",
        metavar=_("last|ID"),
        show_default=False,
        help=_("The earlier evidence that was wrong; it stays."),
    ),
]
CountersignOption = Annotated[
    bool, typer.Option("--countersign", help=_("Vouch, as a second person, for what another has recorded."))
]
SheetOption = Annotated[bool, typer.Option("--sheet", help=_("Print the empty sheet to fill in, as CSV."))]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", metavar=_("FILE"), help=_("Read in a sheet that was filled in: CSV or Excel.")),
]
SkipBadOption = Annotated[
    bool, typer.Option("--skip-bad", help=_("With --from: keep the right rows, leave out the wrong ones."))
]
CallLogOption = Annotated[
    bool, typer.Option("--call-log", help=_("Print every call and fax that was recorded, as CSV."))
]
LogSinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar=_("TIME"), help=_("With --call-log: only from then on: 7d, a day, a time.")
    ),
]
FileOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar=_("FILE"), help=_("Write the CSV to this file."))
]
