"""The framing of a chunked body (RFC 9112, 7.1). Pure.

Why not h11's own: it holds every byte of a body in memory three times. Here the framing alone is looked at, so that the
kernel can drop what lies between; tests hold it against h11.
"""

import re
from enum import Enum, auto

from kontum_netcheck.serving.refusal import BadRequest

_LINE_MAX_BYTES = 1_000
_TRAILERS_MAX_COUNT = 50
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?[ \t]*")
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")


class _Next(Enum):
    """The line that is to come."""

    SIZE = auto()
    END_OF_CHUNK = auto()
    TRAILER = auto()


class Chunks:
    """One body. `left_bytes` of the chunk under way may be dropped unseen, if `skip` is told."""

    def __init__(self) -> None:
        self.left_bytes = 0
        self.ended = False
        self.rest = b""
        """What came after the end."""
        self._next = _Next.SIZE
        self._held = b""
        self._trailers_count = 0

    def skip(self, count: int) -> None:
        """So many bytes of the chunk were dropped."""
        self.left_bytes -= count

    def take(self, data: bytes) -> int:
        """Look at what came; how many bytes of it are body. Raises BadRequest."""
        came, at, count = self._held + data, 0, 0
        while True:
            inside = min(self.left_bytes, len(came) - at)
            self.left_bytes -= inside
            count += inside
            at += inside
            end = came.find(b"\r\n", at, at + _LINE_MAX_BYTES)
            if self.left_bytes or self.ended or end < 0:
                break
            self._read(came[at:end])
            at = end + 2
        self._held = came[at:]
        if self.ended:
            self.rest, self._held = self._held, b""
        elif len(self._held) >= _LINE_MAX_BYTES:
            raise BadRequest(400, "a line between chunks is too long")
        return count

    def _read(self, line: bytes) -> None:
        """One line of the framing, without its end."""
        match self._next:
            case _Next.SIZE:
                size = _SIZE.fullmatch(line)
                if size is None:
                    raise BadRequest(400, "a chunk has no right size")
                self.left_bytes = int(size[1], 16)
                self._next = _Next.END_OF_CHUNK if self.left_bytes else _Next.TRAILER
            case _Next.END_OF_CHUNK:
                if line:
                    raise BadRequest(400, "a chunk is longer than it said")
                self._next = _Next.SIZE
            case _Next.TRAILER:
                self._trailers_count += 1
                if self._trailers_count > _TRAILERS_MAX_COUNT:
                    raise BadRequest(431, "too many trailers")
                if line and not _TRAILER.fullmatch(line):
                    raise BadRequest(400, "a trailer is none")
                self.ended = not line
