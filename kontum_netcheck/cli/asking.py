"""Asking: own link first, then the plan, then a second look at our own side. What `run.py` judges and prints."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kontum_netcheck.cli.call_order import CallRules, modem_or_stop, stop_without_secrets
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.load_order import load_rules
from kontum_netcheck.cli.open_files import most_open_sockets
from kontum_netcheck.cli.progress import progress
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.turn_rules import KindRules, marked, turn_rules
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.cli.watching import watched
from kontum_netcheck.engine import Asked, Conditions, run_checks
from kontum_netcheck.engine.tracing import with_paths
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Check, Message, Observation, Outcome, Run, TurnKind, message
from kontum_netcheck.net.clock import StepWatch
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.own.change import OwnChange, could_be_ours, excused, own_change
from kontum_netcheck.own.link import OwnLink, own_link
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.plan import OwnAddresses, Plan, plan
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.plan.vantages import asked_from


@dataclass(frozen=True, slots=True)
class World:
    """What the run asks: the real world, or the lab in its place."""

    network: NetworkOptions = field(default_factory=NetworkOptions)
    lab: bool = False
    own: OwnAddresses = field(default_factory=OwnAddresses)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, what came of it, and how our own side stood."""

    plan: Plan
    asked: Asked
    known: tuple[Observation, ...]  # the evidence there was before
    link: OwnLink | None  # None: nothing beyond this machine was asked
    change: OwnChange | None  # of our own side, during the run
    straggler_counts: Mapping[str, int]  # by address: echo replies that came when their ping had ended


async def ask(
    shell: Shell,
    loaded: Loaded,
    selection: Selection,
    wanted: Wanted,
    world: World,
    run: Run,
    kept: Keeping,
    stop: asyncio.Event | None = None,
) -> Answers:
    """Ask what is selected, and keep it. Ctrl-C and the deadline end the asking, and what was measured stays.

    Who minds the signals himself (`watch`) says with `stop` when to end.
    Raises StoreError where the store can't tell or take anything; nothing has been asked then.
    """
    started_s, watch = time.perf_counter(), StepWatch()
    planned, options = _planned(shell, loaded, selection, wanted, world, run)
    async with Network(options) as network:
        with stop_on_signal() if stop is None else contextlib.nullcontext(stop) as stop:
            link = await own_link_of(planned.checks, loaded, wanted, world, network)
            if wanted.verbose and link is not None:
                shell.tell(link.reason)
            if link is not None and selection.at:  # only on site is our gateway a target
                at_hand = replace(world, own=OwnAddresses(link.gateway))
                planned, _ = _planned(shell, loaded, selection, wanted, at_hand, run)
            known = kept.known(planned.checks, run.started_at)
            kept.begin(run, planned.checks, loaded)
            conditions = conditions_of(wanted, world, link, time.perf_counter() - started_s)
            by_id = {check.id: check for check in planned.checks}
            asked = await _asked(shell, loaded, planned, wanted, network, conditions, known, kept, stop)
            if wanted.trace and not (asked.interrupted or asked.deadline):
                left_s = _left_s(wanted, time.perf_counter() - started_s)
                with watched(shell, wanted=not wanted.quiet) as tell:
                    paths = with_paths(
                        asked.observations, by_id, network, stop=stop, left_s=left_s, on_path=_teller(tell)
                    )
                    asked = replace(asked, observations=await paths)
            change = None
            if link is not None and not link.down:
                reference = loaded.inventory.reference
                change = await own_change(link, watch, asked.observations, network, reference)
            if change is not None and change.spoils:
                asked = replace(asked, observations=excused(asked.observations, by_id))
            return Answers(planned, asked, known, link, change, network.straggler_counts)


def _planned(
    shell: Shell, loaded: Loaded, selection: Selection, wanted: Wanted, world: World, run: Run
) -> tuple[Plan, NetworkOptions]:
    """The plan, and the ways into the world; what calls lack (a password, a modem) ends the program."""
    on = run.started_at.astimezone(loaded.inventory.zone).date()
    order = wanted.calls.calls if wanted.calls else None
    planned = plan(loaded.inventory, selection, world.own, on=on, calls=order, loads=wanted.loads)
    planned = asked_from(planned, wanted.named_vantage)
    if order is None:
        return planned, world.network
    stop_without_secrets(shell, planned.checks)
    device = modem_or_stop(shell, world.network.modem_device, planned.checks)
    return planned, replace(world.network, modem_device=device)


async def _asked(
    shell: Shell,
    loaded: Loaded,
    planned: Plan,
    wanted: Wanted,
    network: Network,
    conditions: Conditions,
    known: tuple[Observation, ...],
    kept: Keeping,
    stop: asyncio.Event,
) -> Asked:
    """Ask all of the plan, show how far it is, and keep what is found at once."""
    checks = planned.checks
    by_id = {check.id: check for check in checks}
    with progress(shell, by_id, known, wanted=not wanted.quiet) as shown:
        rules = dict(rules_of(loaded.inventory, wanted, checks, shown.tell))
        network.on_load = shown.load
        if wanted.loads is not None:
            rules[TurnKind.LOAD] = load_rules(loaded.inventory, kept.loads_between, checks, shown.tell)

        def take(observation: Observation) -> None:
            shown.note(observation)
            kept.take(marked(observation, rules), is_final=_is_final(observation, wanted))

        asked = await run_checks(
            checks, network, conditions, stop=stop, on_observation=take, turns=turn_rules(rules)
        )
    return replace(asked, observations=tuple(marked(each, rules) for each in asked.observations))


def rules_of(
    inventory: Inventory, wanted: Wanted, checks: Iterable[Check], tell: Callable[[Message], None]
) -> Mapping[TurnKind, KindRules]:
    """The rules of each kind of turn that was asked for."""
    rules: dict[TurnKind, KindRules] = {}
    if wanted.calls is not None:
        count = sum(check.turn is not None and check.turn.kind is TurnKind.CALL for check in checks)
        rules[TurnKind.CALL] = CallRules(inventory, wanted.calls, count, tell)
    return rules


def _is_final(observation: Observation, wanted: Wanted) -> bool:
    """What failed or was lost may be our own side's, as seen at the end; a ping may get the path to where it ends."""
    if observation.outcome is Outcome.FAILED or could_be_ours(observation):
        return False
    return not (wanted.trace and observation.probe == "ping")


def _left_s(wanted: Wanted, spent_s: float) -> float | None:
    """Until the run's deadline; None: it has none."""
    return None if wanted.deadline_s is None else max(0.0, wanted.deadline_s - spent_s)


def _teller(tell: Callable[[Message], None]) -> Callable[[int, int], None]:
    """Says how many ways have been followed."""
    return lambda done, all_of_them: tell(
        message("Following the ways of bad pings, {done} of {count} …", done=done, count=all_of_them)
    )


def conditions_of(wanted: Wanted, world: World, link: OwnLink | None, spent_s: float) -> Conditions:
    """How the run is made; its deadline began to run `spent_s` ago."""
    return Conditions(
        vantage=wanted.vantage,
        operator=wanted.operator,
        lab=world.lab,
        rate_per_s=wanted.rate_per_s,
        deadline_s=_left_s(wanted, spent_s),
        own=OwnSide.of(link) if link else OwnSide(),
        most_open_count=most_open_sockets(),
    )


async def own_link_of(
    checks: Sequence[Check], loaded: Loaded, wanted: Wanted, world: World, network: Network
) -> OwnLink | None:
    """Look at our own link first, unless nothing that is asked leaves this machine; within the deadline."""
    if world.lab:
        return None
    if all(check.skip or check.params.stays_on_this_machine for check in checks):
        return None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wanted.deadline_s):
            return await own_link(network, loaded.inventory.reference)
    return None


_STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, a polite kill, and a terminal that goes away (which Windows has no signal for)."""


@contextlib.contextmanager
def stop_on_signal(told: Callable[[int], None] = lambda _number: None) -> Iterator[asyncio.Event]:
    """These signals end the asking, not the program: what was measured is judged and printed.

    A second Ctrl-C ends the program at once. `told` is called with the signal's number.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _STOPPING}

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        told(number)
        loop.call_soon_threadsafe(stop.set)

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
