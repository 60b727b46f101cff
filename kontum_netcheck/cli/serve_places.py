"""Where a running server can be reached, and what to write into an inventory."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING

from kontum_netcheck.model import Message, message

if TYPE_CHECKING:
    from kontum_netcheck.cli.serve_wanted import Identity
    from kontum_netcheck.serving import Server, Settings


def places_of(server: "Server", settings: "Settings", identity: "Identity | None") -> Iterator[Message]:
    """The sentences that `serve` begins with."""
    urls = list(_urls(server, settings, identity))
    yield message("Measures here until Ctrl-C or SIGTERM:")
    for url in urls:
        yield message("  {url}", url=url)
    if server.udp_port is not None:
        yield message("Echoes over UDP: port {port}.", port=server.udp_port)
    if server.metrics_port is not None:
        yield message("Metrics: port {port}, /metrics.", port=server.metrics_port)
    if settings.token is not None:
        yield message("Only who knows the token is answered.")
    yield message(
        "In the inventory, at its top or at a carrier; at each line to measure: onsite: [bandwidth]"
    )
    wanted = f'{{bandwidth: "{urls[0]}", token: "${{SPEED_TOKEN}}"}}' if settings.token else urls[0]
    yield message("  {line}", line=f"speed_server: {wanted}")


def _urls(server: "Server", settings: "Settings", identity: "Identity | None") -> Iterator[str]:
    """The names of the certificate first: those are what HTTPS can be checked by."""
    if identity is not None:
        yield from (f"https://{name}:{server.port}/" for name in identity.names)
    for host in [settings.host] if settings.host not in (None, "", "::", "0.0.0.0") else _own_addresses():
        yield f"http://{f'[{host}]' if ':' in str(host) else host}:{server.port}/"


def _own_addresses() -> list[str]:
    """This machine's addresses that others can reach, IPv4 first; loopback where it has no other."""
    from kontum_netcheck.net.link.local import local_facts

    found = [address for line in local_facts().lines for address in line.routable]
    return sorted(found, key=lambda address: ip_address(address.partition("%")[0]).version) or ["127.0.0.1"]
