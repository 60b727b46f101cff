"""What goes wrong in the lab: a fixed script, by the ids of the checks of the shipped sites.yaml.

Whatever is not named here works: hosts answer echoes, pages have what is expected of them, names their records,
and persons say that phone, fax and generator are in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kontum_netcheck.lab.dns import DnsReply
from kontum_netcheck.lab.echo import EchoScript
from kontum_netcheck.lab.http import Page
from kontum_netcheck.lab.tcp import TcpScript


@dataclass(frozen=True, slots=True)
class Said:
    """What a person recorded: the result, the metrics that go with it, and how long ago."""

    result: str = "ok"
    age_h: float = 20.0
    metrics: Mapping[str, str | float] = field(default_factory=dict)

    @property
    def works(self) -> bool:
        """Whether the person found it in order."""
        return self.result == "ok"


@dataclass(frozen=True, slots=True)
class Faults:
    """Behaviours by check id. `names` may also be keyed `check id@server`, where servers differ."""

    echoes: Mapping[str, EchoScript] = field(default_factory=dict)
    names: Mapping[str, DnsReply] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    ports: Mapping[str, TcpScript] = field(default_factory=dict)
    unknown_hosts: frozenset[str] = frozenset()  # hosts that the lab's name server does not know
    said: Mapping[str, Said | None] = field(default_factory=dict)  # None: nobody has looked yet
