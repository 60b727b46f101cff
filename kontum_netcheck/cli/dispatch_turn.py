"""One run over the agents, from the inventory to the written report: `check`, but for the asking."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kontum_netcheck.agents.clock import Clock
from kontum_netcheck.agents.dispatching import Order, dispatch
from kontum_netcheck.agents.orders import Orders
from kontum_netcheck.agents.waiting import questions_of
from kontum_netcheck.cli.asking import World, stop_on_signal
from kontum_netcheck.cli.concluding import Found, conclude
from kontum_netcheck.cli.dispatch_progress import dispatch_progress
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.keeping import Keeping, keeping
from kontum_netcheck.cli.run import begun_of
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import store_or_stop
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import Check, message
from kontum_netcheck.plan import Plan, plan
from kontum_netcheck.plan.selection import Selection


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed of what is to be asked."""

    inventory: Path | None = None
    districts: Sequence[str] = ()
    sites: Sequence[str] = ()
    carriers: Sequence[str] = ()
    probes: Sequence[str] = ()
    skip: Sequence[str] = ()
    max_pps: int = 1000

    def select_or_stop(self, shell: Shell, loaded: Loaded) -> Selection:
        """The selection; a word that the inventory doesn't have ends the program."""
        return select_or_stop(
            shell,
            loaded.inventory,
            district=self.districts,
            site=self.sites,
            carrier=self.carriers,
            probe=self.probes,
            skip=self.skip,
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked this time; of what is sent again and again, how often and by which name."""

    loaded: Loaded
    selection: Selection
    max_pps: int = 1000
    every_s: float | None = None
    series: str = ""
    wait_for_agents_s: float = 0.0  # that none is at a vantage is believed after this time


def orders_or_stop(shell: Shell, where: str | None) -> Orders:
    """The queues of the store that was named; one that has none, and none at all, end the program."""
    if not where:
        raise shell.stop(
            message("It takes the store that the agents use: --store postgresql://user@host/database")
        )
    with store_or_stop(shell):
        return Orders(where)


def dispatch_once(shell: Shell, words: Words, wanted: Wanted, orders: Orders) -> int:
    """One run; the exit code is that of `check`."""
    loaded = load_or_stop(shell, words.inventory, asks_here=False)
    turn = Turn(loaded, words.select_or_stop(shell, loaded), words.max_pps)

    async def once() -> int:
        with stop_on_signal() as stop:
            return await dispatch_and_report(shell, turn, wanted, orders, stop)

    return run_in_loop(once())


async def dispatch_and_report(
    shell: Shell, turn: Turn, wanted: Wanted, orders: Orders, stop: asyncio.Event
) -> int:
    """Send, wait, judge, print and write; return the exit code.

    Where the store refuses, the program ends before anything is sent. So it does where no agent is alive, unless it
    asks again and again: then the report says so, and files that others watch don't grow old.
    """
    begun, started_s = begun_of(turn.loaded, turn.selection, wanted, World()), time.perf_counter()
    inventory = turn.loaded.inventory
    planned = plan(inventory, turn.selection, on=begun.started_at.astimezone(inventory.zone).date())
    begun = replace(begun, sent=True, vantage=", ".join(_places(planned.checks)))
    offset_s = await _clock_offset_or_stop(shell, orders)
    if turn.every_s is None:
        await _agents_or_stop(shell, orders, planned.checks)
    with keeping(shell, orders.where, wanted=True) as kept:
        order = Order(
            run=begun,
            checks=planned.checks,
            reference=inventory.reference,
            deadline_s=wanted.deadline_s,
            every_s=turn.every_s,
            series=turn.series,
            rate_per_s=wanted.rate_per_s,
            max_pps=turn.max_pps,
            clock_offset_s=offset_s,
            wait_for_agents_s=turn.wait_for_agents_s,
        )
        found = await _found(shell, turn, wanted, orders, stop, planned, order, kept)
        return conclude(shell, turn.loaded, turn.selection, wanted, kept, begun, started_s, found)


async def _found(
    shell: Shell,
    turn: Turn,
    wanted: Wanted,
    orders: Orders,
    stop: asyncio.Event,
    planned: Plan,
    order: Order,
    kept: Keeping,
) -> Found:
    """Keep that it begins, and bring home what the agents find."""
    known = kept.known(planned.checks, order.run.started_at)
    kept.begin(order.run, planned.checks, turn.loaded)
    with dispatch_progress(shell, known, wanted=not wanted.quiet) as watcher:
        brought = await dispatch(order, orders, stop, watcher)
    return Found(
        planned, known, brought.observations, brought.interrupted, brought.deadline, notes=brought.notes
    )


async def _clock_offset_or_stop(shell: Shell, orders: Orders) -> float:
    """The database's time minus ours. The agents' answers are dated by it: a clock that is far off ends the program."""
    clock = Clock(lambda: datetime.now(UTC))
    asked_at, asked_s = clock.now(), time.perf_counter()
    with store_or_stop(shell):
        database_now = await asyncio.to_thread(orders.now)
    told = clock.compare(database_now, asked_at, time.perf_counter() - asked_s)
    if not clock.is_right:
        raise shell.stop(clock.refusal)
    if told is not None:
        shell.tell(told)
    return clock.offset_s or 0.0


async def _agents_or_stop(shell: Shell, orders: Orders, checks: Sequence[Check]) -> None:
    """Where there is something to send and nobody to send it to, the program ends at once."""
    with store_or_stop(shell):
        alive = await asyncio.to_thread(orders.alive)
    if alive or not any(questions_of(checks)):
        return
    raise shell.stop(
        message(
            "No agent is alive. Start one where the checks are to be made:"
            " kontum-netcheck agent --vantage NAME --store {store}",
            store=orders.shown,
        )
    )


def _places(checks: Sequence[Check]) -> list[str]:
    """The vantages that are named, in the plan's order."""
    return list(dict.fromkeys(question.vantage for question in questions_of(checks) if question.vantage))
