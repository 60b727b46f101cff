"""A small measurement server on loopback with known faults: what the bandwidth engine is tested against."""

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

_BLOCK = bytes(65_536)


@dataclass
class Behaviour:
    """How the server behaves. Paths are those of this program's own measurement server."""

    rate_bytes_per_s: float | None = None  # of each connection, both ways; None: as fast as it can
    answer: tuple[int, str, bytes] | None = None  # status, more header lines, body: to everything
    answer_to_load: tuple[int, str] | None = None  # status and header lines of downloads and uploads
    page_for_load: bytes | None = None  # in place of what a download sends, or says of an upload
    stops_after_bytes: int | None = None  # closes each connection in the middle of a download
    silent_after_bytes: int | None = None  # sends no more, and keeps the connection open
    slows_by: float = 1.0  # every block takes so much longer than the one before
    lies: float = 1.0  # its receipt says so many times what arrived
    length_lie_bytes: int = 0  # added to Content-Length
    home: bytes = json.dumps({"server": "kontum-netcheck", "version": "test"}).encode()
    waits_ms: float = 0.0  # before it answers a ping
    log: list[str] = field(default_factory=list)


class Connection:
    """One client: request after request until it goes."""

    def __init__(self, sock: socket.socket, behaviour: Behaviour) -> None:
        self.sock, self.does = sock, behaviour
        self.sent_bytes = 0
        self.buffer = b""

    def serve(self) -> None:
        with self.sock, contextlib.suppress(OSError, ValueError):
            while (head := self._head()) is not None:
                if not self._answer(*head):
                    return

    def _head(self) -> tuple[str, str, dict[str, str]] | None:
        while b"\r\n\r\n" not in self.buffer:
            more = self.sock.recv(65_536)
            if not more:
                return None
            self.buffer += more
        text, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = text.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        return method, path, {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}

    def _answer(self, method: str, path: str, headers: dict[str, str]) -> bool:
        self.does.log.append(f"{method} {path}")
        parts = urlsplit(path)
        if self.does.answer is not None:
            self._reply(*self.does.answer)
            return True
        is_load = parts.path in ("/download", "/upload", "/file.bin", "/empty.php", "/garbage.php")
        if is_load and self.does.answer_to_load is not None:
            self._reply(*self.does.answer_to_load, b"no")
            return False
        if method == "POST":
            return self._receive(parts.path, headers)
        if is_load and parts.path != "/empty.php" and self.does.page_for_load is not None:
            self._reply(200, "", self.does.page_for_load)
            return True
        if parts.path == "/download":
            return self._send(int(parse_qs(parts.query)["bytes"][0]))
        if parts.path == "/garbage.php":
            return self._send(int(parse_qs(parts.query)["ckSize"][0]) << 20)
        if parts.path == "/file.bin":
            first, _, last = headers.get("range", "bytes=0-99999999").partition("=")[2].partition("-")
            return self._send(int(last) - int(first) + 1)
        time.sleep(self.does.waits_ms / 1000)
        self._reply(
            200 if parts.path != "/ping" else 204, "", b"" if parts.path == "/ping" else self.does.home
        )
        return True

    def _reply(self, status: int, lines: str, body: bytes) -> None:
        length = "" if status == 204 else f"Content-Length: {len(body)}\r\n"
        self.sock.sendall(f"HTTP/1.1 {status} Word\r\n{lines}{length}\r\n".encode() + body)

    def _send(self, size: int) -> bool:
        does = self.does
        self.sock.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Length: {size + does.length_lie_bytes}\r\n\r\n".encode()
        )
        due_s, pause_s = time.perf_counter(), 0.0
        block = len(_BLOCK) if does.rate_bytes_per_s is None else max(1, int(does.rate_bytes_per_s / 200))
        if does.rate_bytes_per_s is not None:
            pause_s = block / does.rate_bytes_per_s
        for start in range(0, size, block):
            part = _BLOCK[: min(block, size - start, len(_BLOCK))]
            if does.stops_after_bytes is not None and self.sent_bytes >= does.stops_after_bytes:
                return False
            if does.silent_after_bytes is not None and self.sent_bytes >= does.silent_after_bytes:
                self.sock.recv(1)
                return False
            self.sock.sendall(part)
            self.sent_bytes += len(part)
            due_s += pause_s
            pause_s *= does.slows_by
            if (wait_s := due_s - time.perf_counter()) > 0:
                time.sleep(wait_s)
        return does.length_lie_bytes == 0

    def _receive(self, path: str, headers: dict[str, str]) -> bool:
        began_s, steps, count = time.perf_counter(), list[tuple[float, int]](), 0
        rate = self.does.rate_bytes_per_s
        for size in self._pieces(headers):
            count += size
            if rate is not None and (wait_s := began_s + count / rate - time.perf_counter()) > 0:
                time.sleep(wait_s)
            now_s = time.perf_counter() - began_s
            if not steps or now_s - steps[-1][0] >= 0.02:
                steps.append((now_s, count))
        took_s = time.perf_counter() - began_s
        claimed = round(count * self.does.lies)
        receipt = {"received_bytes": claimed, "duration_s": took_s, "samples": [*steps, (took_s, claimed)]}
        said = json.dumps(receipt).encode() if path == "/upload" else b""
        self._reply(200, "", self.does.page_for_load or said)
        return True

    def _pieces(self, headers: dict[str, str]) -> Iterator[int]:
        if "content-length" in headers:
            yield from self._read(int(headers["content-length"]))
            return
        while (size := int(self._line(), 16)) > 0:
            yield from self._read(size)
            self._line()
        self._line()

    def _line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            self.buffer += self._some(1_024)
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def _read(self, size: int) -> Iterator[int]:
        held, self.buffer = self.buffer[:size], self.buffer[size:]
        if held:
            yield len(held)
        size -= len(held)
        while size > 0:
            more = len(self._some(min(size, 65_536)))
            size -= more
            yield more

    def _some(self, most: int) -> bytes:
        more = self.sock.recv(most)
        if not more:
            raise OSError("gone")
        return more


@contextlib.contextmanager
def speed_server(
    behaviour: Behaviour | None = None, host: str = "127.0.0.1", port: int = 0
) -> Iterator[tuple[str, Behaviour]]:
    """Its URL, and its behaviour, which may be changed."""
    does = behaviour or Behaviour()
    listener = socket.create_server((host, port))
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = listener.accept()
                sockets.append(sock)
                threads.append(threading.Thread(target=Connection(sock, does).serve))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}/", does
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def main(host: str, port: int, until: Callable[[], object]) -> None:
    """Serve until standard input ends."""
    with speed_server(host=host, port=port) as (url, _):
        print(url, flush=True)  # noqa: T201
        until()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.stdin.read)
