"""http for blackbox_exporter: status, headers and text of the answer."""

import re
from collections.abc import Iterator
from typing import Any

from kontum_netcheck.model import Message, message
from kontum_netcheck.probes.http import HttpParams
from kontum_netcheck.probes.notation import SecretRef
from kontum_netcheck.report.blackbox.translated import (
    CannotExport,
    Translated,
    escaped,
    family,
    module,
)

_NOT_IN_RE2 = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|\\[1-9Z]|[*+?}]\+")
_USUAL = list(range(200, 400))
"""Where the inventory expects no status of its own."""


def http(params: HttpParams) -> Translated:
    """The fetch. Raises CannotExport where it needs a secret, which must not stand in a file."""
    if any(isinstance(value, SecretRef) for value in params.headers.values()):
        raise CannotExport(message("it sends a secret, and none is written into a file"))
    expect, weaker = params.expect, list(_weaker(params))
    redirects_are_answers = any(300 <= status < 400 for status in expect.status)
    wanted = [escaped(expect.body)] if expect.body else []
    if expect.body_matches and not _NOT_IN_RE2.search(expect.body_matches):
        wanted.append(f"(?m:{expect.body_matches})")
    details: dict[str, Any] = {
        "method": params.method,
        "valid_status_codes": list(expect.status) or _USUAL,
        "follow_redirects": params.max_redirects > 0 and not redirects_are_answers,
        "headers": {name: str(value) for name, value in params.headers.items()} or None,
        "proxy_url": params.proxy,
        "fail_if_body_not_matches_regexp": wanted or None,
        "fail_if_body_matches_regexp": [f"(?i){escaped(text)}" for text in expect.body_forbids] or None,
        "fail_if_header_not_matches": [
            {"header": name, "regexp": pattern}
            for name, pattern in expect.headers.items()
            if not _NOT_IN_RE2.search(pattern)
        ]
        or None,
        **family(params.family),
    }
    return Translated(module("http", params.timeout_s, details), (params.http,), tuple(weaker))


def _weaker(params: HttpParams) -> Iterator[Message]:
    patterns = [*params.expect.headers.values(), params.expect.body_matches or ""]
    if any(_NOT_IN_RE2.search(pattern) for pattern in patterns):
        yield message("a regular expression that Go doesn't know is left out")
