"""`record`: a person's evidence for phones, faxes and checklist items."""

import typer

from kontum_netcheck.cli.options import CsvKeysOption, DistrictOption, LangOption, SiteOption, StoreOption
from kontum_netcheck.cli.record_options import (
    AtOption,
    CallLogOption,
    CorrectsOption,
    CountersignOption,
    FileOption,
    FromOption,
    FromWhereOption,
    InventoryWord,
    LineWord,
    LogSinceOption,
    NoteOption,
    PagesOption,
    PhotoOption,
    QualityOption,
    ResultOption,
    SheetOption,
    SiteWord,
    SkipBadOption,
    ToneOption,
    WhoOption,
    WhyOption,
)
from kontum_netcheck.cli.shell import shell_of


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
    since: LogSinceOption = None,
    output: FileOption = None,
    csv_keys: CsvKeysOption = False,
    district: DistrictOption = None,
    site: SiteOption = None,
    vantage: FromWhereOption = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Record what a person found; or print and read in sheets; or print the call log."""
    from kontum_netcheck.cli.record_asked import Asked, one_thing_or_stop
    from kontum_netcheck.cli.record_log import print_call_log
    from kontum_netcheck.cli.record_one import Typed
    from kontum_netcheck.cli.record_place import place_or_stop
    from kontum_netcheck.cli.record_sheet import print_sheet
    from kontum_netcheck.cli.record_sitting import sitting_or_stop

    shell = shell_of(context)
    typed = Typed(result, quality, pages, tone, note, photo, corrects)
    asked = Asked(typed, countersign, sheet, from_file, skip_bad, call_log, since, output)
    one_thing_or_stop(shell, asked)
    words = [word for word in (inventory, site_word, line) if word]  # the inventory may be left out
    place = place_or_stop(shell, words, district, site)
    if sheet:
        print_sheet(shell, place, output, keys=csv_keys)
    elif call_log:
        print_call_log(shell, place, store, output, since, keys=csv_keys)
    else:
        sitting = sitting_or_stop(shell, place, store, operator=operator, vantage=vantage, why=why, at=at)
        raise typer.Exit(sitting.do(asked))
