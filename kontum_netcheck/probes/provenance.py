"""How an observation was made: the address and family used, and our own address. The same for every probe."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import Metric, MetricValue, message

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

PROVENANCE = (
    Metric("address_used", message("address used")),
    Metric("family", message("Internet Protocol used: ipv4 or ipv6")),
    Metric("source_address", message("address that it was asked from")),
)


def provenance(network: "Network", address: str | None, source: str | None = None) -> dict[str, MetricValue]:
    """The metrics for an address (no name). `source` is our own where a connection knew it; else the routes say."""
    if address is None:
        return {}
    made: dict[str, MetricValue] = {"address_used": address, "family": "ipv6" if ":" in address else "ipv4"}
    source = source or network.sources.of(address)
    return made if source is None else made | {"source_address": source}
