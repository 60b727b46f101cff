"""The options that several commands share, each also read from KONTUM_NETCHECK_<NAME>."""

from enum import StrEnum
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, Any

import typer

from kontum_netcheck.report import FORMATS, By


class Lang(StrEnum):
    """The languages we speak."""

    VI = "vi"
    EN = "en"


def option(*names: str, **settings: Any) -> Any:
    """A typer option that also reads KONTUM_NETCHECK_<NAME>, which the end of the help says once for all."""
    name = next(name for name in names if name.startswith("--"))
    variable = f"KONTUM_NETCHECK_{name[2:].upper().replace('-', '_')}"
    return typer.Option(*names, envvar=variable, show_envvar=False, **settings)


LangOption = Annotated[Lang | None, typer.Option("--lang", help=_("Language of all that people read."))]
InventoryArgument = Annotated[
    Path | None,
    typer.Argument(
        readable=False,  # the loader says it better
        show_default=False,
        help=_(
            "The inventory: a YAML file or a folder of them [./sites.yaml, then $KONTUM_NETCHECK_INVENTORY]."
        ),
    ),
]
DistrictOption = Annotated[
    list[str] | None,
    option("--district", metavar=_("CODE|NAME"), help=_("Only this district; repeatable.")),
]
SiteOption = Annotated[
    list[str] | None,
    option("--site", metavar=_("ID|NAME"), help=_("Only this site; repeatable.")),
]
CarrierOption = Annotated[
    list[str] | None,
    option("--carrier", metavar=_("ID|NAME"), help=_("Only this carrier's lines; repeatable.")),
]
ProbeOption = Annotated[
    list[str] | None,
    option("--probe", metavar=_("NAME"), help=_("Only this kind of check; repeatable.")),
]
SkipOption = Annotated[
    list[str] | None,
    option("--skip", metavar=_("NAME"), help=_("Not this kind of check; repeatable.")),
]
AtOption = Annotated[
    str | None,
    option(
        "--at",
        metavar=_("SITE[/LINE]"),
        help=_("I am at this site, behind this line: run its on-site checks."),
    ),
]
ByOption = Annotated[By | None, option("--by", help=_("One row per site, district, check, or place."))]
FormatOption = Annotated[
    str,
    option(
        "--format", "-f", metavar=_("NAME"), help=_("How to print: {names}.").format(names=", ".join(FORMATS))
    ),
]
ListingFormatOption = Annotated[
    str | None,
    option(
        "--format",
        "-f",
        metavar=_("NAME"),
        help=_("How to print: {names}.").format(names="table, plain, markdown, csv, json"),
    ),
]
OutputOption = Annotated[
    list[Path] | None,
    option(
        "-o",
        "--output",
        metavar=_("FILE"),
        help=_("Also write this file, format from its suffix; repeatable."),
    ),
]
CsvKeysOption = Annotated[bool, option("--csv-keys", help=_("Machine keys as the header of CSV."))]
VantageOption = Annotated[
    str | None,
    option(
        "--vantage", metavar=_("NAME"), help=_("Where these measurements are made [this machine's name].")
    ),
]
PlaceOption = Annotated[
    str | None,
    option(
        "--vantage",
        metavar=_("NAME"),
        help=_("Where these measurements are made [this machine's name]; what names it is asked."),
    ),
]
OperatorOption = Annotated[
    str | None,
    option("--operator", metavar=_("NAME"), help=_("Who makes them [the login name].")),
]
DeadlineOption = Annotated[
    float | None,
    option("--deadline", metavar=_("SECONDS"), min=0.1, help=_("End the run after this many seconds.")),
]
RateOption = Annotated[
    float,
    option("--rate", metavar=_("NUMBER"), min=0, help=_("New probes a second; 0: no limit.")),
]
SourceOption = Annotated[
    str | None,
    option("--source", metavar=_("ADDRESS"), help=_("Ask from this address of this machine.")),
]
MaxPpsOption = Annotated[
    int,
    option("--max-pps", metavar=_("NUMBER"), min=0, help=_("Echoes a second over all hosts; 0: no limit.")),
]
TraceOption = Annotated[
    bool, option("--trace", help=_("Where a ping fails or is degraded, find where its way ends."))
]
QuietOption = Annotated[bool, option("--quiet", "-q", help=_("Print no result: files and exit code only."))]
VerboseOption = Annotated[bool, option("--verbose", "-v", help=_("Say more on the way."))]
ExitZeroOption = Annotated[
    bool, option("--exit-zero", help=_("Exit 0 whatever the verdicts; 3 still means could not run."))
]
BandwidthOption = Annotated[
    bool, option("--bandwidth", help=_("Also fill lines to see how fast they are, one after another."))
]
MeteredOption = Annotated[
    bool, option("--metered", help=_("So, and also lines whose data volume costs money."))
]
StoreOption = Annotated[
    str | None,
    option(
        "--store",
        metavar=_("PATH|URL"),
        help=_("Where evidence is kept: a file, or postgresql:// [the user's own]."),
    ),
]
ServerStoreOption = Annotated[
    str | None,
    option("--store", metavar="URL", help=_("The store on PostgreSQL: postgresql://user@host/database.")),
]
NoStoreOption = Annotated[
    bool, option("--no-store", help=_("Know nothing of earlier evidence, and keep none of this run."))
]
CallsOption = Annotated[
    bool,
    option("--calls", "--ring", help=_("Call the phones and faxes that a machine may call: they ring.")),
]
CallGapOption = Annotated[
    float | None,
    option(
        "--call-gap",
        metavar=_("SECONDS"),
        min=0,
        max=3600,
        help=_("Between two calls of a carrier, at least [10]."),
    ),
]
MostCallsOption = Annotated[
    int | None,
    option("--most-calls", metavar=_("NUMBER"), min=1, max=1000, help=_("Calls of this run, at most [50].")),
]
IgnoreQuietOption = Annotated[
    str | None,
    option("--ignore-quiet", metavar=_("REASON"), help=_("Call in quiet hours too; the reason is kept.")),
]
ModemOption = Annotated[
    str | None,
    option("--device", metavar=_("PORT"), help=_("The modem's port [the only one that looks like a modem].")),
]
PrefixOption = Annotated[
    str | None,
    option(
        "--dial-prefix", metavar=_("TEXT"), help=_("What a modem dials in front: 9, for an outside line.")
    ),
]
