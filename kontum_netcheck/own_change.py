"""What a run has shown of our own side: link lost, network changed, gateway not there, machine asleep."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kontum_netcheck.model import Cause, Check, Failure, Message, Observation, Outcome, Stage, message
from kontum_netcheck.net.clock import StepWatch
from kontum_netcheck.net.link.facts import LocalFacts
from kontum_netcheck.net.link.local import local_facts, missing_neighbours
from kontum_netcheck.net.network import Network
from kontum_netcheck.own_link import OwnLink, own_link
from kontum_netcheck.probes.declaration import ProbeParams

_MANY = 0.5
"""From this share of failures on, our own link is looked at again: so many sites rarely break at once."""
_SLEPT_S = 5.0


async def own_change(
    before: OwnLink,
    watch: StepWatch,
    observations: Sequence[Observation],
    network: Network,
    reference: ProbeParams | None,
) -> Message | None:
    """What changed since `before` was seen, in one sentence; None: nothing that could have spoilt the run."""
    if watch.step_s() > _SLEPT_S:
        return message("This machine slept, or its clock was set, during the run.")
    if changed(before.facts.local, await asyncio.to_thread(local_facts)):
        return message("This machine's network changed during the run.")
    gateways = {route.gateway for route in before.facts.local.live_routes if route.gateway}
    if lost := gateways & missing_neighbours():
        return message("This machine's gateway {gateway} is not there.", gateway=min(lost))
    asked = [o for o in observations if o.outcome in (Outcome.MEASURED, Outcome.FAILED)]
    failed_count = sum(o.outcome is Outcome.FAILED for o in asked)
    if failed_count and failed_count >= _MANY * len(asked):
        after = await own_link(network, reference)
        if after.down and not before.down:
            return message("This machine's own link was lost during the run: {reason}", reason=after.reason)
    return None


def changed(before: LocalFacts, after: LocalFacts) -> bool:
    """Whether a way out that was there is gone or another one. Pure."""
    gone_routes = set(before.live_routes) - set(after.live_routes)
    addresses = {address for interface in after.lines for address in interface.routable}
    gone_addresses = {a for interface in before.lines for a in interface.routable} - addresses
    return bool(gone_routes or gone_addresses)


def excused(observations: Sequence[Observation], checks: Mapping[str, Check]) -> tuple[Observation, ...]:
    """The observations of a run that our own change spoilt: failures on the way are errors of ours. Pure.

    What was measured stays, and so does what somebody answered wrongly.
    """
    lost = Failure(Stage.LINK, Cause.OWN_LINK_DOWN)
    return tuple(
        replace(observation, outcome=Outcome.ERROR, failure=lost)
        if _could_be_ours(observation, checks[observation.check_id])
        else observation
        for observation in observations
    )


def _could_be_ours(observation: Observation, check: Check) -> bool:
    failure = observation.failure
    if observation.outcome is not Outcome.FAILED or failure is None or check.params is None:
        return False
    return failure.stage is not Stage.EXPECTATION and not check.params.stays_on_this_machine
