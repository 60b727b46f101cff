"""The questions that can be asked. Adding one takes one file, one line here, one test file."""

from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.probes.bandwidth import BANDWIDTH
from kontum_netcheck.probes.by_hand import CALL, FAX, MANUAL
from kontum_netcheck.probes.declaration import AnyProbe
from kontum_netcheck.probes.dns import DNS
from kontum_netcheck.probes.http import HTTP
from kontum_netcheck.probes.modem import MODEM
from kontum_netcheck.probes.ping import PING
from kontum_netcheck.probes.sip import SIP
from kontum_netcheck.probes.tcp import TCP

PROBES: Mapping[str, AnyProbe] = MappingProxyType(
    {
        "ping": PING,
        "dns": DNS,
        "http": HTTP,
        "tcp": TCP,
        "bandwidth": BANDWIDTH,
        "sip": SIP,
        "call": CALL,
        "fax": FAX,
        "modem": MODEM,
        "manual": MANUAL,
    }
)
