"""The other end of a voice test: answers calls, sends back what it hears, hangs up when it ends."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.asking import NO_ANSWER, ask
from kontum_netcheck.net.sip.clearing import to_the_end
from kontum_netcheck.net.sip.conversation import ALLOWED, Conversation, answer_to
from kontum_netcheck.net.sip.engine import Line, SipEngine
from kontum_netcheck.net.sip.fields import tag_of, uri_of
from kontum_netcheck.net.sip.media import MediaSocket
from kontum_netcheck.net.sip.message import Request
from kontum_netcheck.net.sip.register import bind, take_back
from kontum_netcheck.net.sip.sdp import offer, read_media
from kontum_netcheck.net.sip.switchboard import Reply
from kontum_netcheck.net.sip.timers import PATIENCE_S, T1_S, T2_S

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

_CALLS_MAX_COUNT = 8
_BINDING_S = 3_600


@contextlib.asynccontextmanager
async def answer(
    network: "Network", account: Account | None = None, *, host: str = "127.0.0.1", timeout_s: float = 10.0
) -> AsyncIterator["Answerer"]:
    """Answer calls while the context lasts. With an account, as its user: registered, and taken back at the end.

    Without one, whoever sends UDP to `address`; `host` is our own address then. A network that answers can't call
    itself. Raises NotOpened, ConnectionRefusedError where the registrar doesn't take us, and as `ask` does.
    """
    engine = network.sip
    if account is None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        answerer = Answerer(engine, HostPort(host, engine.socket_of(family).port), None)
        engine.board.anybody = answerer
        try:
            yield answerer
        finally:
            await to_the_end(answerer.close())
        return
    async with engine.open(account, timeout_s, {}, drop=False) as line:
        answerer = Answerer(engine, line.channel.own, line)
        engine.board.anybody = answerer
        conversation = line.conversation(account.own_uri, account.own_uri)
        bound = await bind(line, conversation, _BINDING_S, timeout_s)
        if bound.status != 200:
            raise ConnectionRefusedError(f"the registrar says {bound.status}")
        try:
            yield answerer
        finally:
            await to_the_end(take_back(line, conversation, timeout_s))
            await to_the_end(answerer.close())


class Answerer:
    """Takes every call, some at a time."""

    def __init__(self, engine: SipEngine, address: HostPort, line: Line | None) -> None:
        self.address = address
        self.calls_count = 0
        self._engine = engine
        self._line = line
        self._calls: dict[str, _AnsweredCall] = {}

    def take(self, request: Request, source: HostPort, reply: Reply) -> None:
        """A request of whatever kind."""
        call_id = request.first("call-id") or ""
        call = self._calls.get(call_id)
        match request.method:
            case "ACK":
                if call is not None:
                    call.acknowledged()
            case "INVITE" if call is not None:
                reply(call.answer)  # it came again
            case "INVITE" if tag_of(request.first("to")) is None:
                self._invited(call_id, request, source, reply)
            case "BYE" if call is not None:
                reply(answer_to(request, 200, "OK", source=source))
                self._calls.pop(call_id).close()
            case "CANCEL" | "OPTIONS":
                allow = (("Allow", ALLOWED),)
                reply(answer_to(request, 200, "OK", tag="echo", headers=allow, source=source))
            case _:
                reply(answer_to(request, 481, "Call/Transaction Does Not Exist", source=source))

    async def close(self) -> None:
        """Take no more calls, and hang up on those that there are."""
        self._engine.board.anybody = None
        calls, self._calls = list(self._calls.values()), {}
        try:
            await asyncio.gather(*(call.hang_up() for call in calls))
        finally:
            for call in calls:
                call.close()

    def _invited(self, call_id: str, request: Request, source: HostPort, reply: Reply) -> None:
        media = read_media(request.body)
        if len(self._calls) >= _CALLS_MAX_COUNT:
            reply(answer_to(request, 486, "Busy Here", tag="echo", source=source))
        elif media is None:
            reply(answer_to(request, 488, "Not Acceptable Here", tag="echo", source=source))
        else:
            line = self._line or self._engine.line_to(source)
            call = self._calls[call_id] = _AnsweredCall(line, request, source, reply)
            call.sound.talk_to(media, source.host)
            self.calls_count += 1
            call.begin()


class _AnsweredCall:
    """One call: its sound goes back, its 200 is repeated until somebody has acknowledged it (section 13.3.1.4)."""

    def __init__(self, line: Line, request: Request, source: HostPort, reply: Reply) -> None:
        own_tag = secrets.token_hex(8)
        self.sound = MediaSocket(line.channel.own.host, lambda packet, _came_s: self.sound.send(packet))
        session = offer(self.sound.host, self.sound.port, secrets.randbits(31))
        self._line = line
        self._conversation = Conversation(
            line.channel.transport,
            line.channel.own,
            uri_of(request.first("to")) or line.account.own_uri,
            uri_of(request.first("from")) or line.account.server_uri,
            call_id=request.first("call-id") or "",
            own_tag=own_tag,
            remote_tag=tag_of(request.first("from")),
            route=tuple(value for value in request.all("record-route")[:20] if uri_of(value)),
        )
        self._target = uri_of(request.first("contact")) or line.account.server_uri
        headers = (("Contact", self._conversation.contact), ("Allow", ALLOWED))
        self.answer = answer_to(request, 200, "OK", tag=own_tag, headers=headers, body=session, source=source)
        self._reply = reply
        self._timer: asyncio.TimerHandle | None = None
        self._repeated_s = 0.0

    def begin(self, pause_s: float = T1_S) -> None:
        """Answer, and again until it is acknowledged, or nobody does."""
        with contextlib.suppress(OSError):
            self._reply(self.answer)
        self._repeated_s += pause_s
        if self._repeated_s < PATIENCE_S:
            again_s = min(2 * pause_s, T2_S)
            self._timer = asyncio.get_running_loop().call_later(pause_s, self.begin, again_s)

    def acknowledged(self) -> None:
        """They know."""
        if self._timer is not None:
            self._timer.cancel()

    async def hang_up(self) -> None:
        """End it from our side."""
        with contextlib.suppress(*NO_ANSWER):
            await ask(self._line, self._conversation, "BYE", self._target, PATIENCE_S)

    def close(self) -> None:
        """Send nothing more."""
        self.acknowledged()
        self.sound.close()
