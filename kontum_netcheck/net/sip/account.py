"""Who asks whom: a gateway or registrar, the way to it, and the user that it knows."""

import re
from dataclasses import dataclass, field
from typing import Literal

from kontum_netcheck.net.address import Family, HostPort

Transport = Literal["udp", "tcp", "tls"]

PORTS: dict[Transport, int] = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""Where a server listens if nothing else is typed (RFC 3261, section 19.1.2)."""

_NOBODY = "kontum-netcheck"
_USER_UNSAFE = re.compile(r"[^A-Za-z0-9\-_.!~*'()&=+$,;?/]")
"""RFC 3261, section 25.1: neither unreserved nor user-unreserved."""
_DIALLED = re.compile(r"[A-Za-z0-9+*#._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Account:
    """An end of a trunk or gateway. `user` and `password` are the values themselves; the password is never shown."""

    host: str  # a name or an address, without brackets
    port: int | None = None  # None: the transport's own
    transport: Transport = "udp"
    family: Family | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    domain: str | None = None  # of the addresses sip:number@domain; None: the host
    caller: str | None = None  # the number that the called see; None: the user

    def __post_init__(self) -> None:
        """Raises ValueError where a line break would stand in a message; says no value, for it may be the password."""
        for name in ("host", "user", "password", "domain", "caller"):
            if not (getattr(self, name) or "").isprintable():
                raise ValueError(
                    f"the {name} of a SIP account holds a line break or another control character"
                )

    @property
    def at(self) -> HostPort:
        """Where the server is."""
        return HostPort(self.host, self.port or PORTS[self.transport])

    @property
    def server_uri(self) -> str:
        """The server itself, whom OPTIONS and REGISTER are for."""
        usual = self.domain is not None or self.port in (None, PORTS[self.transport])
        return f"sip:{self._domain if usual else HostPort(self.host, self.at.port)}{self._parameters}"

    @property
    def own_uri(self) -> str:
        """Our own address of record: the user's."""
        return f"sip:{escaped(self.user or self.caller or _NOBODY)}@{self._domain}"

    @property
    def caller_uri(self) -> str:
        """Who calls, as the called are told."""
        return f"sip:{escaped(self.caller or self.user or _NOBODY)}@{self._domain}"

    def number_uri(self, number: str) -> str:
        """Whom to call. Raises ValueError where it is no number or extension that can be dialled."""
        if not _DIALLED.fullmatch(number):
            raise ValueError("a number to dial has digits, + * #, and no spaces")
        return f"sip:{escaped(number)}@{self._domain}{self._parameters}"

    @property
    def _domain(self) -> str:
        domain = self.domain or self.host.partition("%")[0]
        return f"[{domain}]" if ":" in domain else domain

    @property
    def _parameters(self) -> str:
        return "" if self.transport == "udp" else f";transport={self.transport}"


def escaped(user: str) -> str:
    """The user part of a SIP URI: whatever may not stand in it is written as %XX of its UTF-8."""
    return _USER_UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), user)
