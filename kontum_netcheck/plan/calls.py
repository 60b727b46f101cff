"""Which phones and faxes a machine may call, over what, and in whose turn. Pure."""

from dataclasses import dataclass

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.inventory.schema import Fax, Inventory, Phone
from kontum_netcheck.inventory.service_numbers import may_be_called
from kontum_netcheck.inventory.telephones import GAP_S, MOST_PER_RUN, Trunk
from kontum_netcheck.model import Cause, Failure, Stage, Turn, TurnKind
from kontum_netcheck.probes.calling import RING_FOR_S, ModemWay, SipWay

MODEM_LANE = "modem"


@dataclass(frozen=True, slots=True)
class Calls:
    """That calls are asked for, and how they are to be made."""

    gap_s: float = GAP_S
    most_count: int = MOST_PER_RUN
    ring_for_s: float = RING_FOR_S


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """How a line is tried: by what way, in whose turn; or why it isn't."""

    way: SipWay | ModemWay | None = None
    turn: Turn | None = None
    skip: Failure | None = None


def planned_call(inventory: Inventory, line: Phone | Fax, calls: Calls | None) -> PlannedCall:
    """How a machine would call the line. `calls` is None where nobody has asked for calls."""
    way = _way(inventory, line, calls or Calls())
    if way is None:
        return PlannedCall(skip=_because(Cause.NEEDS_A_PERSON))
    if line.no_calls:
        return PlannedCall(skip=_because(Cause.NO_CALLS))
    if not may_be_called(line.number):
        return PlannedCall(skip=_because(Cause.NUMBER_REFUSED))
    if calls is None:
        return PlannedCall(way, skip=_because(Cause.NOT_ASKED_FOR))
    return PlannedCall(way, Turn(TurnKind.CALL, _lanes(inventory, line, way), calls.gap_s))


def _because(cause: Cause) -> Failure:
    return Failure(Stage.PLAN, cause)


def _way(inventory: Inventory, line: Phone | Fax, calls: Calls) -> SipWay | ModemWay | None:
    """None: a person calls. No machine gets past a switchboard to an extension."""
    if line.via == "manual" or line.extension is not None:
        return None
    dialled = national(line.number).replace(" ", "")
    if line.via == "modem":
        return ModemWay(dialled=dialled, ring_for_s=calls.ring_for_s)
    trunk = inventory.trunk_of(line)
    return None if trunk is None else _over(trunk, line.number, calls)


def way_over(trunk: Trunk) -> SipWay:
    """The trunk itself, for who calls nobody over it."""
    return _over(trunk, "", Calls())


def _over(trunk: Trunk, number: str, calls: Calls) -> SipWay:
    def dialled(e164: str) -> str:
        return e164 if trunk.dial == "e164" else national(e164).replace(" ", "")

    host, port = trunk.server
    return SipWay(
        trunk=trunk.id,
        host=host,
        port=port,
        transport=trunk.transport,
        family=trunk.family,
        user=trunk.user,
        password=trunk.password,
        domain=trunk.domain,
        caller=None if trunk.caller is None else dialled(trunk.caller),
        dialled=trunk.prefix + dialled(number) if number else "",
        ring_for_s=calls.ring_for_s,
    )


def _lanes(inventory: Inventory, line: Phone | Fax, way: SipWay | ModemWay) -> frozenset[str]:
    """One call at a time of a carrier (of a trunk, where no carrier is named), and one of the modem."""
    if isinstance(way, ModemWay):
        return frozenset({MODEM_LANE, *([f"carrier {line.carrier}"] if line.carrier else [])})
    trunk = inventory.trunk_of(line)
    carrier = line.carrier or (trunk.carrier if trunk else None)
    return frozenset({f"carrier {carrier}" if carrier else f"trunk {way.trunk}"})
