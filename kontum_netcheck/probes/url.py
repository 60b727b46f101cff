"""URLs as a person types them: refused where they are none, or hold what has no place in one. Pure."""

import re
from urllib.parse import urlsplit

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.net.address import check_host, is_plain

_USUAL_URL = re.compile(  # as nearly all look: nothing to explain, and quick to see
    r"([a-z5]+)://([A-Za-z0-9.-]+)(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?(?:/[A-Za-z0-9/._~-]*)?"
)


def plain_url(value: str, schemes: tuple[str, ...]) -> str:
    """Refuse what is no plain URL; a password has no place in one, nor in what is said of it."""
    usual = _USUAL_URL.fullmatch(value)
    if usual is not None and usual[1] in schemes and is_plain(usual[2]):
        return value
    if "@" in re.split("[/?#]", value.partition("://")[2] or value, maxsplit=1)[0]:
        raise WrongValue(message("A user name or a password must not stand in a URL."))
    try:
        parts = urlsplit(value)
        port, host = parts.port, parts.hostname
    except ValueError:
        port, host = 0, None
    if port == 0 or not host or parts.scheme not in schemes:
        start = " / ".join(f"{scheme}://" for scheme in schemes)
        raise WrongValue(
            message("“{value}” is not a URL.", value=value), message("Write {start} and a host.", start=start)
        )
    if not value.isprintable() or " " in value or "\\" in value:
        raise WrongValue(message("“{value}” holds a character that no URL may hold.", value=value))
    check_host(host)
    try:
        host.encode("idna")
    except UnicodeError:
        raise WrongValue(message("“{value}” is not a host name.", value=host)) from None
    return value
