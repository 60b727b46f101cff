"""What a run has shown of our own side: link lost, network changed, gateway not there, machine asleep."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kontum_netcheck.model import Cause, Check, Failure, Message, Observation, Outcome, Stage, message
from kontum_netcheck.net.clock import StepWatch
from kontum_netcheck.net.link.facts import LocalFacts
from kontum_netcheck.net.link.local import local_facts, missing_neighbours
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.link import OwnLink, own_link
from kontum_netcheck.probes.declaration import ProbeParams

_MANY = 0.5
"""From this share of failures on, our own link is looked at again: so many sites rarely break at once."""
_SLEPT_S = 5.0


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What changed, in one sentence, and whether failures may come from it."""

    said: Message
    spoils: bool = True


async def own_change(
    before: OwnLink,
    watch: StepWatch,
    observations: Sequence[Observation],
    network: Network,
    reference: ProbeParams | None,
) -> OwnChange | None:
    """What changed since `before` was seen; None: nothing that a reader must know."""
    step_s = watch.step_s()
    if step_s > _SLEPT_S:
        return OwnChange(message("This machine slept, or its clock was set, during the run."))
    after = await asyncio.to_thread(local_facts)
    if changed(before.facts.local, after):
        return OwnChange(message("This machine's network changed during the run."))
    if flapped := carrier_lost(before.facts.local, after):
        return OwnChange(
            message("This machine's link {interface} was lost for a while during the run.", interface=flapped)
        )
    gateways = {route.gateway for route in before.facts.local.live_routes if route.gateway}
    if lost := gateways & missing_neighbours():
        return OwnChange(message("This machine's gateway {gateway} is not there.", gateway=min(lost)))
    asked = [o for o in observations if o.outcome in (Outcome.MEASURED, Outcome.FAILED)]
    failed_count = sum(o.outcome is Outcome.FAILED for o in asked)
    if failed_count and failed_count >= _MANY * len(asked):
        now = await own_link(network, reference)
        if now.down and not before.down:
            return OwnChange(
                message("This machine's own link was lost during the run: {reason}", reason=now.reason)
            )
    if step_s < -_SLEPT_S:
        return OwnChange(
            message(
                "This machine's clock was set back during the run: its times of day are not to be relied on."
            ),
            spoils=False,
        )
    return None


def changed(before: LocalFacts, after: LocalFacts) -> bool:
    """Whether a way out that was there is gone or another one. Pure."""
    gone_routes = set(before.live_routes) - set(after.live_routes)
    addresses = {address for interface in after.lines for address in interface.routable}
    gone_addresses = {a for interface in before.lines for a in interface.routable} - addresses
    return bool(gone_routes or gone_addresses)


def carrier_lost(before: LocalFacts, after: LocalFacts) -> str | None:
    """The interface of a way out whose cable or Wi-Fi was gone meanwhile and has come back; only Linux tells. Pure."""
    counts = {interface.name: interface.carrier_changes_count for interface in before.interfaces}
    ways_out = {route.interface for route in before.live_routes}
    return next(
        (
            interface.name
            for interface in after.interfaces
            if interface.name in ways_out and interface.carrier_changes_count != counts[interface.name]
        ),
        None,
    )


def excused(observations: Sequence[Observation], checks: Mapping[str, Check]) -> tuple[Observation, ...]:
    """The observations of a run that our own change spoilt: failures on the way and lost echoes are ours. Pure.

    What else was measured stays, and so does what somebody answered wrongly.
    """
    lost = Failure(Stage.LINK, Cause.OWN_LINK_DOWN)
    return tuple(
        replace(observation, outcome=Outcome.ERROR, failure=lost)
        if could_be_ours(observation) and _leaves_us(checks[observation.check_id])
        else observation
        for observation in observations
    )


def could_be_ours(observation: Observation) -> bool:
    """Whether our own side may have done it: a failure on the way, or echoes that were lost. Pure."""
    failure = observation.failure
    if observation.outcome is Outcome.FAILED:
        return failure is not None and failure.stage is not Stage.EXPECTATION
    loss_pct = observation.metrics.get("loss_pct")
    return observation.outcome is Outcome.MEASURED and isinstance(loss_pct, int | float) and loss_pct > 0


def _leaves_us(check: Check) -> bool:
    return check.params is not None and not check.params.stays_on_this_machine
