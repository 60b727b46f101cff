"""What this machine's own way out is made of, as facts. Nothing is judged here."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from kontum_netcheck.model import Failure


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface. `up` means switched on and with a carrier: a cable or a Wi-Fi association."""

    name: str
    up: bool
    loopback: bool
    addresses: tuple[str, ...] = ()
    carrier_changes_count: int = 0  # how often the carrier came or went since it was made; 0: not told

    @property
    def routable(self) -> tuple[str, ...]:
        """Its addresses that are good beyond the cable: not loopback, not self-assigned (169.254, fe80)."""
        return tuple(address for address in self.addresses if _is_routable(address))


@dataclass(frozen=True, slots=True)
class DefaultRoute:
    """Where packets go that have no better route. `gateway` is None on point-to-point links (PPPoE, VPN)."""

    family: int  # 4 or 6
    gateway: str | None
    interface: str


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """What the operating system says without a packet being sent."""

    interfaces: tuple[Interface, ...] = ()
    routes: tuple[DefaultRoute, ...] = ()  # at most the best one a family
    resolvers: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Interface, ...]:
        """The interfaces that lead somewhere: up, not loopback, with a routable address."""
        return tuple(i for i in self.interfaces if i.up and not i.loopback and i.routable)

    @property
    def live_routes(self) -> tuple[DefaultRoute, ...]:
        """The default routes whose interface has a carrier: a system may keep a route without one."""
        up = {interface.name for interface in self.interfaces if interface.up}
        return tuple(route for route in self.routes if route.interface in up)

    @property
    def leads_out(self) -> bool:
        """Whether there is anything at all that packets could leave by."""
        return bool(self.live_routes or self.lines)


class Answer(StrEnum):
    """What one question about the link has shown."""

    ANSWERED = "answered"
    FAILED = "failed"
    CANNOT_TELL = (
        "cannot_tell"  # it answered, but from this very machine, or our own fault kept us from asking
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked on the way out: a gateway, a resolver, the reference end point."""

    target: str
    answer: Answer
    rtt_ms: float | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Everything that the rule looks at. `reference` is None where none was given."""

    local: LocalFacts
    gateways: tuple[Asked, ...] = ()
    resolvers: tuple[Asked, ...] = ()
    reference: Asked | None = None


def _is_routable(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)
