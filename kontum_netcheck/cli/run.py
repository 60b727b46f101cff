"""One run, from the loaded inventory to the written report: what `check` and `demo` share."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kontum_netcheck import __version__
from kontum_netcheck.cli.concluding import Found, conclude
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.load_lock import alone_on_the_line
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.inventory.loader import Loaded
from kontum_netcheck.model import Message, Outcome, Run, message
from kontum_netcheck.plan.selection import Selection
from kontum_netcheck.wording import cause_message

if TYPE_CHECKING:
    from kontum_netcheck.cli.asking import Answers, World

_BUSY_MS = 100.0
"""From this lateness of the event loop on, the reader is told that the machine was too busy to measure well."""
_HOSTS_TOLD = 5


def run_and_report(
    shell: Shell, loaded: Loaded, selection: Selection, wanted: Wanted, world: "World", kept: Keeping
) -> int:
    """Ask, keep, judge, print and write; return the exit code.

    What was measured before Ctrl-C or the deadline is judged and printed. Raises StoreError before anything is asked.
    """
    from kontum_netcheck.cli.asking import ask  # loads the engine, which `report` needs not
    from kontum_netcheck.cli.event_loop import run_in_loop

    with alone_on_the_line(shell, wanted=wanted.loads is not None and not world.lab):
        begun, started_s = begun_of(loaded, selection, wanted, world), time.perf_counter()
        answers = run_in_loop(ask(shell, loaded, selection, wanted, world, begun, kept))
    found = found_in(answers)
    return conclude(shell, loaded, selection, wanted, kept, begun, started_s, found)


def found_in(answers: "Answers") -> Found:
    """What the answers come to, with what the reader must know of our own side."""
    asked = answers.asked
    return Found(
        plan=answers.plan,
        known=answers.known,
        observations=asked.observations,
        interrupted=asked.interrupted,
        deadline=asked.deadline,
        late_ms=asked.late_ms,
        notes=tuple(_own_notes(answers)),
    )


def begun_of(loaded: Loaded, selection: Selection, wanted: Wanted, world: "World") -> Run:
    """The run as far as it is known when it begins."""
    now = datetime.now(UTC)
    return Run(
        id=uuid.uuid4().hex,
        started_at=now,
        finished_at=now,
        tool_version=__version__,
        inventory=loaded.path,
        inventory_hash=loaded.content_hash,
        vantage=wanted.vantage,
        operator=wanted.operator,
        lab=world.lab,
        source=world.network.source_address or "",
        at=next(iter(selection.at)) if len(selection.at) == 1 else "",
        at_line=selection.at_line or "",
        selection=selection.words,
        partial=selection.narrows_places or selection.narrows_probes,
    )


def _own_notes(answers: "Answers") -> Iterator[Message]:
    """What the reader must know of our own side."""
    from kontum_netcheck.net.icmp.ladder import ADVICE
    from kontum_netcheck.net.icmp.series import Method

    if any(each.metrics.get("method") == Method.TCP_CONNECT for each in answers.asked.observations):
        yield ADVICE[Method.TCP_CONNECT]
    if answers.link is not None and answers.link.down:
        yield answers.link.reason
    if answers.change is not None:
        yield answers.change.said
    if answers.asked.late_ms >= _BUSY_MS:
        late = round(answers.asked.late_ms)
        yield message(
            "This machine was busy, up to {late} ms late: slow answers may be its own fault.", late=late
        )
    yield from _untried(answers)
    if answers.straggler_counts:
        hosts = sorted(answers.straggler_counts)
        yield message(
            "Echo replies that came after their ping had ended: {count}, from {hosts}. Lost, but these hosts answer.",
            count=sum(answers.straggler_counts.values()),
            hosts=", ".join(hosts[:_HOSTS_TOLD]) + (" …" if len(hosts) > _HOSTS_TOLD else ""),
        )


def _untried(answers: "Answers") -> Iterator[Message]:
    """Calls and loads that our own side spoiled: older evidence may stand for them, and must not look like theirs."""
    in_turn = {check.id for check in answers.plan.checks if check.turn is not None}
    spoiled = [
        (observation.check_id, observation.failure)
        for observation in answers.asked.observations
        if observation.check_id in in_turn
        and observation.outcome is Outcome.ERROR
        and observation.failure is not None
    ]
    if spoiled:
        check_id, failure = spoiled[0]
        yield message(
            "Calls and bandwidth tests that our own side kept from telling anything: {count}, as {check} ({reason})."
            " What was known of these lines before still counts.",
            count=len(spoiled),
            check=check_id,
            reason=cause_message(failure),
        )
