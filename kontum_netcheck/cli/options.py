"""The options that several commands share, each also read from KONTUM_NETCHECK_<NAME>."""

from enum import StrEnum
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.report import By


class Lang(StrEnum):
    """The languages we speak."""

    VI = "vi"
    EN = "en"


def _env(name: str) -> str:
    return f"KONTUM_NETCHECK_{name}"


LangOption = Annotated[
    Lang | None, typer.Option("--lang", envvar=_env("LANG"), help=_("Language of all that people read."))
]
InventoryArgument = Annotated[
    Path | None,
    typer.Argument(
        show_default=False, help=_("The inventory: a YAML file or a folder of them [./sites.yaml, then $KONTUM_NETCHECK_INVENTORY].")
    ),
]
DistrictOption = Annotated[
    list[str] | None,
    typer.Option("--district", envvar=_env("DISTRICT"), metavar="CODE|NAME", help=_("Only this district; repeatable.")),
]
SiteOption = Annotated[
    list[str] | None,
    typer.Option("--site", envvar=_env("SITE"), metavar="ID|NAME", help=_("Only this site; repeatable.")),
]
CarrierOption = Annotated[
    list[str] | None,
    typer.Option("--carrier", envvar=_env("CARRIER"), metavar="ID|NAME", help=_("Only this carrier's lines; repeatable.")),
]
ProbeOption = Annotated[
    list[str] | None,
    typer.Option("--probe", envvar=_env("PROBE"), metavar="NAME", help=_("Only this kind of check; repeatable.")),
]
SkipOption = Annotated[
    list[str] | None,
    typer.Option("--skip", envvar=_env("SKIP"), metavar="NAME", help=_("Not this kind of check; repeatable.")),
]
AtOption = Annotated[
    str | None,
    typer.Option("--at", envvar=_env("AT"), metavar="SITE", help=_("I am at this site: run its on-site checks.")),
]
ByOption = Annotated[
    By | None, typer.Option("--by", envvar=_env("BY"), help=_("One row per site, district or check."))
]
FormatOption = Annotated[
    str,
    typer.Option("--format", "-f", envvar=_env("FORMAT"), metavar="NAME", help=_("How to print: {names}.")),
]
OutputOption = Annotated[
    list[Path] | None,
    typer.Option(
        "-o", "--output", envvar=_env("OUTPUT"), metavar="FILE", help=_("Also write this file, format from its suffix; repeatable.")
    ),
]
CsvKeysOption = Annotated[
    bool, typer.Option("--csv-keys", envvar=_env("CSV_KEYS"), help=_("Machine keys as the header of CSV."))
]
VantageOption = Annotated[
    str | None,
    typer.Option("--vantage", envvar=_env("VANTAGE"), metavar="NAME", help=_("Where these measurements are made [this machine's name].")),
]
OperatorOption = Annotated[
    str | None,
    typer.Option("--operator", envvar=_env("OPERATOR"), metavar="NAME", help=_("Who makes them [the login name].")),
]
DeadlineOption = Annotated[
    float | None,
    typer.Option("--deadline", envvar=_env("DEADLINE"), metavar="S", min=0.1, help=_("End the run after S seconds.")),
]
RateOption = Annotated[
    float,
    typer.Option("--rate", envvar=_env("RATE"), metavar="N", min=0, help=_("New probes a second; 0: no limit.")),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", envvar=_env("QUIET"), help=_("Print no result: files and exit code only."))
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", envvar=_env("VERBOSE"), help=_("Say more on the way."))
]
ExitZeroOption = Annotated[
    bool, typer.Option("--exit-zero", envvar=_env("EXIT_ZERO"), help=_("Exit 0 whatever the verdicts; 3 still means could not run."))
]
