"""Fetching over HTTP and HTTPS, timed phase by phase by libcurl in a thread of its own."""

from kontum_netcheck.net.http.engine import HttpEngine
from kontum_netcheck.net.http.exchange import Certificate, Fetched, Phases, Request

__all__ = ["Certificate", "Fetched", "HttpEngine", "Phases", "Request"]
