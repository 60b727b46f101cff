"""One connection: request after request, until one of the two has enough."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from kontum_netcheck.serving.answering import Answering, Cut
from kontum_netcheck.serving.channel import Channel, Gone, TlsChannel
from kontum_netcheck.serving.exchange import Exchange
from kontum_netcheck.serving.refusal import BadRequest, Reason, Refusal
from kontum_netcheck.serving.reply import Reply, head_of, refusal_reply, text
from kontum_netcheck.serving.request import Request, RequestReader
from kontum_netcheck.serving.route import Answer
from kontum_netcheck.serving.routes import loggable
from kontum_netcheck.serving.service import Service

Answerer = Callable[[Request, Exchange], Answer]
"""What finds the answer to a request, and notes in the exchange where it leads."""

_TLS_HANDSHAKE = b"\x16"
_ASK_AGAIN_S = 5  # after the server has ended; somebody may start it again
_LINGER_BYTES = 1 << 20


class Connection:
    """Serves one client on one connection; a refused one gets its refusal for an answer to its first request."""

    def __init__(
        self, channel: Channel, address: str, service: Service, answer: Answerer, refusal: Refusal | None
    ) -> None:
        self._channel = channel
        self._address = address
        self._service = service
        self._answer_to = answer
        self._refusal = refusal
        self._reader = RequestReader(service.limits.head_bytes)
        self._task: asyncio.Task[None] | None = None
        self._answering: Answering | None = None
        self._lingers = False
        self._dropped_for = ""
        self._aborts = False

    async def run(self) -> None:
        """Serve until the end; raises nothing, and leaves the connection closed."""
        self._task = asyncio.current_task()
        try:
            await self._agree_on_tls()
            while await self._serve_one():
                pass
            await self._part()
        except Cut:
            pass
        except (Gone, TimeoutError):
            self._channel.abort()
        except asyncio.CancelledError:
            if self._aborts:
                self._channel.abort()
        finally:
            self._channel.close()

    def end_soon(self, within_s: float) -> None:
        """The server ends: what is under way may take so many seconds more, and nothing else begins."""
        self._refusal = Refusal(Reason.STOPPING, _ASK_AGAIN_S)
        if self._answering is not None:
            self._answering.hurry(within_s)
        elif self._task is not None:
            self._task.cancel()  # what it may still have to read of an earlier answer reaches it

    def drop(self, why: str) -> None:
        """End it at once, with a reset; `why` stands in the log of what was under way."""
        self._dropped_for, self._aborts = why, True
        if self._task is not None:
            self._task.cancel()

    def stalls_since(self, moment_s: float) -> bool:
        """Whether an answer is under way, and not a byte has moved since then (the loop's clock)."""
        return self._answering is not None and self._channel.moved_s < moment_s

    async def _agree_on_tls(self) -> None:
        """TLS and plain HTTP share the port: the first byte tells them apart."""
        tls = self._service.settings.tls
        if tls is None:
            return
        async with asyncio.timeout(self._service.limits.head_s):
            if await self._channel.first_byte() == _TLS_HANDSHAKE:
                self._channel = channel = self._channel.into_tls(tls)
                await channel.shake_hands()

    async def _serve_one(self) -> bool:
        """Read a request and answer it; whether another may follow."""
        request = await self._read()
        if request is None:
            return False
        exchange = Exchange(self._address, secure=isinstance(self._channel, TlsChannel))
        began_s = time.perf_counter()
        try:
            if isinstance(request, Reply):
                return await self._say_no(exchange, request)
            return await self._answer(exchange, request)
        except (Gone, asyncio.CancelledError):
            exchange.ending = self._dropped_for or "client_left"
            raise
        finally:
            self._answering = None
            exchange.duration_s = time.perf_counter() - began_s
            self._service.done(exchange)

    async def _read(self) -> Request | Reply | None:
        """The next request; or what to say to something that is none; None: nothing more comes."""
        limits, data = self._service.limits, b""
        with contextlib.suppress(TimeoutError):
            if not self._reader.has_begun:
                async with asyncio.timeout(limits.idle_s):
                    data = await self._channel.receive(limits.head_bytes)
        if not data and not self._reader.has_begun:
            return None
        try:
            async with asyncio.timeout(limits.head_s):
                while (request := self._reader.head(data)) is None:
                    data = await self._channel.receive(limits.head_bytes)
                    if not data:
                        return None
                return request
        except TimeoutError:
            return text("the request took too long to come\n", 408)
        except BadRequest as error:
            return text(f"{error}\n", error.status)

    async def _answer(self, exchange: Exchange, request: Request) -> bool:
        exchange.method, exchange.path = request.method, request.path
        exchange.query = loggable(request.query)
        exchange.agent = request.headers.get("user-agent", "")
        refused = self._refusal is not None
        answer = refusal_reply(self._refusal) if self._refusal else self._answer_to(request, exchange)
        self._answering = Answering(self._channel, self._reader, self._service, request, exchange)
        keeps_open = await self._answering.carry_out(answer)
        self._lingers = not self._answering.took_body
        return keeps_open and not refused and self._refusal is None

    async def _say_no(self, exchange: Exchange, reply: Reply) -> bool:
        self._lingers = True
        exchange.status, exchange.ending = reply.status, "bad_request"
        head = head_of(reply.status, len(reply.body), reply.content_type, reply.headers, keeps_open=False)
        await self._channel.send(head + reply.body)
        return False

    async def _part(self) -> None:
        """A client that still sends would lose our last words to a reset: read on for a moment."""
        self._channel.end_sending()
        if not self._lingers:
            return
        left_bytes = _LINGER_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._service.limits.linger_s):
                while left_bytes > 0 and (count := await self._channel.drop(left_bytes)):
                    left_bytes -= count
