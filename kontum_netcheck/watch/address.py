"""Notice addresses are secrets: what may be shown of them. Pure."""

import re
from urllib.parse import unquote, urlsplit

from kontum_netcheck.report.safe import visible

_WITH_HOST = frozenset(
    {"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "ntfys", "gotify", "gotifys"}
    | {
        "matrix",
        "matrixs",
        "mmost",
        "mmosts",
        "rocket",
        "rockets",
        "ncloud",
        "nclouds",
        "apprise",
        "apprises",
    }
)
"""Schemes whose host is one. Elsewhere a token stands in its place: `tgram://TOKEN/…`."""

_HIDDEN = "***"
_SHORTEST_SECRET = 3


def shown(url: str) -> str:
    """The scheme, and the host where there is one: `mailtos://smtp.example.vn`, `tgram://***`."""
    scheme, found, _ = url.strip().partition("://")
    if not found or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,31}", scheme):
        return _HIDDEN
    if scheme.lower() not in _WITH_HOST:
        return f"{scheme.lower()}://{_HIDDEN}"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return f"{scheme.lower()}://{visible(host) if host else _HIDDEN}"


def without_secrets(text: str, url: str) -> str:
    """What a library says of a failure, on one line, with every part of the address that may be secret blotted out."""
    for part in sorted(_parts(url), key=len, reverse=True):
        text = re.sub(re.escape(part), _HIDDEN, text, flags=re.IGNORECASE)
    return visible(" ".join(text.split()))


def _parts(url: str) -> set[str]:
    """All words of the address but its scheme, the names of its parameters, and what is shown of it."""
    _, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    values = [pair.partition("=")[2] for pair in query.split("&")]
    words = [word for text in (place, *values) for word in re.split(r"[/@#,]+", text)]
    words += [word for part in words for word in part.split(":")]
    words += [unquote(word) for word in words]
    open_host = shown(url).partition("://")[2]
    return {word for word in words if len(word) >= _SHORTEST_SECRET and word.lower() != open_host.lower()}
