"""What listening for a dial tone came to, with "can't tell" as an answer of its own."""

from dataclasses import dataclass

from kontum_netcheck.model import Message
from kontum_netcheck.net.modem.modem import Modem
from kontum_netcheck.net.modem.ports import PortFault, Trouble


@dataclass(frozen=True, slots=True)
class DialTone:
    """Whether a dial tone was heard; None where the modem can't tell, and why."""

    heard: bool | None
    wait_ms: float | None = None
    problem: Message | None = None


async def listen(modem: Modem) -> DialTone:
    """Lift the handset for a moment. Raises PortFault where the modem is gone or says nothing any more."""
    try:
        measured = await modem.dial_tone()
    except PortFault as fault:
        if fault.trouble is not Trouble.NONSENSE:
            raise
        return DialTone(None, problem=fault.problem)
    wait_ms = measured.metrics.get("wait_ms")
    return DialTone(measured.failure is None, float(wait_ms) if isinstance(wait_ms, float) else None)
