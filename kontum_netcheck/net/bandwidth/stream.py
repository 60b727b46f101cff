"""One stream of a load: a libcurl handle that fetches or sends one piece after another. Of the load's thread."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pycurl

from kontum_netcheck import __version__
from kontum_netcheck.net.bandwidth.kernel import IS_THERE, Connection

_BUFFER_BYTES = 512 * 1024  # libcurl's most
_UPLOAD_BUFFER_BYTES = 64 * 1024  # what is in it is still sent when an upload is to end
_HEAD_MAX_LINES = 100
_ANSWER_MAX_BYTES = 1_000_000
_BEGINNING_BYTES = 200  # of a download: whether it is a page
_BLOCK: Final = os.urandom(1 << 18)  # of an upload: noise, so that nothing on the way makes it smaller


@dataclass(frozen=True, slots=True)
class Way:
    """How every request of a test gets to the server."""

    connect_to: tuple[str, int] | None  # None: where the URL says, or the proxy
    proxy: str | None
    source_address: str | None
    authorities: Path | None  # None: the system's own store
    headers: tuple[tuple[str, str], ...] = ()
    timeout_s: float = 10.0  # to connect; and of a request that has no load


def set_up(curl: pycurl.Curl, way: Way) -> None:
    """What every handle has: one address, no environment's proxy, no redirects, nothing remembered."""
    for option, value in (
        (pycurl.NOSIGNAL, True),
        (pycurl.FOLLOWLOCATION, False),
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        (pycurl.NOPROXY, ""),
        (pycurl.PROXY, way.proxy or ""),  # "" keeps the environment's proxies out
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),  # a connection each
        (pycurl.CONNECTTIMEOUT_MS, round(way.timeout_s * 1000)),
        (pycurl.USERAGENT, f"kontum-netcheck/{__version__}"),
        (pycurl.BUFFERSIZE, _BUFFER_BYTES),
        (pycurl.UPLOAD_BUFFERSIZE, _UPLOAD_BUFFER_BYTES),
        (pycurl.SSL_OPTIONS, 0 if way.authorities else pycurl.SSLOPT_NATIVE_CA),
    ):
        curl.setopt(option, value)
    curl.unsetopt(pycurl.CAPATH)
    if way.authorities:
        curl.setopt(pycurl.CAINFO, str(way.authorities))
    if way.connect_to:
        host, port = way.connect_to
        curl.setopt(pycurl.CONNECT_TO, [f"::[{host}]:{port}" if ":" in host else f"::{host}:{port}"])
    if way.source_address:
        curl.setopt(pycurl.INTERFACE, f"host!{way.source_address}")


class Stream:
    """Fetches or sends pieces one after another, on a connection that is kept. Counts; judges nothing."""

    def __init__(self, way: Way, on_connection: Callable[[Connection], None]) -> None:
        self.curl = pycurl.Curl()
        set_up(self.curl, way)
        self._way = way
        self._on_connection = on_connection
        if IS_THERE:
            self.curl.setopt(pycurl.SOCKOPTFUNCTION, self._opened)
        self.curl.setopt(pycurl.HEADERFUNCTION, self._take_line)
        self.ending = False
        """Whether an upload whose end is open is to end now."""
        self.moved_bytes = 0
        """Of all pieces: what came, or what was handed over."""
        self._clear(0.0, 0)

    def _clear(self, now_s: float, most_bytes: int) -> None:
        self.started_s, self.most_bytes = now_s, most_bytes
        self.piece_bytes = 0
        self.status = 0
        self.retry_after = ""
        self.location = ""
        self.answer = b""
        self.is_too_long = False
        self._lines_count = 0

    def fetch(self, url: str, most_bytes: int, now_s: float, *, by_range: bool) -> None:
        """Set up for a download; what comes beyond `most_bytes` ends it."""
        self._clear(now_s, most_bytes)
        self.curl.setopt(pycurl.URL, url)
        self.curl.setopt(pycurl.HTTPGET, True)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._take)
        self._set_headers()
        if by_range:
            self.curl.setopt(pycurl.RANGE, f"0-{most_bytes - 1}")

    def send(self, url: str, most_bytes: int, now_s: float, *, open_ended: bool) -> None:
        """Set up for an upload of so many bytes; one whose end is open may end before, when `ending` is set."""
        self._clear(now_s, most_bytes)
        self.curl.setopt(pycurl.URL, url)
        self.curl.setopt(pycurl.POST, True)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._take_answer)
        self.curl.setopt(pycurl.READFUNCTION, self._give)
        self.curl.setopt(pycurl.POSTFIELDSIZE_LARGE, -1 if open_ended else most_bytes)
        own = ("Transfer-Encoding: chunked",) if open_ended else ()
        self._set_headers("Content-Type: application/octet-stream", "Expect:", *own)

    def _set_headers(self, *own: str) -> None:
        lines = [*own, *(f"{name}: {value}" for name, value in self._way.headers)]
        if lines:
            self.curl.setopt(pycurl.HTTPHEADER, lines)

    def _opened(self, fd: int, _purpose: int) -> int:
        try:
            self._on_connection(Connection(fd))
        except OSError:  # no file left for a second handle: then the kernel is not asked
            return pycurl.SOCKOPT_OK
        return pycurl.SOCKOPT_OK

    def _take_line(self, line: bytes) -> int | None:
        self._lines_count += 1
        if self._lines_count > _HEAD_MAX_LINES:
            return -1
        if line[:5] == b"HTTP/":
            words = line.split(maxsplit=2)
            self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
            return None
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"retry-after":
                self.retry_after = value.strip().decode("latin-1")[:100]
            case b"location":
                self.location = value.strip().decode("latin-1")[:200]
        return None

    def _take(self, chunk: bytes) -> int | None:
        """libcurl's callback: what came of a download. A page that says why there is none is not counted."""
        size = len(chunk)
        self.moved_bytes += size
        if not 200 <= self.status < 300:
            self.is_too_long = size > _ANSWER_MAX_BYTES
            return -1 if self.is_too_long else None
        if not self.piece_bytes:
            self.answer = chunk[:_BEGINNING_BYTES]
        self.piece_bytes += size
        if self.piece_bytes > self.most_bytes:
            self.is_too_long = True
            return -1
        return None

    def _take_answer(self, chunk: bytes) -> int | None:
        self.answer += chunk
        return -1 if len(self.answer) > _ANSWER_MAX_BYTES else None

    def _give(self, size: int) -> bytes:
        """libcurl's callback: the next block of an upload."""
        size = min(size, self.most_bytes - self.piece_bytes, len(_BLOCK))
        if self.ending or size <= 0:
            return b""
        self.piece_bytes += size
        self.moved_bytes += size
        return _BLOCK if size == len(_BLOCK) else _BLOCK[:size]
