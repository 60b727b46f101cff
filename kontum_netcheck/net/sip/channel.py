"""The way of messages to one server, whatever carries them."""

from typing import Protocol

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.account import Transport


class Channel(Protocol):
    """Sends to one peer; what comes from it goes to the switchboard."""

    @property
    def transport(self) -> Transport:
        """What carries it."""

    @property
    def own(self) -> HostPort:
        """Our own end."""

    @property
    def peer(self) -> HostPort:
        """The other end: an address, IPv6 without scope."""

    @property
    def is_reliable(self) -> bool:
        """Whether the transport itself repeats what was lost."""

    def send(self, wire: bytes) -> None:
        """Send a message, at once or behind those that wait. Raises OSError."""

    @property
    def dropped_count(self) -> int:
        """How many messages were lost because we had no room for them."""
