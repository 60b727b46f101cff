"""One question over HTTPS (RFC 8484), asked through the HTTP engine: a GET with the question in its URL."""

import base64
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import Family, HostPort
from kontum_netcheck.net.dns.answer import Answer, Times, read_answer
from kontum_netcheck.net.dns.question import Question
from kontum_netcheck.net.http import Fetched, Request

if TYPE_CHECKING:
    from kontum_netcheck.net.http import HttpEngine

MEDIA_TYPE = "application/dns-message"
HTTPS_PORT = 443
_LARGEST_BYTES = 65_535
_ID = 0  # RFC 8484 §4.1: so that caches see equal questions as equal


async def ask_over_https(
    http: "HttpEngine", name: str, rdtype: str, url: str, timeout_s: float, family: Family | None = None
) -> Answer | Failure:
    """Ask the server at that URL. Redirects are not followed: one server, one attempt.

    `resolve_ms` is the whole question with its connection, but without the look-up of the server's own name.
    Raises CannotMeasure where the fault is ours, ValueError where the URL is none.
    """
    try:
        question = Question.of(name, rdtype)
    except ValueError as error:
        return Failure(Stage.REQUEST, Cause.NO_SUCH_NAME, str(error))
    request = Request(
        url=_with_question(url, question.to_wire(_ID)),
        headers={"Accept": MEDIA_TYPE},
        timeout_s=timeout_s,
        family=family,
        max_redirects=0,
        max_body_bytes=_LARGEST_BYTES,
    )
    fetched = await http.fetch(request)
    failure = fetched.failure or _no_message(fetched)
    if failure is not None:
        return failure
    if not question.is_answered_by(fetched.body):
        return Failure(Stage.REPLY, Cause.BAD_REPLY, "the message does not answer the question")
    parts = urlsplit(url)
    server = HostPort(fetched.address_used or parts.hostname or "", parts.port or HTTPS_PORT)
    expires = fetched.certificate.not_after if fetched.certificate else None
    answer = read_answer(fetched.body, question.rdtype, "https", server, _times(fetched), expires)
    if fetched.measured_again and isinstance(answer, Answer):
        return replace(answer, measured_again=True)
    return answer


def _with_question(url: str, wire: bytes) -> str:
    """The URL with the question as RFC 8484 §6 wants it: base64url without padding."""
    encoded = base64.urlsafe_b64encode(wire).rstrip(b"=").decode("ascii")
    return f"{url}{'&' if '?' in url else '?'}dns={encoded}"


def _no_message(fetched: Fetched) -> Failure | None:
    """What came instead of a DNS message: an error page, a captive portal, too much."""
    if fetched.status != 200:
        return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_STATUS, str(fetched.status))
    media_type = (fetched.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        return Failure(
            Stage.REPLY, Cause.BAD_REPLY, f"{media_type[:100] or 'no media type'}, not {MEDIA_TYPE}"
        )
    if fetched.body_cut:
        return Failure(Stage.REPLY, Cause.TOO_LARGE, f"more than {_LARGEST_BYTES} bytes")
    return None


def _times(fetched: Fetched) -> Times:
    phases = fetched.phases
    whole_ms = (phases.total_ms or 0.0) - (phases.resolve_ms or 0.0)
    return Times(whole_ms, phases.connect_ms, phases.tls_ms, fetched.late_ms)
