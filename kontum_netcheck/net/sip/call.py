"""One outgoing call: INVITE, what comes of it, and how it is cleared (RFC 3261, sections 9, 13 and 15)."""

import asyncio
import contextlib
from dataclasses import dataclass, replace

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.asking import NO_ANSWER, Credentials, ask
from kontum_netcheck.net.sip.conversation import ALLOWED, Conversation, Outgoing, answer_to
from kontum_netcheck.net.sip.engine import Line
from kontum_netcheck.net.sip.fields import tag_of, uri_of
from kontum_netcheck.net.sip.message import Request, Response
from kontum_netcheck.net.sip.switchboard import Reply
from kontum_netcheck.net.sip.timers import PATIENCE_S
from kontum_netcheck.net.sip.transaction import Arrived, Transaction
from kontum_netcheck.net.tones import Heard

_ROUTES_MAX_COUNT = 20
_EVENTS_MAX_COUNT = 200


@dataclass(frozen=True, slots=True)
class HungUp:
    """The other end has ended the answered call."""


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer came, or the way to the server is broken."""

    error: Exception


Event = Arrived | HungUp | Broken | Heard
"""What happens in a call: an answer to the INVITE, its end, a tone."""


class Call:
    """Calls once. Whoever makes it must `clear` it."""

    def __init__(self, line: Line, number_uri: str, offer: bytes) -> None:
        self._line = line
        self._uri = number_uri
        self._offer = offer
        self._conversation = line.conversation(line.account.caller_uri, number_uri.partition(";")[0])
        self._credentials = Credentials(line.account)
        self._events: asyncio.Queue[Event] = asyncio.Queue(_EVENTS_MAX_COUNT)
        self._invites: list[Transaction] = []
        self._dialogs: dict[str, _Dialog] = {}  # by the tag of who has answered
        self._is_over = self._is_cleared = self._lingers = False
        self._late_cancel: Transaction | None = None
        self._is_silent = False
        self._changed = asyncio.Event()  # something has come
        self.invited_at: float | None = None
        """When the first INVITE went out, by the loop's clock."""

    @property
    def retransmit_count(self) -> int:
        """How often an INVITE was repeated because nobody had answered it."""
        return sum(invite.retransmit_count for invite in self._invites)

    @property
    def gave_credentials(self) -> bool:
        """Whether the server has seen our credentials."""
        return self._credentials.were_given

    def start(self) -> None:
        """Send the INVITE."""
        self._line.board.listen(self._conversation.call_id, self)
        self.invited_at = asyncio.get_running_loop().time()
        self._invite()

    async def next(self) -> Event:
        """What happens next."""
        return await self._events.get()

    def next_at_once(self) -> Event | None:
        """What has happened already; None: nothing more."""
        return None if self._events.empty() else self._events.get_nowait()

    def tell(self, event: Event) -> None:
        """Something has happened. A flood of events is cut: what counts comes first."""
        self._changed.set()
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(event)

    def take(self, request: Request, source: HostPort, reply: Reply) -> None:
        """A request of the other end's: BYE ends the call, and nothing else is wanted of us."""
        dialog = self._dialogs.get(tag_of(request.first("from")) or "")
        if request.method == "ACK":
            return
        if dialog is None or tag_of(request.first("to")) != self._conversation.own_tag:
            reply(answer_to(request, 481, "Call/Transaction Does Not Exist", source=source))
        elif request.method == "BYE":
            reply(answer_to(request, 200, "OK", source=source))
            if not dialog.is_over:
                dialog.is_over = True
                self.tell(HungUp())
        elif request.method == "OPTIONS":
            reply(answer_to(request, 200, "OK", headers=(("Allow", ALLOWED),), source=source))
        else:  # above all a second INVITE: the session stays as it is (section 14.2)
            reply(answer_to(request, 488, "Not Acceptable Here", source=source))

    def give_up(self) -> None:
        """Nobody has said anything for a long time: don't wait for it. What comes yet is cleared then."""
        self._is_silent = True

    async def clear(self) -> None:
        """End the call: CANCEL while it rings, BYE where it is answered, both where they cross (section 15)."""
        if self._is_cleared or not self._invites:
            return
        self._is_cleared = True
        try:
            if not self._dialogs and not self._is_over:
                await self._cancel()
            while going_on := [dialog for dialog in self._dialogs.values() if not dialog.is_over]:
                await asyncio.gather(*map(self._hang_up, going_on))
        finally:
            self._linger()

    def _invite(self) -> None:
        headers = (
            ("Contact", self._conversation.contact),
            ("Allow", ALLOWED),
            ("Accept", "application/sdp"),
            *self._credentials.written(),
        )
        request = self._conversation.request("INVITE", self._uri, headers, self._offer)
        transaction = Transaction(
            self._line.board,
            self._line.channel,
            request,
            on_arrival=lambda arrived: self._arrived(request, arrived),
            acknowledge=lambda response: self._refusal_acknowledged(request, response),
        )
        transaction.final.add_done_callback(self._broken)
        self._invites.append(transaction)
        transaction.start()

    def _refusal_acknowledged(self, request: Outgoing, response: Response) -> bytes:
        return self._conversation.of_transaction("ACK", request, response.first("to")).wire

    def _broken(self, final: "asyncio.Future[Arrived]") -> None:
        if not final.cancelled() and isinstance(error := final.exception(), Exception):
            self._is_over = True
            self.tell(Broken(error))

    def _arrived(self, request: Outgoing, arrived: Arrived) -> None:
        response = arrived.response
        if 200 <= response.status < 300:
            self._answered(request, arrived)
        elif response.is_final:
            wants_more = not self._is_cleared and self._credentials.take(
                response, "INVITE", self._uri, self._offer
            )
            if wants_more:
                self._invite()
                return
            self._is_over = True
            self.tell(arrived)
        else:
            if self._lingers and not self._late_cancel:
                self._late_cancel = self._cancellation(self._invites[-1])
            self.tell(arrived)

    def _answered(self, request: Outgoing, arrived: Arrived) -> None:
        """A 2xx: acknowledged each time that it comes. A second one, of another end, is hung up on by `clear`."""
        tag = tag_of(arrived.response.first("to")) or ""
        dialog = self._dialogs.get(tag)
        if dialog is None:
            dialog = self._dialogs[tag] = self._dialog(request, arrived.response, tag)
            self.tell(arrived)
            if self._lingers:  # it came after we had given up, and nobody waits for what becomes of it
                bye = dialog.conversation.request("BYE", dialog.target)
                Transaction(self._line.board, self._line.channel, bye).start()
        with contextlib.suppress(OSError):
            self._line.channel.send(dialog.acknowledgement)

    def _dialog(self, request: Outgoing, response: Response, tag: str) -> "_Dialog":
        """Section 12.1.2. Requests in it go through our server, too, whatever Contact says: we talk to nobody else."""
        routes = [value for value in response.all("record-route")[:_ROUTES_MAX_COUNT] if uri_of(value)]
        conversation = replace(
            self._conversation, remote_tag=tag or None, route=tuple(reversed(routes)), number=request.number
        )
        target = uri_of(response.first("contact")) or self._uri
        headers = tuple(pair for pair in self._credentials.written())
        ack = conversation.acknowledgement(target, request.number, headers)
        return _Dialog(conversation, target, ack.wire)

    async def _cancel(self) -> None:
        """Not before something has come (section 9.1); then until the INVITE has its final answer."""
        invite = self._invites[-1]
        while not invite.is_provisional and not invite.final.done():
            if self._is_silent:
                return
            self._changed.clear()
            await self._changed.wait()
        if invite.final.done():
            return
        cancel = self._cancellation(invite)
        try:
            with contextlib.suppress(*NO_ANSWER):
                await asyncio.shield(invite.final)
        finally:
            cancel.end()

    def _cancel_unheard(self) -> None:
        """We leave, and nothing has come: a CANCEL all the same, for a phone may ring when nobody here listens.

        Section 9.1 forbids it for fear that it overtakes the INVITE; after seconds it can't, and is refused at worst.
        """
        invite = self._invites[-1]
        if not invite.is_provisional and not invite.final.done():
            invite.send_again(self._conversation.of_transaction("CANCEL", invite.request).wire)

    def _cancellation(self, invite: Transaction) -> Transaction:
        request = self._conversation.of_transaction("CANCEL", invite.request)
        cancel = Transaction(self._line.board, self._line.channel, request)
        cancel.start()
        return cancel

    async def _hang_up(self, dialog: "_Dialog") -> None:
        dialog.is_over = True
        with contextlib.suppress(*NO_ANSWER):
            await ask(self._line, dialog.conversation, "BYE", dialog.target, PATIENCE_S)

    def _linger(self) -> None:
        """What comes late or again is still acknowledged, cancelled or hung up on, as long as it can (timer D)."""
        self._lingers = True
        self._cancel_unheard()
        loop = asyncio.get_running_loop()
        for invite in self._invites:
            invite.repeat_no_more()
            if self._line.channel.is_reliable:
                invite.end()
            else:
                loop.call_later(PATIENCE_S, invite.end)
        if self._line.channel.is_reliable:
            self._line.board.forget(self._conversation.call_id)
        else:
            loop.call_later(PATIENCE_S, self._line.board.forget, self._conversation.call_id)


@dataclass(slots=True)
class _Dialog:
    """One end that has answered."""

    conversation: Conversation
    target: str
    acknowledgement: bytes
    is_over: bool = False
