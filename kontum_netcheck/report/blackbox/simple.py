"""ping and tcp for blackbox_exporter."""

from typing import Any

from kontum_netcheck.model import Message, message
from kontum_netcheck.probes.ping import PingParams
from kontum_netcheck.probes.tcp import TcpParams
from kontum_netcheck.report.blackbox.translated import Translated, escaped, family, module


def ping(params: PingParams) -> Translated:
    """One echo a scrape, where `check` sends a burst: loss and jitter come from many scrapes."""
    details = {**family(params.family), "payload_size": params.payload_bytes}
    return Translated(module("icmp", params.timeout_s, details), (params.ping,))


def tcp(params: TcpParams) -> Translated:
    """A connection, and the first line that holds the banner."""
    weaker: tuple[Message, ...] = ()
    details: dict[str, Any] = family(params.family)
    if params.expect.banner is not None:
        line, *more = params.expect.banner.splitlines() or [""]
        if more:
            weaker = (message("of the banner only the first line is looked for"),)
        details["query_response"] = [{"expect": escaped(line)}]
    return Translated(module("tcp", params.timeout_s, details), (params.tcp,), weaker)
