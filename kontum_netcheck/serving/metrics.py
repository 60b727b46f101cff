"""What was served, counted for Prometheus (text format 0.0.4). No client stands in it."""

from collections import Counter
from dataclasses import dataclass, field

from kontum_netcheck.serving.exchange import Exchange

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "kontum_netcheck_serve"


@dataclass(slots=True)
class Counters:
    """Only grow."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)  # route, status
    endings: Counter[str] = field(default_factory=Counter)
    sent_bytes: int = 0
    received_bytes: int = 0
    connections_count: int = 0
    turned_away_count: int = 0
    echoes: Counter[str] = field(default_factory=Counter)  # answered, or why not

    def take(self, exchange: Exchange) -> None:
        """One request more."""
        self.requests[exchange.route, exchange.status] += 1
        self.endings[exchange.ending] += 1
        self.sent_bytes += exchange.sent_bytes
        self.received_bytes += exchange.received_bytes


def exposition(counters: Counters, open_connections: int, testing_clients: int) -> bytes:
    """All of it as text."""
    blocks = (
        _family("requests_total", "counter", "Requests by route and status (0: no answer was sent).",
                [(f'{{route="{route}",status="{status}"}}', count)
                 for (route, status), count in sorted(counters.requests.items())]),
        _family("endings_total", "counter", "Requests by how they ended.",
                [(f'{{ending="{ending}"}}', count) for ending, count in sorted(counters.endings.items())]),
        _family("sent_bytes_total", "counter", "Bytes of bodies sent.", [("", counters.sent_bytes)]),
        _family("received_bytes_total", "counter", "Bytes of bodies received.", [("", counters.received_bytes)]),
        _family("connections_total", "counter", "Connections accepted.", [("", counters.connections_count)]),
        _family("turned_away_total", "counter", "Connections closed without a word: too many, too often.",
                [("", counters.turned_away_count)]),
        _family("connections", "gauge", "Connections that are open.", [("", open_connections)]),
        _family("testing_clients", "gauge", "Clients with a transfer under way.", [("", testing_clients)]),
        _family("echoes_total", "counter", "Packets over UDP by what was done with them.",
                [(f'{{outcome="{outcome}"}}', count) for outcome, count in sorted(counters.echoes.items())]),
    )  # fmt: skip
    return "".join(blocks).encode()


def _family(name: str, kind: str, help_text: str, samples: list[tuple[str, int]]) -> str:
    full = f"{_PREFIX}_{name}"
    lines = [f"# HELP {full} {help_text}", f"# TYPE {full} {kind}"]
    return "\n".join([*lines, *(f"{full}{labels} {value}" for labels, value in samples)]) + "\n"
