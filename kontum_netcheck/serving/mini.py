"""Speedtest Mini, as speedtest-cli asks it with `--mini`: four addresses, and what their answers look like."""

import re

from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.reply import Reply, text
from kontum_netcheck.serving.request import Request
from kontum_netcheck.serving.route import Answer, Desk, Download, Upload

_IMAGE = re.compile(r"/speedtest/random(\d{2,4})x\1\.jpg")
_MOST_PIXELS = 4000
_BYTES_A_PIXEL = 2
"""The pictures that came with Mini have 1.98 to 2.02 bytes a pixel: 245,388 at 350x350, 31,625,365 at 4000x4000."""


def is_picture(path: str) -> bool:
    """Whether the path is one of `random{N}x{N}.jpg`."""
    return _IMAGE.fullmatch(path) is not None


def picture(request: Request, _desk: Desk) -> Answer:
    """Noise of the length that Mini's picture of so many pixels has."""
    found = _IMAGE.fullmatch(request.path)
    side = int(found[1]) if found else 0
    if not 0 < side <= _MOST_PIXELS:
        return text("there is no such picture\n", 404)
    return Download(side * side * _BYTES_A_PIXEL, "image/jpeg")


def latency(_request: Request, _desk: Desk) -> Answer:
    """Nine bytes that speedtest-cli compares."""
    return text("test=test")


def upload(_request: Request, _desk: Desk) -> Answer:
    """Counts the body and says how much it was; asked without one, it proves by its form what it is."""
    return Upload(_size)


def is_there(_request: Request, _desk: Desk) -> Answer:
    """By this speedtest-cli knows which kind of scripts the server has."""
    return text("size=500")


def _size(receipt: Receipt) -> Reply:
    return text(f"size={receipt.received_bytes}")
