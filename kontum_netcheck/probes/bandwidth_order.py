"""What each method of measuring bandwidth needs to know of the end point."""

from typing import Protocol

from kontum_netcheck.net.address import Family
from kontum_netcheck.probes.notation import SecretRef


class BandwidthOrder(Protocol):
    """The parameters of an end point, as a method reads them."""

    @property
    def bandwidth(self) -> str:
        """The server as it was typed."""

    @property
    def kind(self) -> str:
        """Of server, or auto."""

    @property
    def direction(self) -> str:
        """both, down or up."""

    @property
    def streams(self) -> int:
        """Connections side by side."""

    @property
    def max_bytes(self) -> int:
        """Both ways together."""

    @property
    def max_s(self) -> float:
        """Each way at most."""

    @property
    def timeout_s(self) -> float:
        """To connect."""

    @property
    def family(self) -> Family | None:
        """The Internet Protocol to use; None: either."""

    @property
    def token(self) -> SecretRef | None:
        """What the server wants to be shown."""

    @property
    def proxy(self) -> str | None:
        """Through which it is asked."""
