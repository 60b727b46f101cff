"""`check --only-changes`: what changed since the last such run, and silence where nothing did."""

from collections.abc import Iterator

from kontum_netcheck.cli.formats import DIFFERENCE_FORMATS, Formats, give
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.history import Difference, Moment, difference
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Run, Verdicts, message
from kontum_netcheck.plan import Plan
from kontum_netcheck.report.history.difference import as_csv, as_json, page
from kontum_netcheck.report.options import Options


def formats_or_stop(shell: Shell, format_name: str, *, has_store: bool) -> None:
    """A format that shows no changes, or a run that keeps nothing, ends the program."""
    if format_name not in DIFFERENCE_FORMATS:
        known = ", ".join(DIFFERENCE_FORMATS)
        raise shell.stop(
            message("--only-changes prints as {known}, not as {name}.", known=known, name=format_name)
        )
    if not has_store:
        raise shell.stop(message("--only-changes compares with what is kept: it can't go with --no-store."))


def print_changes(
    shell: Shell, loaded: Loaded, wanted: Wanted, kept: Keeping, plan: Plan, run: Run, verdicts: Verdicts
) -> None:
    """Print what changed, if anything did. Raises StoreError."""
    found = _difference(kept, plan, run, verdicts)
    if not found.sites:
        return
    options = Options(
        shell.language,
        zone=loaded.inventory.zone,
        width=shell.width,
        colour=shell.colour,
        csv_keys=wanted.csv_keys,
    )
    give(
        shell,
        Formats(wanted.format_name),
        options,
        page=lambda place, _ascii_only: page(found, place),
        csv=lambda place: as_csv(found, place),
        json=lambda place: as_json(found, place),
    )


def _difference(kept: Keeping, plan: Plan, run: Run, verdicts: Verdicts) -> Difference:
    """Both sides are of the same plan and by the same limits. Without such a run before, nothing was known."""
    before = next(_runs_alike(kept, run), None)
    at = run.started_at if before is None else before.finished_at
    known = () if before is None else kept.known_at(plan.checks, at)
    was = Moment(at, "" if before is None else before.id)
    return difference(was, Moment(run.finished_at, run.id), (judge(plan, known, at), verdicts))


def _runs_alike(kept: Keeping, run: Run) -> Iterator[Run]:
    """The runs before it that came to an end, of the same inventory, selection, place and operator; newest first."""

    def asked(each: Run) -> tuple[object, ...]:
        return each.inventory, each.selection, each.at, each.vantage, each.operator

    for past in kept.runs_before(run):
        if past.end is not None and asked(past.run) == asked(run):
            yield past.run
