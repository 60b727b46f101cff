"""Answers, and how they are written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from kontum_netcheck.serving.refusal import Reason, Refusal

_NO_STORE = ("Cache-Control", "no-store, no-transform")
"""What lies between must keep nothing and change nothing: RFC 9111, 5.2.2."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose body is small. `why` is the reason for the log, where there is one."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Headers = ()
    why: str = ""


def text(words: str, status: int = 200, headers: Headers = ()) -> Reply:
    """A line of text."""
    return Reply(status, words.encode(), headers=headers)


def as_json(content: Mapping[str, object], status: int = 200, headers: Headers = ()) -> Reply:
    """A JSON object."""
    body = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    return Reply(status, body, "application/json", headers)


def refusal_reply(refusal: Refusal, more: Mapping[str, object] | None = None) -> Reply:
    """The answer that says why, and when to ask again. `more` is what is known nevertheless."""
    headers: Headers = ()
    if refusal.retry_after_s:
        headers = (("Retry-After", str(refusal.retry_after_s)),)
    if refusal.reason is Reason.TOKEN:
        headers = (("WWW-Authenticate", 'Bearer realm="kontum-netcheck"'),)
    content = {
        "refused": refusal.reason.value,
        "retry_after_s": refusal.retry_after_s or None,
        **(more or {}),
    }
    answer = as_json(content, refusal.status, headers)
    return Reply(answer.status, answer.body, answer.content_type, headers, why=refusal.reason.value)


def head_of(
    status: int, length_bytes: int | None, content_type: str, headers: Headers, *, keeps_open: bool
) -> bytes:
    """The head of an answer. None: it has no body and says nothing of one."""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Date: {formatdate(usegmt=True)}",
        "Server: kontum-netcheck",
        f"{_NO_STORE[0]}: {_NO_STORE[1]}",
        "X-Content-Type-Options: nosniff",
    ]
    if length_bytes is not None:
        lines += [f"Content-Length: {length_bytes}", f"Content-Type: {content_type}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if not keeps_open:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
