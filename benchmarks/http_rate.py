"""What 10,000 HTTP requests on loopback cost, and whether the times told are true while all go at once.

Run it: python benchmarks/http_rate.py. The servers are processes of their own. The truth: one of them waits exactly
50 ms before it answers, so `wait_ms` must say 50 however much is going on.
"""

import asyncio
import multiprocessing
import resource
import statistics
import sys
from multiprocessing.connection import Connection
from time import perf_counter, process_time

from kontum_netcheck.net.http import Request
from kontum_netcheck.net.network import Network

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
REQUESTS_COUNT = 10_000


class Answering(asyncio.Protocol):
    """Answers each connection's first bytes after a delay counted from the moment that they came."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._delay_s:
            asyncio.get_running_loop().call_later(self._delay_s, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        assert self._transport is not None
        self._transport.write(ANSWER)
        self._transport.close()


def serve(ready: Connection, delay_s: float) -> None:
    """A server process; ends when it is terminated."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(delay_s), "127.0.0.1", 0, backlog=4096)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def fetch_all(port: int, count: int) -> tuple[list[float], list[float]]:
    """All at once: the waits and the totals that were told, in ms."""
    request = Request(f"http://127.0.0.1:{port}/", timeout_s=60)
    async with Network() as network:
        answers = await asyncio.gather(*(network.http.fetch(request) for _ in range(count)))
    failures = [answer.failure for answer in answers if answer.failure]
    assert not failures, failures[:3]
    waits_ms = [answer.phases.wait_ms for answer in answers if answer.phases.wait_ms is not None]
    totals_ms = [answer.phases.total_ms for answer in answers if answer.phases.total_ms is not None]
    return waits_ms, totals_ms


def measure(title: str, delay_s: float, count: int) -> None:
    """Start a server, fetch, print one line."""
    ready, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, delay_s), daemon=True)
    server.start()
    port = ready.recv()
    wall_s, cpu_s = perf_counter(), process_time()
    waits_ms, totals_ms = asyncio.run(fetch_all(port, count))
    wall_s, cpu_s = perf_counter() - wall_s, process_time() - cpu_s
    server.terminate()
    server.join()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{title}: {count} requests, {wall_s:.2f} s, {cpu_s:.2f} s CPU ({cpu_s / count * 1e3:.3f} ms each), "
        f"{peak_mb:.0f} MB\n"
        f"    wait_ms  median {statistics.median(waits_ms):.2f}, p99 {percentile(waits_ms):.2f}, "
        f"max {max(waits_ms):.2f}\n"
        f"    total_ms median {statistics.median(totals_ms):.2f}, p99 {percentile(totals_ms):.2f}\n"
    )


def percentile(values: list[float], share: float = 0.99) -> float:
    """The value that `share` of them don't exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """The cost, then the truth."""
    measure("at once     ", 0.0, REQUESTS_COUNT)
    measure("after 50 ms ", 0.05, REQUESTS_COUNT)


if __name__ == "__main__":
    main()
