"""`evidence take-speed`: what another program measured of a line, taken over from its file, marked as such."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.options import LangOption, OperatorOption, StoreOption, VantageOption, option
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.inventory.loader import Loaded
    from kontum_netcheck.model import Check, Evidence, Observation
    from kontum_netcheck.net.bandwidth.imported import ForeignResult

_MAX_BYTES = 10_000_000


def take_speed(
    context: typer.Context,
    site: Annotated[str, typer.Argument(metavar=_("SITE"), help=_("By its id or name."))],
    line: Annotated[str, typer.Argument(metavar=_("LINE"), help=_("The line's id: ftth."))],
    file: Annotated[
        Path,
        typer.Argument(
            metavar=_("FILE"),
            readable=False,
            help=_("JSON of Ookla's speedtest, or a CSV of i-Speed's figures."),
        ),
    ],
    inventory: Annotated[
        Path | None,
        option("--inventory", metavar=_("PATH"), help=_("A .yaml file or a folder [./sites.yaml].")),
    ] = None,
    operator: OperatorOption = None,
    vantage: VantageOption = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Take results of Ookla's speedtest or of i-Speed over as evidence of a line."""
    from kontum_netcheck.cli.inventory import load_or_stop
    from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
    from kontum_netcheck.cli.wanted import operator_or_default, vantage_or_default
    from kontum_netcheck.model import message

    shell = shell_of(context)
    loaded = load_or_stop(shell, inventory)
    check = _check_or_stop(shell, loaded, site, line)
    content, results = _results_or_stop(shell, loaded, file)
    who, where = operator_or_default(operator), vantage_or_default(vantage)
    mark = {"file_name": file.name[-200:], "file_sha256": hashlib.sha256(content).hexdigest()}
    found = [_observation(check, result, mark, who, where) for result in results]
    with open_store_or_stop(shell, store) as opened, store_or_stop(shell):
        there = {(kept.observation.started_at, kept.observation.target) for kept in opened.series(check.id)}
        new = [each for each in found if (each.started_at, each.target) not in there]
        if new:
            opened.keep(_facts(loaded, check, new))
    shell.put_line(
        message(
            "Taken over for {check}: {count}; there already: {known}.",
            check=check.id,
            count=len(new),
            known=len(found) - len(new),
        )
    )


def _check_or_stop(shell: Shell, loaded: "Loaded", site: str, line: str) -> "Check":
    """The line's check from its site; a line that has none ends the program."""
    from kontum_netcheck.cli.inventory import select_or_stop
    from kontum_netcheck.model import message
    from kontum_netcheck.plan import plan

    selection = select_or_stop(
        shell, loaded.inventory, district=None, site=[site], carrier=None, probe=None, skip=None
    )
    ending = f"/{line}/bandwidth/onsite.speed"
    for check in plan(loaded.inventory, selection).checks:
        if check.id.endswith(ending):
            return check
    raise shell.stop(
        message(
            "{site} has no line {line} that is measured from the site: write onsite: [bandwidth] at the line.",
            site=site,
            line=line,
        )
    )


def _results_or_stop(shell: Shell, loaded: "Loaded", file: Path) -> tuple[bytes, tuple["ForeignResult", ...]]:
    """The file's bytes and results; what can't be read ends the program, and so does a result of the future."""
    from kontum_netcheck.cli.record_place import sentence
    from kontum_netcheck.model import WrongValue, message
    from kontum_netcheck.net.bandwidth.imported import read_results
    from kontum_netcheck.wording import system_words

    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise shell.stop(message("{file} is larger than {most} bytes.", file=str(file), most=_MAX_BYTES))
        results = read_results(content.decode("utf-8"), loaded.inventory.zone)
    except OSError as fault:
        raise shell.stop(
            message("{file} can't be read: {reason}.", file=str(file), reason=system_words(fault))
        ) from None
    except UnicodeDecodeError:
        raise shell.stop(message("{file} is no UTF-8 text.", file=str(file))) from None
    except WrongValue as wrong:
        raise shell.stop(message("{file}: {problem}", file=str(file), problem=sentence(wrong))) from None
    if any(result.at > datetime.now(UTC) + timedelta(minutes=5) for result in results):
        raise shell.stop(message("{file}: a result is dated in the future.", file=str(file)))
    return content, results


def _observation(
    check: "Check", result: "ForeignResult", mark: dict[str, str], operator: str, vantage: str
) -> "Observation":
    from kontum_netcheck.model import Observation, Outcome

    return Observation(
        check_id=check.id,
        probe="bandwidth",
        target=result.server,
        outcome=Outcome.MEASURED,
        started_at=result.at.astimezone(UTC),
        duration_ms=0.0,
        metrics={**result.metrics, **mark, "server_name": result.server},
        vantage=vantage,
        operator=operator,
    )


def _facts(loaded: "Loaded", check: "Check", new: "list[Observation]") -> "list[Evidence]":
    """A run of its own, like a sitting of `record`."""
    from kontum_netcheck import __version__
    from kontum_netcheck.cli.store import inventory_text
    from kontum_netcheck.model import KeptObservation, LimitsInForce, RunBegun, RunEnd
    from kontum_netcheck.store.entries import encode

    begun = RunBegun(
        id=uuid.uuid4().hex,
        started_at=datetime.now(UTC),
        tool_version=__version__,
        inventory=loaded.path,
        inventory_hash=loaded.content_hash,
        vantage=new[0].vantage,
        operator=new[0].operator,
        partial=True,
    )
    text, limits = inventory_text(loaded), LimitsInForce.of(check)
    kept = [KeptObservation(begun.id, encode(limits).id, each) for each in new]
    return [*([text] if text else []), begun, limits, *kept, RunEnd(begun.id, datetime.now(UTC))]
