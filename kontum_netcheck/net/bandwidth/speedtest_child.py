"""speedtest-cli, in a process of its own: an order as JSON on stdin, a line of JSON on stdout for each step.

A script and no module of the package: it must not load the rest. Quirks of speedtest-cli 2.1.3 that it meets:

- its constructor asks www.speedtest.net for a configuration: against a private server it gets one from us;
- it closes descriptor 1 when it is collected: our lines go to a copy of it;
- it has no cap on bytes: the sizes and counts of its requests are chosen to fit the order's, and of downloads that are
  longer than their names promise no more is read.
"""

import importlib
import json
import os
import sys
from typing import Any

_UPLOAD_BYTES = 262_144


def main() -> None:
    """Carry the order out."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def say(**fields: object) -> None:
        lines.write(json.dumps(fields) + "\n")
        lines.flush()

    order = json.loads(sys.stdin.read())
    try:
        speedtest = importlib.import_module("speedtest")
    except ImportError:
        say(step="missing")
        return
    try:
        _measure(speedtest, order, say)
    except speedtest.SpeedtestException as error:
        cause = error.args[0] if error.args else None
        say(
            step="error",
            kind=type(error).__name__,
            status=getattr(cause, "code", None),
            text=str(error)[:200],
        )
    except KeyboardInterrupt:
        say(step="interrupted")


class Capped:
    """Its opener, and in turn each answer, of which no more is read than all of them together may have."""

    def __init__(self, opened: Any, left_bytes: list[int]) -> None:
        self._opened, self._left_bytes = opened, left_bytes

    def open(self, request: Any) -> "Capped":
        """Ask."""
        return Capped(self._opened.open(request), self._left_bytes)

    def read(self, count: int) -> bytes:
        """The next bytes; none, where the share is used up."""
        some: bytes = self._opened.read(max(0, min(count, self._left_bytes[0])))
        self._left_bytes[0] -= len(some)
        return some

    def close(self) -> None:
        """Let the answer go."""
        self._opened.close()


def _measure(speedtest: Any, order: dict[str, Any], say: Any) -> None:
    """Server, download, upload; each step is told when it is done."""
    config = {
        "client": {"ip": "", "lat": "0", "lon": "0", "isp": ""},
        "ignore_servers": [],
        "sizes": {"download": order["download_sides"], "upload": [_UPLOAD_BYTES]},
        "counts": {"download": 1, "upload": order["upload_count"]},
        "threads": {"download": order["streams"], "upload": order["streams"]},
        "length": {"download": order["max_s"], "upload": order["max_s"]},
        "upload_max": order["upload_count"],
    }

    class Private(speedtest.Speedtest):  # type: ignore[misc]
        def get_config(self) -> dict[str, Any]:
            self.config.update(config)
            self.lat_lon = (0.0, 0.0)
            return config

    settings = {"source_address": order["source_address"], "timeout": order["timeout_s"], "secure": True}
    if order["mini_url"]:
        test = Private(**settings)
        best = test.get_best_server(test.set_mini_server(order["mini_url"]))
    else:
        test = speedtest.Speedtest(**settings)
        test.get_servers([])
        best = test.get_best_server()
        del config["client"], config["ignore_servers"]
        test.config.update(config)
    say(step="server", name=f"{best['sponsor']} {best['name']}", url=best["url"], latency_ms=best["latency"])
    opener = test._opener
    if order["down"]:
        test._opener = Capped(opener, [order["share_bytes"]])
        rate = test.download(threads=order["streams"])
        say(step="down", bits_per_s=rate, bytes=test.results.bytes_received)
    if order["up"]:
        test._opener = opener
        rate = test.upload(threads=order["streams"])
        say(step="up", bits_per_s=rate, bytes=test.results.bytes_sent)


if __name__ == "__main__":
    main()
