"""Datagrams to our own `serve` and back, on an idle line: loss and jitter each way, which TCP hides.

As many and as large as one direction of a telephone call in G.711: 50 packets a second of 200 bytes (RFC 3551).
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from kontum_netcheck.net.dns.kernel import ANCILLARY_BYTES, arrival, stamp_arrivals
from kontum_netcheck.net.http.exchange import Request
from kontum_netcheck.net.sockaddr import sockaddr_of
from kontum_netcheck.net.udp_echo import ANSWER, MOST_BYTES, question, read_packet

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_COUNT, _INTERVAL_S, _SIZE_BYTES = 50, 0.02, 200
_LATE_S = 1.0
"""So long after the last question its answer may come."""
_LOOK_BYTES = 1_000


class Answer(NamedTuple):
    """An answer. Both times are in seconds, of clocks that have nothing to do with each other."""

    sequence: int
    received_count: int  # questions that the server had by then
    arrived_s: float  # there, when the question came
    came_s: float  # here


@dataclass(frozen=True, slots=True)
class Datagrams:
    """What became of them. A way whose loss or jitter nobody can tell is None."""

    loss_pct: float  # there and back
    up_loss_pct: float
    down_loss_pct: float
    up_jitter_ms: float | None
    down_jitter_ms: float | None
    used_bytes: int


def found_in(sent_s: Sequence[float], answers: Iterable[Answer]) -> Datagrams | None:
    """What the answers say of questions sent at these times; None: none came, and UDP is rather blocked than lost.

    Jitter is the mean change of the transit time from a packet to the next one (RFC 3550, D in 6.4.1). What was lost
    after the last question that was answered counts as lost on the way there.
    """
    by_number = {answer.sequence: answer for answer in answers}
    if not by_number:
        return None
    received_count = max(answer.received_count for answer in by_number.values())
    there = {number: answer.arrived_s - sent_s[number] for number, answer in by_number.items()}
    back = {number: answer.came_s - answer.arrived_s for number, answer in by_number.items()}
    return Datagrams(
        loss_pct=_pct(len(sent_s) - len(by_number), len(sent_s)),
        up_loss_pct=_pct(len(sent_s) - received_count, len(sent_s)),
        down_loss_pct=_pct(received_count - len(by_number), received_count),
        up_jitter_ms=_jitter_ms(there),
        down_jitter_ms=_jitter_ms(back),
        used_bytes=(len(sent_s) + len(by_number)) * _SIZE_BYTES,
    )


def _pct(part_count: int, whole_count: int) -> float:
    return 100 * max(0, part_count) / whole_count


def _jitter_ms(transits_s: dict[int, float]) -> float | None:
    changes = [
        abs(later_s - transits_s[number - 1])
        for number, later_s in transits_s.items()
        if number - 1 in transits_s
    ]
    return 1000 * mean(changes) if changes else None


async def exchange(request: Request, base: str, network: "Network") -> Datagrams | None:
    """Ask the server at `base` for its UDP port, and echo there. None: it has none, or nothing came back."""
    look = replace(request, url=urljoin(base, "udp"), max_body_bytes=_LOOK_BYTES)
    fetched = await network.http.fetch(look)
    with contextlib.suppress(ValueError, KeyError, TypeError):
        said: Any = json.loads(fetched.body)
        port, cookie = int(said["port"]), bytes.fromhex(said["cookie"])
        if fetched.address_used is not None and 0 < port < 65_536 and len(cookie) == 8:
            with contextlib.suppress(OSError):  # no way there, or a port that is closed: nothing came back
                return await _echo(fetched.address_used, port, cookie, network.options.source_address)
    return None


async def _echo(address: str, port: int, cookie: bytes, source: str | None) -> Datagrams | None:
    target = sockaddr_of(address, port)
    with socket.socket(target.family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        if source is not None:
            sock.bind(sockaddr_of(source, 0).sockaddr)
        sock.connect(target.sockaddr)
        stamp_arrivals(sock)
        echoing = _Echoing(sock, cookie)
        await echoing.run()
    return found_in(echoing.sent_s, echoing.answers)


class _Echoing:
    """Sends at planned times, and takes what comes back."""

    def __init__(self, sock: socket.socket, cookie: bytes) -> None:
        self.sent_s: list[float] = []
        self.answers: list[Answer] = []
        self._sock, self._cookie = sock, cookie
        self._all_came = asyncio.Event()

    async def run(self) -> None:
        """All of them, and the time that the last one has."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._sock, self._take_some)
        try:
            began_s = perf_counter()
            for number in range(_COUNT):
                await asyncio.sleep(began_s + number * _INTERVAL_S - perf_counter())
                packet = question(self._cookie, number, _SIZE_BYTES)
                self.sent_s.append(perf_counter())
                with contextlib.suppress(
                    BlockingIOError
                ):  # what our own queue drops is lost on the way there
                    self._sock.send(packet)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LATE_S):
                    await self._all_came.wait()
        finally:
            loop.remove_reader(self._sock)

    def _take_some(self) -> None:
        with contextlib.suppress(OSError):  # nothing more; or a port that is closed
            while True:
                data, ancillary = self._received()
                packet = read_packet(data)
                if packet is None or packet.kind != ANSWER or packet.cookie != self._cookie:
                    continue
                if packet.sequence < len(self.sent_s):
                    came_s = arrival(ancillary) or perf_counter()
                    self.answers.append(
                        Answer(packet.sequence, packet.received_count, packet.arrived_ns / 1e9, came_s)
                    )
                if len(self.answers) == _COUNT:
                    self._all_came.set()

    def _received(self) -> tuple[bytes, list[tuple[int, int, bytes]]]:
        if not hasattr(self._sock, "recvmsg"):  # Windows
            return self._sock.recv(MOST_BYTES), []
        data, ancillary, _, _ = self._sock.recvmsg(MOST_BYTES, ANCILLARY_BYTES)
        return data, ancillary
