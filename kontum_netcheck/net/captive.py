"""Does a login page of a hotel, a school or a carrier answer in the web's place (captive portal)?

Sources: RFC 8952 (architecture), RFC 6585 section 6 (status 511).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from kontum_netcheck.model import CannotMeasure, Failure

if TYPE_CHECKING:
    from kontum_netcheck.net.http import Fetched
    from kontum_netcheck.net.network import Network

_LOGIN_REQUIRED = 511
_TIMEOUT_S = 5.0
_MAX_BODY_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Known:
    """A plain http:// address and what it answers; where that isn't known, only a redirect tells a portal."""

    url: str
    status: tuple[int, ...] = ()
    text: str | None = None
    redirect_hosts: tuple[str, ...] = ()  # known to be sent to, besides its own host


class Captive(StrEnum):
    """What the answer says of the way to the web."""

    FREE = "free"
    PORTAL = "portal"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class CaptiveAnswer:
    """The verdict, and what it rests on."""

    url: str
    captive: Captive
    status: int | None = None
    redirected_to: str | None = None
    failure: Failure | None = None


async def ask_captive(network: "Network", known: Known) -> CaptiveAnswer:
    """Fetch the address once, follow nothing, compare. No answer proves nothing."""
    from kontum_netcheck.net.http import Request

    request = Request(known.url, max_redirects=0, timeout_s=_TIMEOUT_S, max_body_bytes=_MAX_BODY_BYTES)
    try:
        fetched = await network.http.fetch(request)
    except CannotMeasure as fault:
        return CaptiveAnswer(known.url, Captive.CANNOT_TELL, failure=fault.failure)
    return judge_answer(known, fetched)


def judge_answer(known: Known, fetched: "Fetched") -> CaptiveAnswer:
    """Pure: whether the answer came from a portal.

    Status 511, a redirect to a foreign host, a page with another status or text than is known: portal.
    Silence and a server's own trouble (4xx, 5xx): cannot tell.
    """
    status, location = fetched.status, fetched.header("location")
    if status is None:
        return CaptiveAnswer(known.url, Captive.CANNOT_TELL, failure=fetched.failure)
    if status == _LOGIN_REQUIRED:
        return CaptiveAnswer(known.url, Captive.PORTAL, status)
    if 300 <= status < 400 and location:
        ours = _is_ours(known, location)
        return CaptiveAnswer(known.url, Captive.FREE if ours else Captive.PORTAL, status, location)
    if not 200 <= status < 300:
        expected = status in known.status
        return CaptiveAnswer(known.url, Captive.FREE if expected else Captive.CANNOT_TELL, status)
    known_status = not known.status or status in known.status
    known_page = (
        known.text is None or fetched.body_cut or known.text in fetched.body.decode("utf-8", "replace")
    )
    return CaptiveAnswer(known.url, Captive.FREE if known_status and known_page else Captive.PORTAL, status)


def _is_ours(known: Known, location: str) -> bool:
    """Whether a redirect stays with its host, goes to its www. or from it, or where it is known to go."""
    try:
        here, there = (urlsplit(part).hostname or "" for part in (known.url, urljoin(known.url, location)))
    except ValueError:
        return False
    return here.removeprefix("www.") == there.removeprefix("www.") or there in known.redirect_hosts
