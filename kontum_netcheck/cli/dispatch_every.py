"""`dispatch --every`: turn after turn, each by the inventory as it is then, until it is stopped."""

import asyncio
import contextlib
import signal
from datetime import datetime
from pathlib import Path

import typer

from kontum_netcheck.agents.every import Every, every_of
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.agents.turns import Turns, series_of, take_turns
from kontum_netcheck.cli.asking import stop_on_signal
from kontum_netcheck.cli.dispatch_turn import Turn, Words, dispatch_and_report
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import INTERRUPTED
from kontum_netcheck.cli.inventory import load_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.silence import silence
from kontum_netcheck.cli.store import store_or_stop
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.store.fault import StoreError

_WAIT_FOR_AGENTS_S = 12.0
"""A little more than agents' reports are apart: after an outage a turn may begin before they are back."""


def dispatch_again(shell: Shell, words: Words, wanted: Wanted, orders: Orders, typed: str) -> int:
    """Turn after turn. 0 where it was told to end (SIGTERM), 130 after Ctrl-C."""
    silence("procrastinate", "psycopg")
    series = Series(shell, words, wanted, orders, typed)
    numbers: list[int] = []

    async def again() -> None:
        with stop_on_signal(numbers.append) as stop:
            await series.run(stop)

    run_in_loop(again())
    return INTERRUPTED if signal.SIGINT in numbers else 0


class Series:
    """The turns of one inventory and selection. What is wrong at the start ends the program; later it is told."""

    def __init__(
        self,
        shell: Shell,
        words: Words,
        wanted: Wanted,
        orders: Orders,
        typed: str,
        *,
        wait_for_agents_s: float = _WAIT_FOR_AGENTS_S,
    ) -> None:
        self._shell = shell
        self._words = words
        self._wanted = wanted
        self._orders = orders
        self._wait_for_agents_s = wait_for_agents_s
        self._loaded = load_or_stop(shell, words.inventory, asks_here=False)
        self._every = _every_or_stop(shell, typed, self._loaded)
        selection = words.select_or_stop(shell, self._loaded)
        self.name = series_of(Path(self._loaded.path), selection.words)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""

        async def take(_planned_at: datetime) -> None:
            await self.turn(stop)

        turns = Turns(take, self._missed)
        try:
            await take_turns(self._orders.place, self._orders.conninfo, self._every, self.name, turns, stop)
        except StoreError as refused:
            raise self._shell.stop(refused.problem) from None

    async def turn(self, stop: asyncio.Event) -> None:
        """One turn; where it can't be made, it is said why, and the next one may."""
        if self._shell.log is not None:
            with contextlib.suppress(OSError):
                self._shell.log.rotate()
        try:
            with store_or_stop(self._shell):
                if not await asyncio.to_thread(self._orders.claim, self.name):
                    self._shell.tell(message("Another dispatcher is still at the turn before."))
                    raise typer.Exit
            try:
                await self._dispatch(stop)
            finally:
                with contextlib.suppress(StoreError):
                    await asyncio.to_thread(self._orders.release, self.name)
        except typer.Exit:
            self._shell.tell(message("This turn is not made."))

    async def _dispatch(self, stop: asyncio.Event) -> None:
        loaded = self._now_loaded()
        turn = Turn(
            loaded,
            self._words.select_or_stop(self._shell, loaded),
            self._words.max_pps,
            self._every.span.total_seconds(),
            self.name,
            self._wait_for_agents_s,
        )
        await dispatch_and_report(self._shell, turn, self._wanted, self._orders, stop)

    def _now_loaded(self) -> Loaded:
        """The inventory as it is now. Raises typer.Exit where it has become wrong, after saying all that is."""
        loaded = load_or_stop(self._shell, self._words.inventory, asks_here=False)
        if loaded.content_hash != self._loaded.content_hash:
            self._shell.tell(
                message("The inventory {path} has changed: it is asked as it is now.", path=loaded.path)
            )
        self._loaded = loaded
        return loaded

    def _missed(self, planned_at: datetime, count: int) -> None:
        """A turn takes longer than there is time."""
        self._shell.tell(
            message(
                "The turn of {moment} still goes on; turns left out so far: {count}.",
                moment=planned_at.astimezone(self._loaded.inventory.zone).strftime("%H:%M:%S"),
                count=count,
            )
        )


def _every_or_stop(shell: Shell, typed: str, loaded: Loaded) -> Every:
    """The interval; what is none ends the program with the nearest that are."""
    offset = datetime.now(loaded.inventory.zone).utcoffset()
    assert offset is not None
    try:
        return every_of(typed, offset)
    except WrongValue as wrong:
        raise shell.stop(message("--every: {problem}", problem=wrong.problem)) from None
