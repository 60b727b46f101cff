"""How ports and a modem's test are shown: as text, as JSON."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message
from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from kontum_netcheck.net.modem import About, Port
    from kontum_netcheck.net.modem.dial_tone import DialTone

_FINE, _WARNING, _PROBLEM = "✓", "!", "✗"


def ports_as_text(shell: Shell, found: "Sequence[Port]") -> str:
    """A table of ports, those that look like modems first."""
    from kontum_netcheck.cli.evidence_view import plain_table

    heads = (
        message("port"),
        message("what it is"),
        message("USB number"),
        message("looks like a modem"),
        message("you may use it"),
    )
    rows = [
        (port.device, port.description, port.usb_id, port.looks_like_modem, port.may_be_used)
        for port in found
    ]
    return plain_table(shell, heads, rows)


def ports_as_json(found: "Sequence[Port]") -> dict[str, object]:
    """The same with machine keys."""
    rows = [
        {
            "device": port.device,
            "description": port.description,
            "usb_id": port.usb_id or None,
            "looks_like_modem": port.looks_like_modem,
            "may_be_used": port.may_be_used,
        }
        for port in found
    ]
    return {"format": "kontum-netcheck/modems", "version": 1, "ports": rows}


def test_as_text(shell: Shell, about: "About", heard: "DialTone | None") -> str:
    """A line for each thing that was asked: symbol, what, sentence."""
    from tabulate import tabulate

    rows = [
        (symbol, visible(shell.language.say(label)), visible(shell.language.show(said)))
        for symbol, label, said in _rows(about, heard)
    ]
    return tabulate(rows, tablefmt="plain", disable_numparse=True)


def _rows(about: "About", heard: "DialTone | None") -> Iterator[tuple[str, Message, object]]:
    yield _FINE, message("port"), about.device
    yield _FINE, message("modem"), about.names or message("gives no name")
    yield _fax_row(about)
    if about.country is not None:
        yield (
            _FINE,
            message("country"),
            message("{code} (T.35; Viet Nam is BC): by it the modem knows the tones.", code=about.country),
        )
    if heard is not None:
        yield _dial_tone_row(heard)


def _fax_row(about: "About") -> tuple[str, Message, object]:
    label = message("fax")
    if about.fax_class is None:
        return _WARNING, label, message("It knows no fax class: it can call phones only.")
    return (
        _FINE,
        label,
        message(
            "Calls faxes in Class {call}, sends pages in Class {page}.",
            call=about.fax_class,
            page=about.page_class or about.fax_class,
        ),
    )


def _dial_tone_row(heard: "DialTone") -> tuple[str, Message, object]:
    label = message("dial tone")
    if heard.heard is None:
        return _WARNING, label, heard.problem
    if heard.heard:
        wait = timedelta(milliseconds=heard.wait_ms or 0.0)
        return _FINE, label, message("Heard after {wait}.", wait=wait)
    return (
        _PROBLEM,
        label,
        message("None. Is the modem's LINE socket connected, and does a telephone there have a dial tone?"),
    )


def test_as_json(about: "About", heard: "DialTone | None") -> dict[str, object]:
    """The same with machine keys; null is what was not asked or could not be told."""
    return {
        "format": "kontum-netcheck/modem",
        "version": 1,
        "device": about.device,
        "names": list(about.names),
        "classes": list(about.classes),
        "fax_class": about.fax_class,
        "page_class": about.page_class,
        "country": about.country,
        "dial_tone": heard.heard if heard else None,
        "wait_ms": heard.wait_ms if heard else None,
    }


def exit_code(about: "About", heard: "DialTone | None") -> int:
    """0 fine, 1 no faxes or nobody knows, 2 no dial tone."""
    if heard is not None and heard.heard is False:
        return 2
    return int(about.fax_class is None or (heard is not None and heard.heard is None))
