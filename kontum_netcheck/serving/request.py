"""Reading the heads of requests, by h11; bodies never pass through it. Pure: bytes in, requests out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import h11

from kontum_netcheck.serving.refusal import BadRequest

_MOST_PARAMETERS = 20
_MOST_DIGITS = 15
"""Of a number that a client writes: a petabyte is enough, and no integer grows without end."""


@dataclass(frozen=True, slots=True)
class Request:
    """The head of one request. Header names are in small letters; the last of equal ones counts."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body_bytes: int | None = 0  # None: chunked, its end is told by the body itself
    keeps_open: bool = True
    waits_for_100: bool = False

    def number(self, name: str, otherwise: int) -> int | None:
        """The whole number that a parameter of the query is; None: it is something else."""
        text = self.query.get(name)
        if text is None:
            return otherwise
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None

    @property
    def has_body(self) -> bool:
        """Whether a body follows the head."""
        return self.body_bytes is None or self.body_bytes > 0


class RequestReader:
    """One connection's requests, one after another."""

    def __init__(self, head_max_bytes: int) -> None:
        self._head_max_bytes = head_max_bytes
        self._rest = b""
        self._reader: h11.Connection | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a part of a request is here."""
        return self._reader is not None or bool(self._rest)

    def head(self, data: bytes) -> Request | None:
        """Take what came; the next request, once its head is whole. Raises BadRequest."""
        if self._reader is None:
            self._reader = h11.Connection(h11.SERVER, max_incomplete_event_size=self._head_max_bytes)
            data, self._rest = self._rest + data, b""
        try:
            if data:
                self._reader.receive_data(data)
            event = self._reader.next_event()
        except h11.RemoteProtocolError as error:
            raise BadRequest(error.error_status_hint, str(error)) from error
        if not isinstance(event, h11.Request):
            return None
        request = _request_of(event, self._reader.they_are_waiting_for_100_continue)
        self._rest = bytes(self._reader.trailing_data[0])
        self._reader = None
        return request

    def take_all(self) -> bytes:
        """What came with the head: of a chunked body, whose end is not known yet."""
        taken, self._rest = self._rest, b""
        return taken

    def give_back(self, rest: bytes) -> None:
        """What came after a body: the next request."""
        self._rest = rest

    def take(self, most_bytes: int) -> int:
        """Of a body with a length: how many of its bytes came with the head. They are dropped."""
        taken = min(most_bytes, len(self._rest))
        self._rest = self._rest[taken:]
        return taken


def _request_of(event: h11.Request, waits_for_100: bool) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
    path, query = _split(event.target.decode("latin-1"))
    chunked = "transfer-encoding" in headers  # h11 lets nothing but "chunked" pass
    if chunked and "content-length" in headers:  # two lengths: RFC 9112, 6.3, lets a server refuse that
        raise BadRequest(400, "both Transfer-Encoding and Content-Length")
    closing = "close" in headers.get("connection", "").lower()
    return Request(
        method=event.method.decode("ascii"),
        path=path,
        query=query,
        headers=headers,
        body_bytes=None if chunked else int(headers.get("content-length", "0")),
        keeps_open=event.http_version == b"1.1" and not closing,
        waits_for_100=waits_for_100,
    )


def _split(target: str) -> tuple[str, dict[str, str]]:
    """Path and query of a target in origin form or absolute form, RFC 9112, 3.2. Raises BadRequest."""
    try:
        parts = urlsplit(target if not target.startswith("//") else target[1:])
        query = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS))
    except ValueError as error:
        raise BadRequest(400, str(error)) from error
    return parts.path or "/", query
