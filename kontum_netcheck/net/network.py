"""What one run reaches the world through: names and engines, made on first use, closed together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from kontum_netcheck.net.dns import DnsEngine
    from kontum_netcheck.net.http import HttpEngine
    from kontum_netcheck.net.icmp import Pinger
    from kontum_netcheck.net.names import Names
    from kontum_netcheck.net.sip.engine import SipEngine
    from kontum_netcheck.net.source import Sources
    from kontum_netcheck.net.tcp import TcpEngine


@dataclass(frozen=True)
class Detours:
    """Where the lab stands in for the world. Empty in a real run.

    `table` maps (protocol, host or address, port) to a loopback (address, port); the protocol is one of
    `icmp` (port 0, answered over UDP), `dns`, `sip`, `tcp` (HTTP too). `name_server` answers every look-up of a name.
    """

    table: Mapping[tuple[str, str, int], tuple[str, int]] = field(default_factory=dict)
    name_server: tuple[str, int] | None = None

    def of(self, protocol: str, host: str, port: int) -> tuple[str, int] | None:
        """Where to go instead, or None: go where you meant to."""
        return self.table.get((protocol, host, port))


@dataclass(frozen=True)
class NetworkOptions:
    """What a run may say about its way into the world."""

    detours: Detours = Detours()
    trusted_ca: Path | None = None  # instead of the system's certificate authorities
    source_address: str | None = None
    max_pps: int = 1000  # ICMP echoes a second over all hosts; 0: no limit
    modem_device: str | None = None  # None: the first port that looks like a modem
    modem_prefix: str = ""  # dialled in front, for an outside line


class Network:
    """The engines of one run. Use it as an async context manager; leaving it closes every socket."""

    def __init__(self, options: NetworkOptions | None = None) -> None:
        self.options = options or NetworkOptions()
        self.on_load: Callable[[str, str, float, int], None] | None = None
        """Told of a load under way, from another thread: its target, the direction, Mbit/s, bytes used so far."""

    @cached_property
    def names(self) -> "Names":
        """Looks up names: one look-up a name and family in a run."""
        from kontum_netcheck.net.names import Names

        return Names(self.options)

    @cached_property
    def sources(self) -> "Sources":
        """Says which address of this machine packets leave from."""
        from kontum_netcheck.net.source import Sources

        return Sources(self.options)

    @cached_property
    def pinger(self) -> "Pinger":
        """Sends echoes to all hosts through one socket a family."""
        from kontum_netcheck.net.icmp import Pinger

        return Pinger(self.options)

    @cached_property
    def dns(self) -> "DnsEngine":
        """Asks DNS servers."""
        from kontum_netcheck.net.dns import DnsEngine

        return DnsEngine(self.options)

    @cached_property
    def http(self) -> "HttpEngine":
        """Fetches over HTTP and HTTPS."""
        from kontum_netcheck.net.http import HttpEngine

        return HttpEngine(self.options, self.names)

    @cached_property
    def tcp(self) -> "TcpEngine":
        """Opens TCP connections."""
        from kontum_netcheck.net.tcp import TcpEngine

        return TcpEngine(self.options)

    @cached_property
    def sip(self) -> "SipEngine":
        """Opens the way to SIP servers."""
        from kontum_netcheck.net.sip.engine import SipEngine

        return SipEngine(self.options, self.names, self.sources)

    def forget_names(self) -> None:
        """Another run begins: what names stand for is looked up anew."""
        names: Names | None = self.__dict__.get("names")
        if names is not None:
            names.forget()

    @property
    def straggler_counts(self) -> Mapping[str, int]:
        """By address: echo replies that came when their ping had already ended. Ask before leaving."""
        pinger: Pinger | None = self.__dict__.get("pinger")  # one that was never needed is not made for this
        return {} if pinger is None else pinger.straggler_counts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for name in ("sip", "http", "tcp", "dns", "pinger", "names"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                await engine.close()
