"""The access log: one line a request, in which a client can write nothing that looks like another line."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kontum_netcheck.report.safe import visible
from kontum_netcheck.serving.bucket import Bucket
from kontum_netcheck.serving.exchange import Exchange

_MOST_CHARACTERS: Final = 200
_LINES_PER_S: Final = 50.0
_LINES_AT_ONCE: Final = 1_000.0


class AccessLog:
    """Writes lines, but no more than a disk can bear for days: who asks without end must not fill it."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._bucket = Bucket(_LINES_PER_S, _LINES_AT_ONCE, clock())
        self._left_out_count = 0

    def take(self, exchange: Exchange) -> None:
        """One request's line, or one more that is left out; how many were is told before the next."""
        if not self._bucket.take(self._clock()):
            self._left_out_count += 1
            return
        now = datetime.now(UTC)
        if self._left_out_count:
            self._write(f"{now:%Y-%m-%dT%H:%M:%SZ} lines left out: {self._left_out_count}")
            self._left_out_count = 0
        self._write(log_line(exchange, now))


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
