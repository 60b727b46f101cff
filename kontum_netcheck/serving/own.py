"""The server's own way of being measured, which the probe `bandwidth` speaks."""

from kontum_netcheck.serving.page import page
from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.reply import Reply, as_json, text
from kontum_netcheck.serving.request import Request
from kontum_netcheck.serving.route import Answer, Desk, Download, Upload

_DOWNLOAD_BYTES = 10_000_000


def root(request: Request, desk: Desk) -> Answer:
    """A browser gets a page, a program what this is, as JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return page(request.headers.get("accept-language", ""), desk)
    return as_json(
        {
            "server": "kontum-netcheck",
            "version": desk.version,
            "token": desk.wants_token,
            "max_bytes": desk.most_bytes,
            "udp_port": desk.udp_port,
        }
    )


def download(request: Request, desk: Desk) -> Answer:
    """`?bytes=N`: N bytes that can't be compressed; without N 10 MB."""
    count = request.number("bytes", _DOWNLOAD_BYTES)
    if count is None or count > desk.most_bytes:
        return text(f"bytes must be a number from 0 to {desk.most_bytes}\n", 400)
    return Download(count)


def upload(_request: Request, _desk: Desk) -> Answer:
    """Counts the body, and tells what arrived when."""
    return Upload(_receipt)


def _receipt(receipt: Receipt) -> Reply:
    return as_json(receipt.said())


def ping(_request: Request, _desk: Desk) -> Answer:
    """Nothing, at once: for the latency."""
    return Reply(204)


def echo_cookie(_request: Request, desk: Desk) -> Answer:
    """Where echoes over UDP are answered, and the cookie that they must carry."""
    if desk.udp_port is None:
        return text("this server answers no echoes over UDP\n", 404)
    return as_json({"port": desk.udp_port, "cookie": desk.cookie})
