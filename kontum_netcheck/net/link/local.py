"""What the operating system says of our way out: interfaces, default routes, resolvers. Sends no packet."""

import sys
from pathlib import Path

from kontum_netcheck.net.link import linux, macos, posix, windows
from kontum_netcheck.net.link.facts import LocalFacts

_RESOLV_CONF = Path("/etc/resolv.conf")
_STUB = "127.0.0.53"
_BEHIND_THE_STUB = Path("/run/systemd/resolve/resolv.conf")
_RESOLVERS_MAX_COUNT = 3  # as many as the C library asks


def local_facts() -> LocalFacts:
    """Ask the operating system. Takes milliseconds on Linux and Windows, two short processes on macOS."""
    if sys.platform == "win32":
        interfaces, routes = windows.local()
    else:
        interfaces = posix.interfaces()
        routes = linux.default_routes() if sys.platform == "linux" else macos.default_routes()
    return LocalFacts(interfaces, routes, system_resolvers())


def missing_neighbours() -> frozenset[str]:
    """Addresses on our own cable that were looked for and not found; only Linux tells."""
    return linux.missing_neighbours() if sys.platform == "linux" else frozenset()


def system_resolvers() -> tuple[str, ...]:
    """The addresses of the system's resolvers as dnspython reads them; none where none is configured.

    systemd's stub on 127.0.0.53 only passes questions on: those behind it are what the link depends on.
    """
    found = _resolvers_in(_RESOLV_CONF)
    if found == (_STUB,) and _BEHIND_THE_STUB.exists():
        return _resolvers_in(_BEHIND_THE_STUB) or found
    return found


def _resolvers_in(resolv_conf: Path) -> tuple[str, ...]:
    import dns.exception
    import dns.resolver

    try:  # on Windows dnspython asks the registry and lets the file's name alone
        resolver = dns.resolver.Resolver(str(resolv_conf))
    except (dns.exception.DNSException, OSError, ValueError):
        return ()
    return tuple(str(server) for server in resolver.nameservers[:_RESOLVERS_MAX_COUNT])
