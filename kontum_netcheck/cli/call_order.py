"""Calls, as they are ordered on the command line: checked before anything is dialled, announced, and marked."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.engine.call_rules import refusal_of_call
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.inventory.service_numbers import reaches_a_service
from kontum_netcheck.model import Check, Failure, Message, Observation, TurnKind, message
from kontum_netcheck.plan.calls import Calls
from kontum_netcheck.probes.calling import ModemWay, SipWay
from kontum_netcheck.recording.moments import quiet_at

_MARKED = ("call", "fax", "modem")


@dataclass(frozen=True, slots=True)
class CallOrder:
    """That calls are wanted, how, why, and why even in quiet hours ("": not then)."""

    calls: Calls
    ignore_quiet: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The options about calls as they were typed."""

    wanted: bool
    gap_s: float | None
    most_count: int | None
    ignore_quiet: str | None
    why: str | None = None


def order_or_stop(shell: Shell, inventory: Inventory, typed: Typed) -> CallOrder | None:
    """What was ordered, where the inventory speaks for what was not typed; None: no calls. A slip ends the program."""
    ignore_quiet = typed.ignore_quiet
    if not typed.wanted:
        about = {"--call-gap": typed.gap_s, "--most-calls": typed.most_count, "--ignore-quiet": ignore_quiet}
        for name, value in about.items():
            if value is not None:
                raise shell.stop(message("{option} says how to call, and --calls is missing.", option=name))
        return None
    if ignore_quiet is not None and not any(char.isalpha() for char in ignore_quiet):
        raise shell.stop(
            message("--ignore-quiet wants a reason, which is kept: --ignore-quiet 'line repaired at 08:10'.")
        )
    own = inventory.calls
    calls = Calls(
        gap_s=own.gap_s if typed.gap_s is None else typed.gap_s,
        most_count=own.most_per_run if typed.most_count is None else typed.most_count,
        ring_for_s=own.ring_for_s,
    )
    return CallOrder(calls, (ignore_quiet or "").strip(), (typed.why or "").strip())


def stop_without_secrets(shell: Shell, checks: Iterable[Check]) -> None:
    """End the program where a call would lack its trunk's user or password, or could not send it."""
    for check in checks:
        way = None if check.skip or check.turn is None else getattr(check.params, "way", None)
        if not isinstance(way, SipWay):
            continue
        if names := way.broken_secrets(os.environ):
            raise shell.stop(
                message(
                    "The environment variable {name} holds a line break: set it again without one. "
                    "Nobody was called.",
                    name=names[0],
                )
            )
        if names := way.missing_secrets(os.environ):
            raise shell.stop(
                message(
                    "The environment variable {name} is not set, and the trunk {trunk} needs it. Nobody was called.",
                    name=names[0],
                    trunk=way.trunk,
                )
            )


def modem_or_stop(shell: Shell, device: str | None, checks: Iterable[Check]) -> str | None:
    """The modem's port, where one of the checks needs it; none that can be used ends the program."""
    if not any(map(_needs_modem, checks)):
        return device
    from kontum_netcheck.net.modem import PortFault, choose, ports

    try:
        return choose(ports(), device)
    except PortFault as fault:
        raise shell.stop(fault.problem) from None


def _needs_modem(check: Check) -> bool:
    if check.probe == "modem":
        return check.skip is None
    return check.turn is not None and isinstance(getattr(check.params, "way", None), ModemWay)


def prefix_or_stop(shell: Shell, typed: str | None) -> str:
    """What a modem dials in front of a number; what is none, or reaches somebody by itself, ends the program."""
    from kontum_netcheck.net.modem.dialling import is_prefix

    prefix = typed or ""
    if not is_prefix(prefix):
        raise shell.stop(
            message(
                "--dial-prefix {value}: at most 8 of the digits, * and #, with a comma for a pause.",
                value=prefix,
            )
        )
    if reaches_a_service(prefix):
        raise shell.stop(
            message("--dial-prefix {value} reaches a service by itself. Nobody was called.", value=prefix)
        )
    return prefix


class CallRules:
    """The rules of calls in one run of the program: they count, refuse, announce and mark."""

    kind = TurnKind.CALL

    def __init__(
        self, inventory: Inventory, order: CallOrder, planned_count: int, tell: Callable[[Message], None]
    ) -> None:
        self._inventory = inventory
        self._order = order
        self._count = min(planned_count, order.calls.most_count)
        self._made_count = 0
        self._sites = {site.id: site.name for site in inventory.sites}
        self.tell = tell

    def refusal(self, check: Check, now: datetime) -> Failure | None:
        """Why this call must not be made now; None: it is made."""
        ignoring, made_count = bool(self._order.ignore_quiet), self._made_count
        return refusal_of_call(
            self._inventory, check, now, self._order.calls, made_count=made_count, ignoring_quiet=ignoring
        )

    def announce(self, check: Check) -> None:
        """Say whom it calls, before it is dialled."""
        if self._made_count == 0:
            self.tell(message("Phones ring now. Ctrl-C ends a call at once."))
        self._made_count += 1
        way = check.params.way
        how = message("trunk {trunk}", trunk=way.trunk) if isinstance(way, SipWay) else message("modem")
        self.tell(
            message(
                "Call {number} of {count}: {phone}, {site} ({line}), {how}",
                number=self._made_count,
                count=max(self._count, self._made_count),
                phone=national(check.target),
                site=self._sites.get(check.site_id, check.site_id),
                line=check.service_id,
                how=how,
            )
        )

    def marked(self, observation: Observation) -> Observation:
        """With why it was made, and why even in quiet hours, where it was."""
        metrics = dict(observation.metrics)
        if observation.probe not in _MARKED or "method" not in metrics:
            return observation
        if self._order.why:
            metrics["purpose"] = self._order.why
        if self._order.ignore_quiet and quiet_at(observation.started_at, self._inventory) is not None:
            metrics["quiet_ignored"] = self._order.ignore_quiet
        return replace(observation, metrics=metrics)
