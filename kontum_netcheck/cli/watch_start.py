"""Sets up a watch, lets it run in an event loop, and says at its end what is left to say."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from kontum_netcheck.cli.courier import Couriers, PostState
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.notice_address import Address
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
from kontum_netcheck.cli.watch_clock import SystemClock
from kontum_netcheck.cli.watch_inventory import LivingInventory, Words
from kontum_netcheck.cli.watch_memory import from_store
from kontum_netcheck.cli.watch_run import Settings, Watcher
from kontum_netcheck.cli.watch_view import view
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import message
from kontum_netcheck.plan.selection import UnknownWord
from kontum_netcheck.report import framing
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.story import Story
from kontum_netcheck.watch.turns import Rules, Watched

_GAP_TURNS = 3
"""Of more turns that nobody made, the looks before and after don't confirm each other."""


def run_watch(
    shell: Shell,
    loaded: Loaded,
    words: Words,
    settings: Settings,
    confirm: int,
    addresses: Sequence[Address],
) -> int:
    """Watch to the end; the exit code. A store that can't be opened, and unknown words, end it at once."""
    try:
        inventory = LivingInventory(loaded, words.select)
    except UnknownWord as unknown:
        raise shell.stop(unknown.problem) from None
    rules = Rules(confirm, settings.timetable.every * _GAP_TURNS)
    story = Story(rules, _remembered(shell, inventory, settings, rules))
    options = Options(shell.language, zone=loaded.inventory.zone)
    quiet = settings.wanted.quiet
    begun_at = datetime.now(UTC)
    with Couriers(addresses) as couriers, view(shell, options, quiet=quiet) as shown:
        watcher = Watcher(shell, inventory, settings, story, couriers, shown, SystemClock(), random.random)
        code = run_in_loop(watcher.run())
    if not quiet:
        _say_end(shell, watcher, begun_at)
    _say_unsent(shell, couriers.states)
    return code


def _remembered(shell: Shell, inventory: LivingInventory, settings: Settings, rules: Rules) -> Watched:
    """What the store knows of how everything stood."""
    if not settings.has_store:
        return Watched()
    with open_store_or_stop(shell, settings.store) as store, store_or_stop(shell):
        if (warning := store.clock_warning(datetime.now(UTC))) is not None:
            shell.tell(warning)
        return from_store(
            store,
            inventory.loaded,
            inventory.selection,
            rules,
            datetime.now(UTC),
            holds_in_quiet=settings.holds_in_quiet,
        )


def _say_end(shell: Shell, watcher: Watcher, begun_at: datetime) -> None:
    span = datetime.now(UTC) - begun_at
    shell.tell(message("Watched for {span}; turns: {count}.", span=span, count=watcher.turns_count))
    for sentence in framing.totals(watcher.report) if watcher.report is not None else ():
        shell.tell(sentence)


def _say_unsent(shell: Shell, states: Sequence[PostState]) -> None:
    for state in states:
        if lost_count := state.waiting_count + state.dropped_count:
            shell.tell(
                message(
                    "Notices to {address} that were not delivered: {count}. {why}",
                    address=state.shown,
                    count=lost_count,
                    why=state.fault or "",
                )
            )
