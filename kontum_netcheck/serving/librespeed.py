"""LibreSpeed's end points, as its page (speedtest_worker.js) and librespeed-cli ask them."""

from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.reply import Headers, Reply, as_json
from kontum_netcheck.serving.request import Request
from kontum_netcheck.serving.route import Answer, Desk, Download, Upload

_CHUNK_BYTES = 1 << 20
_CHUNKS, _MOST_CHUNKS = 4, 1024  # as LibreSpeed's own server has them


def garbage(request: Request, _desk: Desk) -> Answer:
    """`?ckSize=N`: N MiB; 4 where N is none, 1024 at most. librespeed-cli takes nothing but 200 for good."""
    chunks = min(request.number("ckSize", _CHUNKS) or _CHUNKS, _MOST_CHUNKS)
    return Download(chunks * _CHUNK_BYTES, headers=_cors(request))


def empty(request: Request, _desk: Desk) -> Answer:
    """For the latency: 200 with nothing. librespeed-cli takes a server that says 204 for one that is down."""
    return Reply(200, headers=_cors(request))


def upload(request: Request, _desk: Desk) -> Answer:
    """Takes a body, and says nothing."""
    headers = _cors(request)

    def nothing(_receipt: Receipt) -> Reply:
        return Reply(200, headers=headers)

    return Upload(nothing)


def get_ip(request: Request, desk: Desk) -> Answer:
    """The client's address. Nobody is asked whose it is."""
    return as_json({"processedString": desk.client, "rawIspInfo": ""}, headers=_cors(request))


def preflight(_request: Request, _desk: Desk) -> Answer:
    """A browser asks whether a page from elsewhere may measure here."""
    return Reply(204, headers=_ALLOWED)


_ALLOWED: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST"),
    ("Access-Control-Allow-Headers", "Content-Encoding, Content-Type"),
)


def _cors(request: Request) -> Headers:
    """LibreSpeed's page asks with `cors=true` where the server is not the one that it came from."""
    return _ALLOWED if "cors" in request.query else ()
