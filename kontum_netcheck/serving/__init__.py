"""A measurement end point: down, up, latency, echoes over UDP; for our own probe, Speedtest Mini and LibreSpeed."""

from kontum_netcheck.serving.limits import Limits
from kontum_netcheck.serving.server import Server
from kontum_netcheck.serving.settings import Settings

__all__ = ["Limits", "Server", "Settings"]
