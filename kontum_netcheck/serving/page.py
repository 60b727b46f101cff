"""What a person sees who opens the server's address in a browser."""

from html import escape

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Message, message
from kontum_netcheck.serving.reply import Reply
from kontum_netcheck.serving.route import Desk

_TITLE = message("Bandwidth measurement server")
_WHAT = message("This server measures the speed of lines to here. It keeps nothing that is sent to it.")
_HOW = message("In the inventory of kontum-netcheck, at its top or at a carrier:")
_OTHERS = message("Speedtest Mini (speedtest-cli --mini) and LibreSpeed programs can measure here, too.")
_TOKEN = message("It answers only those who know its token.")
_YOU = message("Your address, as this server sees it: {address}.")

_SAFE = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Vary", "Accept, Accept-Language"),
)
_PAGE = """<!doctype html>
<html lang="{code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:16px/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em}}</style>
</head><body><h1>{title}</h1>{paragraphs}</body></html>
"""
_LINE = "speed_server: http://…/"


def page(accepted_languages: str, desk: Desk) -> Reply:
    """In Vietnamese or English, as the browser asks; where it asks for neither, in the server's own."""
    language = Language("en" if _wanted(accepted_languages, desk.language) == "en" else "vi")

    def say(sentence: Message) -> str:
        return f"<p>{escape(language.say(sentence))}</p>"

    paragraphs = say(_WHAT) + say(_HOW) + f"<pre>{_LINE}</pre>" + say(_OTHERS)
    if desk.wants_token:
        paragraphs += say(_TOKEN)
    paragraphs += say(Message(_YOU.text, {"address": desk.client}))
    title = escape(language.say(_TITLE))
    body = _PAGE.format(code=language.code, title=title, paragraphs=paragraphs)
    return Reply(200, body.encode(), "text/html; charset=utf-8", _SAFE)


def _wanted(accepted_languages: str, otherwise: str) -> str:
    """The first of our languages in an Accept-Language, in the order in which browsers write it."""
    for part in accepted_languages.lower().split(","):
        code = part.strip()[:2]
        if code in ("vi", "en"):
            return code
    return otherwise
