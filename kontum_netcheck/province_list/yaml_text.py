"""Texts as YAML has them: plain where that is safe, else in quotes; comments that stay comments. Pure."""

import json
import re
import textwrap

_PLAIN = re.compile(r"[^\W\d_](?:[\w .()/&+'’–-]*[\w).])?")
_PLAIN_STREET = re.compile(r"\d{1,5}[a-zA-Z]? [^\W\d_]{2,}(?:[\w .()/&+'’–-]*[\w).])?")  # 05 Nguyễn Huệ
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9./_~%?=&-]*)?")
_PLAIN_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_COMMENT_COLUMN = 48
_WIDTH = 110


def scalar(text: str) -> str:
    """A name, a URL or a host, plain where every reader of YAML takes it for that text."""
    if text.lower() in _WORDS:
        return json.dumps(text)
    if _PLAIN.fullmatch(text) or _PLAIN_STREET.fullmatch(text) or _PLAIN_URL.fullmatch(text):
        return text
    if _PLAIN_HOST.fullmatch(text) and "." in text and not text.replace(".", "").isdigit():
        return text
    return json.dumps(_printable(text), ensure_ascii=False)


def address(text: str) -> str:
    """An IPv4 address or a host as it is, an IPv6 address in quotes."""
    return text if _PLAIN_HOST.fullmatch(text) else scalar(text)


def code(text: str) -> str:
    """A code, always in quotes: without them an editor takes 062 for a number."""
    return json.dumps(_printable(text), ensure_ascii=False)


def comment(text: str, indent: str, inner: str = "") -> str:
    """A comment on as many lines as it needs."""
    width = max(40, _WIDTH - len(indent))
    start, more = f"{indent}# {inner}", f"{indent}# {inner}    "
    lines = textwrap.wrap(
        _printable(" ".join(text.split())),
        width,
        initial_indent=start,
        subsequent_indent=more,
        break_on_hyphens=False,
    )
    return "\n".join(lines) or start.rstrip()


def beside(line: str, remark: str) -> str:
    """A line with a comment behind it, in one column where there is room."""
    return f"{line:<{_COMMENT_COLUMN - 2}}  # {_printable(' '.join(remark.split()))}"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in text)
