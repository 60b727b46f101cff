"""Every address that is answered, a line each. There are no files behind them."""

from collections.abc import Mapping

from kontum_netcheck.serving import librespeed, mini, own
from kontum_netcheck.serving.route import Route

_GARBAGE = Route("garbage", {"GET": librespeed.garbage, "OPTIONS": librespeed.preflight})
_EMPTY = Route("empty", {"GET": librespeed.empty, "POST": librespeed.upload, "OPTIONS": librespeed.preflight})
_GET_IP = Route("get_ip", {"GET": librespeed.get_ip, "OPTIONS": librespeed.preflight})
_PICTURE = Route("mini_picture", {"GET": mini.picture})

METRICS = "/metrics"

ROUTES = {
    "/": Route("root", {"GET": own.root}, open=True),
    "/download": Route("download", {"GET": own.download}),
    "/upload": Route("upload", {"POST": own.upload, "PUT": own.upload}),
    "/ping": Route("ping", {"GET": own.ping}),
    "/udp": Route("udp", {"GET": own.echo_cookie}),
    "/speedtest/latency.txt": Route("mini_latency", {"GET": mini.latency}),
    "/speedtest/upload.php": Route("mini_upload", {"GET": mini.is_there, "POST": mini.upload}),
    "/garbage.php": _GARBAGE,
    "/empty.php": _EMPTY,
    "/getIP.php": _GET_IP,
    "/backend/garbage.php": _GARBAGE,  # where LibreSpeed's page looks for them
    "/backend/empty.php": _EMPTY,
    "/backend/getIP.php": _GET_IP,
}

_KNOWN_PARAMETERS = ("bytes", "ckSize")
"""Of a query only these numbers are logged: whatever else a client writes there may be a secret."""


def route_of(path: str) -> Route | None:
    """What answers there."""
    return ROUTES.get(path) or (_PICTURE if mini.is_picture(path) else None)


def loggable(query: Mapping[str, str]) -> str:
    """What the log may say of a query."""
    return "&".join(f"{name}={query[name]}" for name in _KNOWN_PARAMETERS if query.get(name, "").isdigit())
