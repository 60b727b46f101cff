"""Asks DNS servers: many questions over few sockets, each answer matched to its question."""

from kontum_netcheck.net.dns.answer import Answer, failure_of_rcode
from kontum_netcheck.net.dns.engine import DnsEngine, system_servers
from kontum_netcheck.net.dns.over_https import ask_over_https

__all__ = ["Answer", "DnsEngine", "ask_over_https", "failure_of_rcode", "system_servers"]
