"""One run, from the loaded inventory to the written report: what `check` and `demo` share."""

import asyncio
import contextlib
import signal
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kontum_netcheck import __version__
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED, exit_code
from kontum_netcheck.cli.open_files import most_open_sockets
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.progress import progress
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.engine import Asked, Conditions, run_checks
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Message, Observation, Run, Verdicts, message
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.own_link import OwnLink, own_link
from kontum_netcheck.own_side import OwnSide
from kontum_netcheck.plan import OwnAddresses, Plan, plan
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import build
from kontum_netcheck.report.options import Options
from kontum_netcheck.selection import Selection

_BUSY_MS = 100.0
"""From this lateness of the event loop on, the reader is told that the machine was too busy to measure well."""


@dataclass(frozen=True, slots=True)
class World:
    """What the run asks: the real world, or the lab in its place."""

    network: NetworkOptions = field(default_factory=NetworkOptions)
    lab: bool = False
    evidence: tuple[Observation, ...] = ()  # what persons have recorded
    own: OwnAddresses = field(default_factory=OwnAddresses)


def run_and_report(shell: Shell, loaded: Loaded, selection: Selection, wanted: Wanted, world: World) -> int:
    """Ask, judge, print and write; return the exit code.

    What was measured before Ctrl-C or the deadline is judged and printed.
    """
    started_at = datetime.now(UTC)
    planned, asked, link = run_in_loop(_ask(shell, loaded, selection, wanted, world))
    now = datetime.now(UTC)
    verdicts = judge(planned, (*world.evidence, *asked.observations), now)
    run = Run(
        id=uuid.uuid4().hex,
        started_at=started_at,
        finished_at=now,
        tool_version=__version__,
        inventory=loaded.path,
        inventory_hash=loaded.content_hash,
        vantage=wanted.vantage,
        operator=wanted.operator,
        lab=world.lab,
        interrupted=asked.interrupted,
        deadline=asked.deadline,
        partial=selection.narrows_places or selection.narrows_probes,
        late_ms=asked.late_ms,
        notes=(*_selection_notes(selection), *_link_notes(link), *_lateness_notes(asked.late_ms)),
    )
    if wanted.verbose:
        count = sum(check.skip is None for check in planned.checks)
        shell.tell(message("Checks asked: {count}, in {span}.", count=count, span=now - started_at))
    written = give_report(shell, loaded, verdicts, run, wanted)
    if asked.interrupted:
        return INTERRUPTED
    if not written:
        return COULD_NOT_RUN
    return 0 if wanted.exit_zero else exit_code(verdicts.readiness)


def give_report(shell: Shell, loaded: Loaded, verdicts: Verdicts, run: Run, wanted: Wanted) -> bool:
    """Print the report and write its files; False where a file could not be written (it is said which and why).

    The files come first: a closed pipe must not cost them.
    """
    report = build(verdicts, run, loaded.inventory)
    options = Options(
        language=shell.language,
        by=wanted.by,
        zone=loaded.inventory.zone,
        width=shell.width,
        colour=shell.colour,
        csv_keys=wanted.csv_keys,
    )
    written = True
    for file, name in wanted.outputs:
        try:
            write_whole(file, FORMATS[name].render(report, options))
        except OSError as fault:
            written = False
            shell.tell(
                message(
                    "{file} could not be written: {reason}.",
                    file=str(file),
                    reason=fault.strerror or str(fault),
                )
            )
    if not wanted.quiet:
        shell.put(FORMATS[wanted.format_name].render(report, options))
    return written


async def _ask(
    shell: Shell, loaded: Loaded, selection: Selection, wanted: Wanted, world: World
) -> tuple[Plan, Asked, OwnLink | None]:
    started_s = time.perf_counter()
    async with Network(world.network) as network:
        with _stop_on_signal() as stop:
            link = await _own_link(loaded, selection, wanted, world, network)
            if wanted.verbose and link is not None:
                shell.tell(link.reason)
            planned = plan(loaded.inventory, selection, OwnAddresses(link.gateway) if link else world.own)
            spent_s = time.perf_counter() - started_s
            conditions = Conditions(
                vantage=wanted.vantage,
                operator=wanted.operator,
                lab=world.lab,
                rate_per_s=wanted.rate_per_s,
                deadline_s=None if wanted.deadline_s is None else max(0.0, wanted.deadline_s - spent_s),
                own=OwnSide.of(link) if link else OwnSide(),
                most_open_count=most_open_sockets(),
            )
            by_id = {check.id: check for check in planned.checks}
            with progress(shell, by_id, world.evidence, wanted=not wanted.quiet) as note:
                asked = await run_checks(planned.checks, network, conditions, stop=stop, on_observation=note)
            return planned, asked, link


async def _own_link(
    loaded: Loaded, selection: Selection, wanted: Wanted, world: World, network: Network
) -> OwnLink | None:
    """Look at our own link first, unless nothing that is asked leaves this machine; within the deadline."""
    if world.lab:
        return None
    checks = plan(loaded.inventory, selection).checks
    if all(check.skip or check.params.stays_on_this_machine for check in checks):
        return None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wanted.deadline_s):
            return await own_link(network, loaded.inventory.reference)
    return None


def _selection_notes(selection: Selection) -> Sequence[Message]:
    if selection.narrows_places or selection.narrows_probes:
        return [message("Only a part of the inventory was selected: this is no verdict on the rest.")]
    return []


def _link_notes(link: OwnLink | None) -> Sequence[Message]:
    return [link.reason] if link and link.down else []


def _lateness_notes(late_ms: float) -> Sequence[Message]:
    if late_ms < _BUSY_MS:
        return []
    late = round(late_ms)
    return [
        message("This machine was busy, up to {late} ms late: slow answers may be its own fault.", late=late)
    ]


_STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, a polite kill, and a terminal that goes away (which Windows has no signal for)."""


@contextlib.contextmanager
def _stop_on_signal() -> Iterator[asyncio.Event]:
    """These signals end the asking, not the program: what was measured is judged and printed.

    A second Ctrl-C ends the program at once.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _STOPPING}

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        loop.call_soon_threadsafe(stop.set)

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
