"""Small requests, one after another on one connection: the round trip as programs see it, idle and under load.

A thread of its own waits for each in libcurl, which also takes the times, so that the load beside it is not in them.
"""

import threading
from time import perf_counter

import pycurl

from kontum_netcheck.net.bandwidth.latency import Echo
from kontum_netcheck.net.bandwidth.stream import Way, set_up

_GIVE_UP_S = 5.0
_CLOSE_COUNT, _LATER_INTERVAL_S = (
    15,
    0.1,
)  # a queue fills at first; later more echoes would only take their share
RPM_FORMULA = "60000 / loaded_rtt_ms"
"""Round trips a minute, by the HTTP round trip alone (http_f of draft-ietf-ippm-responsiveness), its median."""


class Echoes:
    """Asks from `start` to `stop`, or so many times, every `interval_s`, or as soon as the last one is answered."""

    def __init__(
        self, way: Way, url: str, *, is_head: bool, interval_s: float = 0.1, count: int | None = None
    ) -> None:
        self.taken: list[Echo] = []
        self._left_count = count
        self._way, self._url, self._is_head, self._interval_s = way, url, is_head, interval_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bandwidth echoes", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def wait(self, at_most_s: float) -> None:
        """Until it has asked as often as it should."""
        self._thread.join(at_most_s)

    def stop(self) -> list[Echo]:
        """End; what was answered."""
        self._stopping.set()
        self._thread.join()
        return self.taken

    def _run(self) -> None:
        curl = pycurl.Curl()
        set_up(curl, self._way)
        curl.setopt(pycurl.URL, self._url)
        curl.setopt(pycurl.NOBODY, self._is_head)
        curl.setopt(pycurl.WRITEFUNCTION, lambda _chunk: None)
        curl.setopt(pycurl.TIMEOUT_MS, round(_GIVE_UP_S * 1000))
        curl.setopt(pycurl.NOPROGRESS, False)
        curl.setopt(pycurl.XFERINFOFUNCTION, self._progress)
        if self._way.headers:
            curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in self._way.headers])
        try:
            while not self._stopping.is_set() and self._left_count != 0:
                began_s = perf_counter()
                self._left_count = None if self._left_count is None else self._left_count - 1
                self._ask(curl, began_s)
                slow = self._left_count is None and len(self.taken) >= _CLOSE_COUNT
                interval_s = _LATER_INTERVAL_S if slow else self._interval_s
                self._stopping.wait(interval_s - (perf_counter() - began_s))
        finally:
            curl.close()

    def _progress(self, *_counts: float) -> bool:
        return self._stopping.is_set()

    def _ask(self, curl: pycurl.Curl, began_s: float) -> None:
        """One request. The first one also connects, which is not in its time; one that failed tells nothing."""
        try:
            curl.perform()
        except pycurl.error:
            return
        if curl.getinfo(pycurl.RESPONSE_CODE) < 400:
            sent_us, answered_us = (
                curl.getinfo(pycurl.PRETRANSFER_TIME_T),
                curl.getinfo(pycurl.STARTTRANSFER_TIME_T),
            )
            self.taken.append(Echo(began_s, (answered_us - sent_us) / 1000))
