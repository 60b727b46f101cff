"""Echoes to many hosts at once: `Pinger`, and the ladder of ways to ping that it takes the best of."""

from kontum_netcheck.net.icmp.path import Hop, Path
from kontum_netcheck.net.icmp.pinger import Pinger
from kontum_netcheck.net.icmp.series import EchoSeries, IcmpError, Method

__all__ = ["EchoSeries", "Hop", "IcmpError", "Method", "Path", "Pinger"]
