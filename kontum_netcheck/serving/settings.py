"""How one server is to be run."""

import ssl
from dataclasses import dataclass, field

from kontum_netcheck.serving.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """`host` None: every address of this machine, IPv4 and IPv6. Port 0: the system chooses a free one."""

    host: str | None = None
    port: int = 8080
    tls: ssl.SSLContext | None = None  # HTTPS beside HTTP on the same port
    token: str | None = field(default=None, repr=False)
    udp_port: int | None = None  # None: no echoes
    metrics_port: int | None = None  # None: /metrics on the same port, for this machine only
    limits: Limits = field(default_factory=Limits)
    language: str = "vi"
