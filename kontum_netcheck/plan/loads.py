"""Which lines are filled to see how fast they are, in whose turn, and by what their speed is judged. Pure."""

from dataclasses import dataclass, replace

from kontum_netcheck.inventory.schema import Inventory, Line
from kontum_netcheck.model import Cause, Check, Cost, Failure, Limit, Stage, Turn, TurnKind
from kontum_netcheck.plan.tree import Plan
from kontum_netcheck.probes.bandwidth import BandwidthParams

OWN_UPLINK = "uplink of this machine"
"""Whatever line is measured from here: two loads at once would share it."""
_COMMITTED_READY, _COMMITTED_DEGRADED = 0.8, 0.5
_GAP_S = 2.0  # queues drain, and the server sees that the test before is over
_SOURCE = "QCVN 34:2019, 0.8 of the committed {speed:g} Mbit/s; 0.5: project"


@dataclass(frozen=True, slots=True)
class Loads:
    """That bandwidth tests are asked for; `metered`: also of lines whose data volume costs money."""

    metered: bool = False


def with_loads(whole: Plan, inventory: Inventory, loads: Loads | None) -> Plan:
    """The plan with its bandwidth checks in turns, judged by what their lines are committed to."""
    if not any(check.probe == "bandwidth" for check in whole.checks):
        return whole
    lines = {(site.id, line.id): line for site in inventory.sites for line in site.internet}

    def change(check: Check) -> Check:
        if check.probe != "bandwidth":
            return check
        return planned_load(check, lines.get((check.site_id, check.service_id)), loads)

    return whole.changed(change)


def planned_load(check: Check, line: Line | None, loads: Loads | None) -> Check:
    """The bandwidth check with its turn and its limits; or why it isn't asked. `loads` is None where nobody asked."""
    assert isinstance(check.params, BandwidthParams), check
    judged = replace(check, limits=_limits(check, line))
    skip = check.skip or _refusal(line, loads)
    if skip is not None:
        return replace(judged, skip=skip, cost=Cost())
    lanes = frozenset({OWN_UPLINK, *(f"server {host}" for host in check.params.hosts)})
    return replace(judged, turn=Turn(TurnKind.LOAD, lanes, _GAP_S))


def _refusal(line: Line | None, loads: Loads | None) -> Failure | None:
    if loads is None:
        return Failure(Stage.PLAN, Cause.NOT_ASKED_FOR)
    if line is not None and line.metered and not loads.metered:
        return Failure(Stage.PLAN, Cause.METERED)
    return None


def _limits(check: Check, line: Line | None) -> tuple[Limit, ...]:
    """The committed speed's in place of the floor, unless a person typed others; of each way that is asked for.

    A speed that could not be measured is then missed: it breaks its limit, whoever typed it.
    """
    ways = ("down", "up") if check.params.direction == "both" else (check.params.direction,)
    committed = line.committed_mbit_per_s if line else None
    speeds = {"down": committed.down, "up": committed.up} if committed else {}
    limits = []
    for limit in check.limits:
        way = limit.metric.removesuffix("_mbit_per_s")
        if way not in ("down", "up") or limit.required:
            limits.append(limit)
        elif way in ways:
            limits.append(replace(_committed(limit, speeds[way]) if way in speeds else limit, required=True))
    return tuple(limits)


def _committed(floor: Limit, mbit_per_s: float) -> Limit:
    return replace(
        floor,
        ready=round(_COMMITTED_READY * mbit_per_s, 6),
        degraded=round(_COMMITTED_DEGRADED * mbit_per_s, 6),
        source=committed_source(mbit_per_s),
    )


def committed_source(mbit_per_s: float) -> str:
    """The source of a limit that follows from the committed speed of a line."""
    return _SOURCE.format(speed=mbit_per_s)


def line_of(inventory: Inventory, check: Check) -> Line | None:
    """The line that the check is about; None: it is a portal's."""
    site = next((site for site in inventory.sites if site.id == check.site_id), None)
    return next((line for line in site.internet if line.id == check.service_id), None) if site else None
