"""Answers echoes over UDP, but only to those who have proved over TCP that the address is theirs."""

import asyncio
import socket
import struct
import time
from collections import OrderedDict
from typing import Final

from kontum_netcheck.net.udp_echo import MOST_BYTES, QUESTION, answer_to, read_packet
from kontum_netcheck.serving.bucket import Bucket
from kontum_netcheck.serving.client import client_of, plain_address
from kontum_netcheck.serving.listening import bound_socket
from kontum_netcheck.serving.service import Service

_AT_ONCE: Final = 128
_MOST_CLIENTS: Final = 4_096
_HAS_SOURCE: Final = hasattr(socket.socket, "recvmsg") and hasattr(socket, "IPV6_RECVPKTINFO")
_CONTROL_BYTES: Final = 256


class EchoPort:
    """A UDP port on the running loop. An answer is never longer than its question. Raises OSError."""

    def __init__(self, host: str | None, port: int, service: Service) -> None:
        self._service = service
        self._per_s = float(service.limits.echoes_per_s)
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._received: OrderedDict[bytes, int] = OrderedDict()  # cookie and address → questions so far
        self._sock = bound_socket(host, port, socket.SOCK_DGRAM)
        self._with_source = _HAS_SOURCE and self._sock.family == socket.AF_INET6
        if self._with_source:  # the answer leaves by the address that was asked, also on a machine with many
            self._sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        self.port: int = self._sock.getsockname()[1]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._sock.fileno(), self._receive)

    def close(self) -> None:
        """Answer no more."""
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()

    def _receive(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                if self._with_source:
                    data, control, _, sender = self._sock.recvmsg(MOST_BYTES + 1, _CONTROL_BYTES)
                else:
                    data, sender = self._sock.recvfrom(MOST_BYTES + 1)
                    control = []
            except OSError:  # nothing more; or, on Windows, somebody's port was closed
                return
            outcome = self._answer(data, sender, control)
            self._service.counters.echoes[outcome] += 1

    def _answer(self, data: bytes, sender: tuple[object, ...], control: list[tuple[int, int, bytes]]) -> str:
        """Do with one packet what is to be done; a word for the metrics."""
        arrived_ns = time.monotonic_ns()
        packet = read_packet(data)
        if packet is None or packet.kind != QUESTION:
            return "not_ours"
        address = plain_address(str(sender[0]))
        if not self._service.cookies.knows(address, packet.cookie):
            return "no_cookie"
        if not self._within_rate(client_of(address), arrived_ns / 1e9):
            return "too_many"
        answer = answer_to(data, self._count(packet.cookie + address.encode()), arrived_ns)
        try:
            if control:
                self._sock.sendmsg([answer], [_source_of(*control[0])], 0, sender)
            else:
                self._sock.sendto(answer, sender)
        except OSError:
            return "not_sent"
        return "answered"

    def _within_rate(self, client: str, now_s: float) -> bool:
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = Bucket(self._per_s, self._per_s, now_s)
            if len(self._buckets) > _MOST_CLIENTS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(client)
        return bucket.take(now_s)

    def _count(self, who: bytes) -> int:
        count = self._received[who] = self._received.get(who, 0) + 1
        self._received.move_to_end(who)
        if len(self._received) > _MOST_CLIENTS:
            self._received.popitem(last=False)
        return count


def _source_of(level: int, kind: int, told: bytes) -> tuple[int, int, bytes]:
    """Answer from the address that the kernel told of (struct in6_pktinfo, RFC 3542, 6.1), by any interface."""
    return level, kind, told[:16] + struct.pack("@I", 0)
