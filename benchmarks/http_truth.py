"""Are the times true while 10,000 fetches go at once, and do dead hosts hold up the others? Traffic on loopback.

A server of its own process waits 50 ms before each answer, and its answer says how long it really waited, from
the kernel's stamp on the request to the answer's departure; `wait_ms` must say the same, whatever is going on.
`rest` is what the whole took besides: connecting, and a transfer in one piece, so nearly nothing.
blackbox_exporter is asked for the same in the same run, where it is installed. Then every tenth host is silent: it
takes connections and never answers. Needs Linux. Usage:

    python benchmarks/http_truth.py [FETCHES]
"""

import asyncio
import multiprocessing
import os
import re
import select
import shutil
import socket
import struct
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time, time_ns

from http_vs_blackbox import BLACKBOX_PARALLEL_COUNT, BLACKBOX_YML, ask_blackbox, free_port, running

from kontum_netcheck.net.http import Fetched, Request
from kontum_netcheck.net.network import Network

DELAY_S = 0.05
TIMEOUT_S = 3.0
SO_TIMESTAMPNS = 35  # asm-generic/socket.h
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\nX-Waited-Ms: %.3f\r\n\r\n0123456789"


class Server:
    """Answers each request DELAY_S after the kernel received it; `/silent` never."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)  # those accepted inherit it
        self.listener.setblocking(False)
        self.poll = select.epoll()
        self.poll.register(self.listener, select.EPOLLIN)
        self.connections: dict[int, socket.socket] = {}
        self.due: deque[tuple[int, socket.socket]] = deque()  # when asked, in ns

    def run(self) -> None:
        """Without end. epoll's own waits are of whole milliseconds, select's are not."""
        while True:
            wait_s = (self.due[0][0] - time_ns()) / 1e9 + DELAY_S if self.due else None
            select.select([self.poll], [], [], wait_s and max(0.0, wait_s))
            for fd, _ in self.poll.poll(0):
                if fd == self.listener.fileno():
                    self.accept()
                else:
                    self.read(self.connections[fd])
            while self.due and time_ns() - self.due[0][0] >= DELAY_S * 1e9:
                self.answer(*self.due.popleft())

    def accept(self) -> None:
        with suppress(BlockingIOError):
            while True:
                connection, _ = self.listener.accept()
                self.connections[connection.fileno()] = connection
                self.poll.register(connection, select.EPOLLIN)

    def read(self, connection: socket.socket) -> None:
        request, ancillary, _, _ = connection.recvmsg(4096, 64)
        if not request:  # it went away
            del self.connections[connection.fileno()]
            connection.close()
        elif b"/silent" not in request[:20]:
            self.poll.unregister(connection)
            asked_ns = time_ns()
            for _, _, data in ancillary:
                seconds, nanoseconds = struct.unpack("@ll", data)
                asked_ns = seconds * 1_000_000_000 + nanoseconds
            self.due.append((asked_ns, connection))

    def answer(self, asked_ns: int, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.send(ANSWER % ((time_ns() - asked_ns) / 1e6))
        del self.connections[connection.fileno()]
        connection.close()


def serve(ready: Connection) -> None:
    """The server's process; before others where it may, so that it is seldom late itself."""
    with suppress(PermissionError):
        os.nice(-10)
    server = Server()
    ready.send(server.listener.getsockname()[1])
    server.run()


@contextmanager
def server_process() -> Iterator[int]:
    """Its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


async def fetch_all(urls: Sequence[str]) -> tuple[list[Fetched], float, float]:
    """All at once; with wall and CPU seconds."""
    wall_s, cpu_s = perf_counter(), process_time()
    async with Network() as network:
        requests = [Request(url, timeout_s=TIMEOUT_S) for url in urls]
        answers = await asyncio.gather(*(network.http.fetch(request) for request in requests))
    return answers, perf_counter() - wall_s, process_time() - cpu_s


def summary(values_ms: list[float]) -> str:
    """Median and tail."""
    ordered = sorted(values_ms)
    middle, tail, worst = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]
    return f"median {middle:6.2f}, 99th percentile {tail:6.2f}, worst {worst:7.2f} ms"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def truth(port: int, count: int) -> None:
    """What is told beside what was."""
    urls = [f"http://127.0.0.1:{port}/{n}" for n in range(count)]
    answers, wall_s, cpu_s = asyncio.run(fetch_all(urls))
    failures = [answer.failure for answer in answers if answer.failure]
    told = [answer.phases.wait_ms or 0.0 for answer in answers if not answer.failure]
    was = [float(answer.header("x-waited-ms") or 0) for answer in answers if not answer.failure]
    late_count = sum(answer.late_ms is not None for answer in answers)
    say(
        f"{count} fetches at once: {wall_s:.2f} s, {cpu_s:.2f} s CPU, {len(failures)} failures {failures[:1]}, "
        f"{late_count} say that we were late"
    )
    say(f"  server {summary(was)}")
    say(f"  ours   {summary(told)}")
    say(f"  rest   {summary([(it.phases.total_ms or 0.0) - (it.phases.wait_ms or 0.0) for it in answers])}")
    say(f"  error  {summary([abs(one - other) for one, other in zip(told, was, strict=True)])}")


def peer(port: int, count: int) -> None:
    """The same by blackbox_exporter."""
    if shutil.which("prometheus-blackbox-exporter") is None:
        say("blackbox_exporter is not installed")
        return
    with tempfile.TemporaryDirectory() as name:
        configuration, own_port = Path(name, "blackbox.yml"), free_port()
        configuration.write_text(BLACKBOX_YML)
        options = [f"--config.file={configuration}", f"--web.listen-address=127.0.0.1:{own_port}"]
        urls = [f"http://127.0.0.1:{port}/{n}" for n in range(count)]
        with running(["prometheus-blackbox-exporter", "--log.level=error", *options], own_port):
            wall_s = perf_counter()
            texts = asyncio.run(ask_blackbox(own_port, urls))
            wall_s = perf_counter() - wall_s
    told = [
        1000 * float(match[1]) for text in texts if (match := re.search(rb'"processing"} ([0-9.e-]+)', text))
    ]
    say(f"blackbox_exporter, {BLACKBOX_PARALLEL_COUNT} at a time: {wall_s:.2f} s")
    say(f"  told   {summary(told)}")


def dead(port: int, count: int) -> None:
    """Every tenth is silent: the whole may take one timeout more, and the living are told as fast as without."""
    for every in (0, 10):
        paths = ["silent" if every and n % every == 0 else str(n) for n in range(count)]
        answers, wall_s, _ = asyncio.run(fetch_all([f"http://127.0.0.1:{port}/{path}" for path in paths]))
        failed = [answer for answer in answers if answer.failure]
        say(f"{count} fetches, {paths.count('silent')} of them dead: {wall_s:.2f} s, {len(failed)} failures")
        say(f"  living {summary([answer.phases.wait_ms or 0.0 for answer in answers if not answer.failure])}")


def main(count: int) -> None:
    """The truth, the peer's, then the dead."""
    with server_process() as port:
        truth(port, count)
        peer(port, count)
        say(f"timeout {TIMEOUT_S:g} s")
        dead(port, count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
