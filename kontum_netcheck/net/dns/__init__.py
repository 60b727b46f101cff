"""Asks DNS servers: many questions over few sockets, each answer matched to its question."""

from kontum_netcheck.net.dns.answer import Answer, failure_of_rcode
from kontum_netcheck.net.dns.engine import DnsEngine, system_servers

__all__ = ["Answer", "DnsEngine", "failure_of_rcode", "system_servers"]
