"""`watch`: check again and again, and tell only what changed."""

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import (
    AtOption,
    CarrierOption,
    DeadlineOption,
    DistrictOption,
    InventoryArgument,
    LangOption,
    MaxPpsOption,
    NoStoreOption,
    OperatorOption,
    OutputOption,
    PlaceOption,
    ProbeOption,
    RateOption,
    SiteOption,
    SkipOption,
    SourceOption,
    StoreOption,
    option,
)
from kontum_netcheck.cli.shell import shell_of

EveryOption = Annotated[str, option("--every", metavar=_("SPAN"), help=_("From turn to turn: 30s, 5m, 1h."))]
JitterOption = Annotated[
    str | None,
    option(
        "--jitter",
        metavar=_("SPAN"),
        help=_("Begin each turn up to so much later, by lot [a tenth of --every]."),
    ),
]
ConfirmOption = Annotated[
    int,
    option(
        "--confirm",
        metavar=_("NUMBER"),
        min=1,
        max=20,
        help=_("So many turns in a row make a change of verdict."),
    ),
]
NotifyOption = Annotated[
    list[str] | None,
    option(
        "--notify",
        metavar=_("URL"),
        help=_("Tell changes there, by apprise: mailtos://, tgram://, zalo://, jsons:// …; repeatable."),
    ),
]
TestNoticeOption = Annotated[
    bool, option("--test-notice", help=_("Send one notice to each address, say what became of it, and end."))
]
HoldOption = Annotated[
    bool,
    option("--hold-in-quiet", help=_("Send no notice in quiet windows; tell at their end what still holds.")),
]
HtmlOption = Annotated[
    Path | None,
    option(
        "--html", metavar=_("FILE"), help=_("Keep this status page current; opened, it refreshes itself.")
    ),
]
TurnsOption = Annotated[
    int | None,
    option("--turns", metavar=_("NUMBER"), min=1, help=_("End after so many turns, with check's exit code.")),
]
LinesQuietOption = Annotated[bool, option("--quiet", "-q", help=_("Show nothing: files and notices only."))]


def watch(
    context: typer.Context,
    inventory: InventoryArgument = None,
    every: EveryOption = "5m",
    jitter: JitterOption = None,
    confirm: ConfirmOption = 2,
    notify: NotifyOption = None,
    test_notice: TestNoticeOption = False,
    hold_in_quiet: HoldOption = False,
    html: HtmlOption = None,
    output: OutputOption = None,
    turns: TurnsOption = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    at: AtOption = None,
    vantage: PlaceOption = None,
    operator: OperatorOption = None,
    deadline: DeadlineOption = None,
    rate: RateOption = 1000.0,
    max_pps: MaxPpsOption = 1000,
    source: SourceOption = None,
    store: StoreOption = None,
    no_store: NoStoreOption = False,
    quiet: LinesQuietOption = False,
    lang: LangOption = None,
) -> None:
    """Watch until SIGTERM (exit code 0), Ctrl-C (130) or the last of --turns."""
    from kontum_netcheck.cli.asking import World
    from kontum_netcheck.cli.exits import COULD_NOT_RUN
    from kontum_netcheck.cli.inventory import load_or_stop
    from kontum_netcheck.cli.notice_address import addresses_or_stop
    from kontum_netcheck.cli.vantage import as_named
    from kontum_netcheck.cli.wanted import Wanted, operator_or_default, source_or_stop, vantage_or_default
    from kontum_netcheck.cli.watch_inventory import Words
    from kontum_netcheck.cli.watch_run import Settings
    from kontum_netcheck.cli.watch_start import run_watch
    from kontum_netcheck.cli.watch_wanted import files_or_stop, send_trial, timetable_or_stop
    from kontum_netcheck.net.network import NetworkOptions
    from kontum_netcheck.report.options import Options

    shell = shell_of(context)
    timetable = timetable_or_stop(shell, every, jitter)
    files = files_or_stop(shell, timetable.every, html, output)
    addresses = addresses_or_stop(shell, notify)
    loaded = load_or_stop(shell, inventory)
    wanted = Wanted(
        vantage=vantage_or_default(vantage),
        named_vantage=vantage or None,
        operator=operator_or_default(operator),
        deadline_s=deadline,
        rate_per_s=rate,
        quiet=quiet,
    )
    wanted = as_named(shell, loaded.inventory, wanted)
    if test_notice:
        options = Options(shell.language, zone=loaded.inventory.zone)
        name = loaded.inventory.province.name
        raise typer.Exit(0 if send_trial(shell, addresses, name, wanted.vantage, options) else COULD_NOT_RUN)
    network = NetworkOptions(source_address=source_or_stop(shell, source), max_pps=max_pps)
    settings = Settings(wanted, World(network), timetable, files, hold_in_quiet, turns, store, not no_store)
    words = Words(district or (), site or (), carrier or (), probe or (), skip or (), at)
    raise typer.Exit(run_watch(shell, loaded, words, settings, confirm, addresses))
