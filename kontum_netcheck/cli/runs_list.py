"""The latest runs of the store: to choose two of them for `diff`."""

from kontum_netcheck.cli.formats import Formats, give
from kontum_netcheck.cli.history_window import Window
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.model import message
from kontum_netcheck.report.history.runs import as_csv, as_json, page
from kontum_netcheck.report.options import Options

_LATEST_COUNT = 20


def list_runs(
    shell: Shell, where: str | None, window: Window, vantage: str | None, wanted: Formats, options: Options
) -> None:
    """The runs of the time and from the place asked for, else the latest ones. None at all end the program."""
    most = _LATEST_COUNT if window.since is None and window.until is None and vantage is None else None
    with open_store_or_stop(shell, where, writable=False) as store, store_or_stop(shell):
        found = store.runs(since=window.since, until=window.until, most_count=most)
        if vantage is not None:
            found = [run for run in found if run.begun.vantage.casefold() == vantage.casefold()]
        if not found:
            raise shell.stop(message("The store {place} has no run of this time.", place=store.place.shown))
    give(
        shell,
        wanted,
        options,
        page=lambda place, _ascii_only: page(found, place),
        csv=lambda place: as_csv(found, place),
        json=lambda place: as_json(found, place),
    )
