"""A telephone exchange on loopback that counts: every INVITE, every CANCEL and BYE that reaches it over UDP."""

import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_START = re.compile(rb"([A-Z]+) (\S+) SIP/2\.0\r\n")


@dataclass
class Bell:
    """What has reached it. `seen` holds (method, number) of each new request; repetitions are not counted."""

    port: int
    seen: list[tuple[str, str]] = field(default_factory=list)
    on_ring: Callable[[], None] = lambda: None

    @property
    def counts(self) -> Counter[str]:
        """How often each method came."""
        return Counter(method for method, _ in self.seen)

    @property
    def called(self) -> list[str]:
        """The numbers that were called, in order."""
        return [number for method, number in self.seen if method == "INVITE"]


@contextmanager
def exchange(answers: str = "486 Busy Here", **by_number: str) -> Iterator[Bell]:
    """An exchange that gives each INVITE this final answer, or `ring` for ever; `n0260…` for single numbers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        sip.bind(("127.0.0.1", 0))
        bell = Bell(sip.getsockname()[1])
        known: set[tuple[str, bytes]] = set()

        def serve() -> None:
            while True:
                data, peer = sip.recvfrom(65536)
                if not data:
                    return
                _take(sip, data, peer, bell, known, answers, by_number)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield bell
        finally:
            sip.sendto(b"", sip.getsockname())
            thread.join()


def _take(
    sip: socket.socket,
    data: bytes,
    peer: tuple[str, int],
    bell: Bell,
    known: set[tuple[str, bytes]],
    answers: str,
    by_number: dict[str, str],
) -> None:
    start = _START.match(data)
    if start is None:
        return
    method, uri = start[1].decode(), start[2].decode()
    number = uri.removeprefix("sip:").partition("@")[0]
    branch = data.partition(b"branch=")[2].partition(b"\r\n")[0].partition(b";")[0]
    is_new = (method, branch) not in known
    known.add((method, branch))
    if is_new and method != "ACK":
        bell.seen.append((method, number))
    final = by_number.get(f"n{number}", answers)
    match method:
        case "INVITE" if final == "ring":
            sip.sendto(_response("180 Ringing", data), peer)
            if is_new:
                bell.on_ring()
        case "INVITE":
            sip.sendto(_response(final, data), peer)
        case "CANCEL":
            sip.sendto(_response("200 OK", data), peer)
            sip.sendto(
                _response("487 Request Terminated", data.replace(b" CANCEL\r\n", b" INVITE\r\n")), peer
            )
        case "OPTIONS" | "BYE":
            sip.sendto(_response("200 OK", data), peer)


def _response(status: str, request: bytes) -> bytes:
    lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    kept = [line for line in lines if line.lower().startswith((b"via:", b"from:", b"call-id:", b"cseq:"))]
    to = next(line for line in lines if line.lower().startswith(b"to:"))
    if b"tag=" not in to:
        to += b";tag=bell"
    head = [f"SIP/2.0 {status}".encode(), *kept, to, b"Contact: <sip:bell@127.0.0.1>", b"Content-Length: 0"]
    return b"\r\n".join([*head, b"", b""])
