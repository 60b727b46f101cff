"""`lines`: which phones and faxes there are and how each is tried; and test calls, only when asked."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.options import (
    CallGapOption,
    CsvKeysOption,
    DeadlineOption,
    ExitZeroOption,
    IgnoreQuietOption,
    LangOption,
    ListingFormatOption,
    ModemOption,
    MostCallsOption,
    NoStoreOption,
    OperatorOption,
    OutputOption,
    PrefixOption,
    SourceOption,
    StoreOption,
    VantageOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

lines = group(_("List phones and faxes; call them to test them, only when asked."))

PlacesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("[INVENTORY] [SITE]"), show_default=False, help=_("The site by its id or name [all sites].")
    ),
]
LinesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("[INVENTORY] SITE [LINE]..."),
        show_default=False,
        help=_("The site, and of its lines the ids or numbers to call [all that may be called]."),
    ),
]
TimesOption = Annotated[
    int,
    option(
        "--times", "-n", metavar=_("NUMBER"), min=1, max=100, help=_("Call each line so often; 3 say more.")
    ),
]
PageOption = Annotated[
    bool, option("--page", help=_("Send a test page to each fax that is called by modem."))
]
SecondsOption = Annotated[
    float | None,
    option(
        "--seconds",
        metavar=_("SECONDS"),
        min=1,
        max=60,
        help=_("Speak so long with phones over SIP that send back what they hear: loss, jitter, MOS."),
    ),
]
DialToneOption = Annotated[
    bool,
    option(
        "--dial-tone",
        help=_("Call nobody: the modem is plugged into this one line, and listens whether it lives."),
    ),
]
WhyOption = Annotated[
    str | None, option("--why", metavar=_("TEXT"), help=_("Why it is tried, for the call log."))
]


def list_(
    context: typer.Context,
    words: PlacesArgument = None,
    format_name: ListingFormatOption = None,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    lang: LangOption = None,
) -> None:
    """List the lines; calls nobody."""
    from kontum_netcheck.cli.formats import formats_or_stop
    from kontum_netcheck.cli.lines_list import list_lines

    shell = shell_of(context)
    list_lines(shell, words or (), formats_or_stop(shell, format_name, output or (), markdown=True), csv_keys)


def test(
    context: typer.Context,
    words: LinesArgument = None,
    times: TimesOption = 1,
    page: PageOption = False,
    seconds: SecondsOption = None,
    dial_tone: DialToneOption = False,
    call_gap: CallGapOption = None,
    most_calls: MostCallsOption = None,
    ignore_quiet: IgnoreQuietOption = None,
    why: WhyOption = None,
    device: ModemOption = None,
    dial_prefix: PrefixOption = None,
    vantage: VantageOption = None,
    operator: OperatorOption = None,
    deadline: DeadlineOption = None,
    source: SourceOption = None,
    format_name: ListingFormatOption = None,
    output: OutputOption = None,
    csv_keys: CsvKeysOption = False,
    store: StoreOption = None,
    no_store: NoStoreOption = False,
    exit_zero: ExitZeroOption = False,
    lang: LangOption = None,
) -> None:
    """Call the lines of a site, one after the other, and judge them. Exit codes as those of `check`."""
    from kontum_netcheck.cli.call_order import Typed, order_or_stop, prefix_or_stop
    from kontum_netcheck.cli.formats import formats_or_stop
    from kontum_netcheck.cli.keeping import keeping
    from kontum_netcheck.cli.lines_dial_tone import dial_tone_trial
    from kontum_netcheck.cli.lines_page import with_page
    from kontum_netcheck.cli.lines_place import trial_or_stop
    from kontum_netcheck.cli.lines_test import test_lines
    from kontum_netcheck.cli.lines_voice import with_voice
    from kontum_netcheck.cli.wanted import Wanted, operator_or_default, source_or_stop, vantage_or_default
    from kontum_netcheck.model import message
    from kontum_netcheck.net.network import NetworkOptions

    shell = shell_of(context)
    formats = formats_or_stop(shell, format_name, output or (), markdown=True)
    source_address = source_or_stop(shell, source)
    typed = Typed(True, call_gap, most_calls, ignore_quiet, why)
    if dial_tone and (page or seconds or times > 1):
        raise shell.stop(message("--dial-tone calls nobody: leave out --page, --seconds and --times."))
    trial = (dial_tone_trial if dial_tone else trial_or_stop)(
        shell,
        words or (),
        lambda inventory: order_or_stop(shell, inventory, typed),
    )
    if page:
        trial = with_page(shell, trial)
    if seconds:
        trial = with_voice(shell, trial, seconds)
    wanted = Wanted(
        vantage=vantage_or_default(vantage),
        operator=operator_or_default(operator),
        deadline_s=deadline,
        calls=trial.order,
        exit_zero=exit_zero,
    )
    prefix = prefix_or_stop(shell, dial_prefix)
    network = NetworkOptions(source_address=source_address, modem_device=device, modem_prefix=prefix)
    with keeping(shell, store, wanted=not no_store) as kept:
        code = test_lines(shell, trial, wanted, network, kept, formats, times=times, csv_keys=csv_keys)
    raise typer.Exit(code)


def answer(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=_("[INVENTORY] TRUNK"), show_default=False, help=_("The id of a trunk of the inventory.")
        ),
    ] = None,
    lang: LangOption = None,
) -> None:
    """Answer calls at a trunk as its user and send back what is heard, until Ctrl-C. Calls nobody."""
    from kontum_netcheck.cli.lines_voice import answer_calls

    answer_calls(shell_of(context), words or ())


@lines.callback(invoke_without_command=True)
def _help_alone(context: typer.Context, lang: LangOption = None) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


add(
    lines,
    list_,
    _("List phones and faxes and how each is tried."),
    ("lines list", "lines list thpt-kon-tum"),
    "list",
)
add(
    lines,
    test,
    _("Call a site's lines and judge them: their phones ring."),
    (
        "lines test thpt-kon-tum",
        "lines test thpt-kon-tum phone-1 --times 3",
        "lines test thpt-kon-tum fax-1 --call-gap 30 -o goi-thu.csv",
        "lines test thpt-kon-tum fax-1 --page",
        "lines test thpt-kon-tum fax-1 --dial-tone",
        "lines test thpt-kon-tum phone-1 --seconds 10",
        "lines test so-gddt --ignore-quiet 'line repaired at 08:10'",
    ),
    "test",
)
add(
    lines,
    answer,
    _("Be the echo that a voice test calls."),
    ("lines answer echo-trunk",),
    "answer",
)
