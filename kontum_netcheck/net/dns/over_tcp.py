"""One question over a connection of its own: TCP (RFC 7766), or TLS over it (RFC 7858)."""

import secrets
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.answer import Times
from kontum_netcheck.net.dns.question import Question, id_of
from kontum_netcheck.net.dns.stream import Stopwatch, Stream, TcpStream
from kontum_netcheck.net.dns.tls import TlsStream, tls_failure_of
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.lateness import Heartbeat, told_ms
from kontum_netcheck.net.tcp import DROP, Opened, open_connection

_LENGTH_BYTES = 2


@dataclass(frozen=True, slots=True)
class Secured:
    """By what and for which name the server's certificate is checked."""

    context: ssl.SSLContext
    name: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The answering message and the times of its phases."""

    wire: bytes
    times: Times
    certificate_not_after: datetime | None = None  # of TLS


async def ask_over_tcp(
    question: Question,
    server: HostPort,
    source_address: str | None,
    timeout_s: float,
    heart: Heartbeat,
    secured: Secured | None = None,
) -> Exchanged | Failure:
    """Connect, secure the connection where asked to, and ask; at most 65,535 bytes of answer are read.

    timeout_s is for all of it. The connection is dropped (RST), so that thousands leave no port waiting.
    Raises CannotMeasure where the fault is ours.
    """
    opened = await open_connection(server.host, server.port, source_address, timeout_s, heart)
    if isinstance(opened, Failure):
        return opened
    with opened.socket as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
        left_s = timeout_s - opened.connect_ms / 1000 + opened.late_s
        stream = TcpStream(sock, heart, perf_counter() + left_s)
        exchange = _Exchange(question, opened, stream, secured)
        try:
            return await exchange.run()
        except TimeoutError:
            return exchange.failure(Cause.TIMEOUT, f"no whole answer in {timeout_s:g} s")
        except EOFError:
            return exchange.failure(Cause.CLOSED, "closed before the answer was complete")
        except ssl.SSLError as error:
            return tls_failure_of(error)
        except OSError as error:
            return failure_of(error, exchange.stage)


class _Exchange:
    """One question on an open connection; `stage` says how far it came."""

    def __init__(self, question: Question, opened: Opened, stream: Stream, secured: Secured | None) -> None:
        self._question = question
        self._opened = opened
        self._connect_ms = opened.connect_ms
        self._stream = stream
        self._expires: datetime | None = None
        self._secured = secured
        self.stage = Stage.TLS if secured is not None else Stage.REPLY

    async def run(self) -> Exchanged | Failure:
        """Secure, ask, read. Raises TimeoutError, OSError, ssl.SSLError and EOFError as the stream does."""
        tls_ms = None if self._secured is None else await self._secure(self._secured)
        self.stage = Stage.REPLY
        message_id = secrets.randbits(16)
        wire = self._question.to_wire(message_id)
        watch = Stopwatch(self._stream)
        await self._stream.send(len(wire).to_bytes(_LENGTH_BYTES, "big") + wire)
        length = int.from_bytes(await self._read_exactly(_LENGTH_BYTES), "big")
        answer = await self._read_exactly(length)
        resolve_ms = self._connect_ms + (tls_ms or 0.0) + watch.ms
        if id_of(answer) != message_id or not self._question.is_answered_by(answer):
            return self.failure(Cause.BAD_REPLY, "the message does not answer the question")
        late_ms = told_ms(self._opened.late_s + self._stream.unknown_s)
        return Exchanged(answer, Times(resolve_ms, self._connect_ms, tls_ms, late_ms), self._expires)

    def failure(self, cause: Cause, detail: str) -> Failure:
        """A failure at the stage reached."""
        return Failure(self.stage, cause, "" if self.stage is Stage.TLS else detail)

    async def _secure(self, secured: Secured) -> float:
        """Put TLS over the stream; how long that took in ms."""
        tls = TlsStream(self._stream, secured.context, secured.name)
        self._stream = tls
        watch = Stopwatch(tls)
        await tls.handshake()
        took_ms = watch.ms
        self._expires = tls.certificate_not_after
        return took_ms

    async def _read_exactly(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            received += await self._stream.receive(count - len(received))
        return bytes(received)
