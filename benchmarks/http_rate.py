"""What 10,000 HTTP requests on loopback cost, and whether the times told are true while all go at once.

Run it: python benchmarks/http_rate.py. The servers are processes of their own. The truth: one of them waits 50 ms
before it answers, and its answer says how long it really waited; `wait_ms` must say the same, however much is
going on.
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

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n%10.3f"
REQUESTS_COUNT = 10_000


class Answering(asyncio.Protocol):
    """Answers each connection's first bytes after a delay counted from the moment that they came."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._asked_s = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._asked_s = perf_counter()
        if self._delay_s:
            asyncio.get_running_loop().call_later(self._delay_s, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        assert self._transport is not None
        self._transport.write(ANSWER % ((perf_counter() - self._asked_s) * 1000))
        self._transport.close()


def serve(ready: Connection, delay_s: float) -> None:
    """A server process; ends when it is terminated."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(delay_s), "127.0.0.1", 0, backlog=4096)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def fetch_all(port: int, count: int) -> list[tuple[float, float]]:
    """All at once: for each, the wait that was told and the wait that was, in ms."""
    request = Request(f"http://127.0.0.1:{port}/", timeout_s=60)
    async with Network() as network:
        answers = await asyncio.gather(*(network.http.fetch(request) for _ in range(count)))
    failures = [answer.failure for answer in answers if answer.failure]
    assert not failures, failures[:3]
    return [(answer.phases.wait_ms or 0.0, float(answer.body)) for answer in answers]


def measure(title: str, delay_s: float, count: int) -> None:
    """Start a server, fetch, print what it cost and how far what was told is from what was."""
    ready, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, delay_s), daemon=True)
    server.start()
    port = ready.recv()
    wall_s, cpu_s = perf_counter(), process_time()
    waits = asyncio.run(fetch_all(port, count))
    wall_s, cpu_s = perf_counter() - wall_s, process_time() - cpu_s
    server.terminate()
    server.join()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{title}: {count} requests, {wall_s:.2f} s, {cpu_s:.2f} s CPU ({cpu_s / count * 1e3:.3f} ms each), "
        f"{peak_mb:.0f} MB\n"
        f"    told  {summary([told for told, _ in waits])}\n"
        f"    was   {summary([was for _, was in waits])}\n"
        f"    error {summary([told - was for told, was in waits])}\n"
    )


def summary(values_ms: list[float]) -> str:
    """Median and tail."""
    return f"median {statistics.median(values_ms):.2f}, p99 {percentile(values_ms):.2f} ms"


def percentile(values: list[float], share: float = 0.99) -> float:
    """The value that `share` of them don't exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """The cost, then the truth."""
    measure("at once     ", 0.0, REQUESTS_COUNT)
    measure("after 50 ms ", 0.05, REQUESTS_COUNT)


if __name__ == "__main__":
    main()
