"""Carries out one answer: sends what is small, meters what is large, within its time and the client's account."""

import asyncio
import time

from kontum_netcheck.serving.channel import Channel
from kontum_netcheck.serving.client import client_of
from kontum_netcheck.serving.exchange import Exchange
from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.refusal import BadRequest, Reason, Refusal
from kontum_netcheck.serving.reply import CONTINUE, Reply, head_of, refusal_reply, text
from kontum_netcheck.serving.request import Request, RequestReader
from kontum_netcheck.serving.route import Answer, Download, Upload
from kontum_netcheck.serving.service import Service
from kontum_netcheck.serving.transfer import receive_upload, send_download


class Cut(Exception):
    """A download that had to end before its length: its connection must end with it."""


class Answering:
    """One request being answered. `carry_out` says whether the connection may stay; `hurry` may be called meanwhile.

    `took_body` tells whether all that the client sent was read: otherwise what follows is no request.
    """

    def __init__(
        self, channel: Channel, reader: RequestReader, service: Service, request: Request, exchange: Exchange
    ) -> None:
        self._channel = channel
        self._reader = reader
        self._service = service
        self._request = request
        self._exchange = exchange
        self._client = client_of(exchange.client)
        self._late = Reason.DURATION
        self._deadline: asyncio.Timeout | None = None
        self.took_body = not request.has_body

    def hurry(self, within_s: float) -> None:
        """The server ends: the transfer may take so many seconds more."""
        self._late = Reason.STOPPING
        if self._deadline is not None:
            soon_s = asyncio.get_running_loop().time() + within_s
            self._deadline.reschedule(min(soon_s, self._deadline.when() or soon_s))

    async def carry_out(self, answer: Answer) -> bool:
        """Send or receive what the answer says. Raises Gone and Cut."""
        match answer:
            case Reply():
                return await self._say(answer)
            case Download():
                wanted_bytes = 0 if self._request.method == "HEAD" else answer.bytes_count
            case Upload():
                wanted_bytes = self._request.body_bytes or 0
        if not wanted_bytes and self._request.body_bytes is not None:
            return await self._transfer(answer)  # nothing will move
        refusal = self._service.accounts.begin(self._client, wanted_bytes)
        if refusal is not None:
            return await self._say(refusal_reply(refusal))
        try:
            return await self._transfer(answer)
        finally:
            self._service.accounts.end(self._client)

    async def _transfer(self, answer: Download | Upload) -> bool:
        if isinstance(answer, Upload):
            return await self._say(await self._receive(answer))
        return await self._send(answer)

    async def _say(self, reply: Reply) -> bool:
        keeps_open = self._request.keeps_open and self.took_body
        self._exchange.status = reply.status
        if reply.why:
            self._exchange.ending = reply.why
        length_bytes = None if reply.status == 204 else len(reply.body)
        head = head_of(reply.status, length_bytes, reply.content_type, reply.headers, keeps_open=keeps_open)
        await self._channel.send(head if self._request.method == "HEAD" else head + reply.body)
        return keeps_open

    async def _send(self, answer: Download) -> bool:
        keeps_open = self._request.keeps_open and self.took_body
        count = answer.bytes_count
        head = head_of(200, count, answer.content_type, answer.headers, keeps_open=keeps_open)
        self._exchange.status = 200
        await self._channel.send(head)
        if self._request.method == "HEAD":
            return keeps_open
        moved = self._service.moved(self._exchange, sent=True)
        try:
            async with asyncio.timeout(self._service.limits.transfer_s) as self._deadline:
                whole = await send_download(self._channel, self._service.noise, count, moved)
        except TimeoutError:
            self._cut(self._late)
        if not whole:
            self._cut(Reason.BYTES)
        return keeps_open

    def _cut(self, reason: Reason) -> None:
        self._exchange.ending = reason.value
        raise Cut(reason.value)

    async def _receive(self, answer: Upload) -> Reply:
        """Count the body. What came before it had to be refused is told all the same."""
        if self._request.waits_for_100:
            await self._channel.send(CONTINUE)
        receipt = Receipt(time.perf_counter)
        moved = self._service.moved(self._exchange, sent=False)
        reason = Reason.BYTES
        try:
            async with asyncio.timeout(self._service.limits.transfer_s) as self._deadline:
                self.took_body = await receive_upload(
                    self._channel, self._reader, self._request, receipt, moved
                )
        except TimeoutError:
            reason = self._late
        except BadRequest as error:
            return text(f"{error}\n", error.status)
        if self.took_body:
            return answer.answer(receipt)
        return refusal_reply(Refusal(reason), receipt.said())
