"""Does a site's own telephone line have a dial tone: heard by the modem at hand, without a call."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from kontum_netcheck.model import Cost, Measurement, Metric, message
from kontum_netcheck.probes.declaration import Probe, ProbeParams

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_DURATION_S = 20.0  # waking the modem, up to ten seconds of listening, putting down


class ModemParams(ProbeParams):
    """The line that the modem is plugged into, at the site itself."""

    probe: ClassVar[str] = "modem"

    modem: str  # the line's own number, E.164; it is not dialled

    @property
    def target(self) -> str:
        """The line's number."""
        return self.modem

    @property
    def stays_on_this_machine(self) -> bool:
        """A modem has a line of its own: that of the network may be down."""
        return True


async def run(params: ModemParams, network: "Network") -> Measurement:
    """Lift, listen, put down. Raises CannotMeasure (PortFault) where the modem is at fault, not the line."""
    from kontum_netcheck.net.modem import Modem, choose, ports

    device = choose(ports(), network.options.modem_device)
    return await Modem(device).dial_tone()


MODEM = Probe(
    name="modem",
    purpose=message("whether the line at hand has a dial tone, heard by a modem"),
    params=ModemParams,
    metrics=(
        Metric("result", message("result")),
        Metric("tone", message("tone heard")),
        Metric("wait_ms", message("time until the dial tone (ms)"), lower_is_better=True),
        Metric("method", message("how it was tried")),
        Metric("purpose", message("why it was tried")),
        Metric("quiet_ignored", message("why it was called in quiet hours")),
    ),
    limits=(),
    valid_for=timedelta(hours=24),
    cost=lambda _params: Cost(duration_s=_DURATION_S),
    run=run,
    by_person=True,  # who lifts a handset hears it as well; and no end point of an Internet line names it
)
