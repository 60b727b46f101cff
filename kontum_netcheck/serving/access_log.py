"""The access log: one line a request, in which a client can write nothing that looks like another line."""

from datetime import UTC, datetime

from kontum_netcheck.report.safe import visible
from kontum_netcheck.serving.exchange import Exchange

_MOST_CHARACTERS = 200


def log_line(exchange: Exchange, at: datetime) -> str:
    """Time (UTC), client, request, status, bytes sent and received, seconds, how it ended, the client's program."""
    target = exchange.path + (f"?{exchange.query}" if exchange.query else "")
    return " ".join(
        (
            at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            exchange.client,
            "https" if exchange.secure else "http",
            _word(exchange.method),
            _word(target),
            str(exchange.status or "-"),
            f"sent={exchange.sent_bytes}",
            f"received={exchange.received_bytes}",
            f"{exchange.duration_s:.3f}s",
            exchange.ending,
            f'"{_quoted(exchange.agent)}"',
        )
    )


def _word(text: str) -> str:
    """One word: what would end it is escaped."""
    return _quoted(text).replace(" ", "%20") or "-"


def _quoted(text: str) -> str:
    cut = text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…"
    return visible(cut.replace("\\", "\\\\").replace('"', '\\"'))
