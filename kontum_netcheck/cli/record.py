"""`record`: a person's evidence for phones, faxes and checklist items."""

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.options import (
    CsvKeysOption,
    DistrictOption,
    LangOption,
    SiteOption,
    StoreOption,
    option,
)
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.cli.record_one import Typed

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
FileOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar=_("FILE"), help=_("Write the CSV to this file."))
]


def record(
    context: typer.Context,
    inventory: InventoryWord = None,
    site_word: SiteWord = None,
    line: LineWord = None,
    result: ResultOption = None,
    operator: WhoOption = None,
    at: AtOption = None,
    quality: QualityOption = None,
    pages: PagesOption = None,
    tone: ToneOption = None,
    note: NoteOption = "",
    photo: PhotoOption = None,
    why: WhyOption = "",
    corrects: CorrectsOption = "",
    countersign: CountersignOption = False,
    sheet: SheetOption = False,
    from_file: FromOption = None,
    skip_bad: SkipBadOption = False,
    call_log: CallLogOption = False,
    output: FileOption = None,
    csv_keys: CsvKeysOption = False,
    district: DistrictOption = None,
    site: SiteOption = None,
    vantage: FromWhereOption = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Record what a person found; or print and read in sheets; or print the call log."""
    from kontum_netcheck.cli.record_log import call_log as print_call_log
    from kontum_netcheck.cli.record_one import Typed
    from kontum_netcheck.cli.record_place import place_or_stop
    from kontum_netcheck.cli.record_sheet import print_sheet
    from kontum_netcheck.cli.record_sitting import sitting_or_stop

    shell = shell_of(context)
    typed = Typed(result or "", quality, pages, tone, note, photo, corrects)
    _one_thing_or_stop(
        shell, typed, countersign=countersign, sheet=sheet, from_file=from_file, call_log=call_log
    )
    words = [word for word in (inventory, site_word, line) if word]  # the inventory may be left out
    place = place_or_stop(shell, words, district, site)
    if sheet:
        print_sheet(shell, place, output, keys=csv_keys)
        return
    if call_log:
        print_call_log(shell, place, store, output, keys=csv_keys)
        return
    sitting = sitting_or_stop(shell, place, store, operator=operator, vantage=vantage, why=why, at=at)
    if from_file is not None:
        code = sitting.read_in(from_file, skip_bad=skip_bad)
    elif countersign:
        code = sitting.countersign(note)
    elif result is not None:
        code = sitting.record_one(typed)
    else:
        code = sitting.ask()
    raise typer.Exit(code)


def _one_thing_or_stop(
    shell: Shell, typed: "Typed", *, countersign: bool, sheet: bool, from_file: Path | None, call_log: bool
) -> None:
    """Options that ask for two things at once, or belong to another one, end the program."""
    from kontum_netcheck.model import message

    modes = {
        "--result": bool(typed.result),
        "--countersign": countersign,
        "--sheet": sheet,
        "--from": from_file is not None,
        "--call-log": call_log,
    }
    wanted = [name for name, asked in modes.items() if asked]
    if len(wanted) > 1:
        raise shell.stop(message("One at a time: {options}.", options=", ".join(wanted)))
    lonely = typed.belongs_to_result()
    if lonely and not typed.result and not (countersign and lonely == ["--note"]):
        raise shell.stop(
            message(
                "{options}: write --result too; without it, questions are asked.", options=", ".join(lonely)
            )
        )
