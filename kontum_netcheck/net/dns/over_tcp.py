"""One question over a TCP connection of its own (RFC 7766): for answers that don't fit a datagram."""

import asyncio
import secrets
import socket
import time

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.question import Question, id_of
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.tcp import open_connection

_LENGTH_BYTES = 2


async def ask_over_tcp(
    question: Question, server: HostPort, source_address: str | None, timeout_s: float
) -> tuple[bytes, float] | Failure:
    """The answering message, and the time with the connection's in ms. At most 65,535 bytes are read."""
    begun = time.perf_counter()
    opened = await open_connection(server.host, server.port, source_address, timeout_s)
    if isinstance(opened, Failure):
        return opened
    message_id = secrets.randbits(16)
    with opened.socket as sock:
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + timeout_s - _since(begun)):
                wire = await _exchange(sock, question.to_wire(message_id))
        except TimeoutError:
            return Failure(Stage.REPLY, Cause.TIMEOUT, "the connection was made, but no answer came over it")
        except EOFError:
            return Failure(Stage.REPLY, Cause.CLOSED, "closed before the answer was complete")
        except OSError as error:
            return failure_of(error, Stage.REPLY)
    if id_of(wire) != message_id or not question.is_answered_by(wire):
        return Failure(Stage.REPLY, Cause.BAD_REPLY, "the message does not answer the question")
    return wire, _since(begun) * 1000


async def _exchange(sock: socket.socket, wire: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, len(wire).to_bytes(_LENGTH_BYTES, "big") + wire)
    length = int.from_bytes(await _read_exactly(sock, _LENGTH_BYTES), "big")
    return await _read_exactly(sock, length)


async def _read_exactly(sock: socket.socket, count: int) -> bytes:
    loop = asyncio.get_running_loop()
    received = bytearray()
    while len(received) < count:
        chunk = await loop.sock_recv(sock, count - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return bytes(received)


def _since(begun: float) -> float:
    return time.perf_counter() - begun
