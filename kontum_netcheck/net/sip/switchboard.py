"""Gives every message that comes to whom it belongs: by branch, method, Call-ID and address (RFC 3261, section 17)."""

from collections.abc import Callable
from typing import Protocol

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.channel import Channel
from kontum_netcheck.net.sip.conversation import ALLOWED, answer_to
from kontum_netcheck.net.sip.fields import branch_of, cseq_of, tag_of
from kontum_netcheck.net.sip.message import BadMessage, Request, Response, read_message
from kontum_netcheck.net.sip.transaction import Transaction

_METHODS = ("OPTIONS", "REGISTER", "INVITE", "CANCEL", "BYE")
"""What we ask."""

Reply = Callable[[bytes], None]
"""Sends an answer to where the request came from. Raises OSError."""


class Callee(Protocol):
    """Takes the requests of one Call-ID."""

    def take(self, request: Request, source: HostPort, reply: Reply) -> None:
        """Answer it by `reply`, if it is to be answered."""


class Switchboard:
    """Everything of ours that waits for messages, over whatever transport."""

    def __init__(self, late_s: Callable[[], float] = lambda: 0.0) -> None:
        self.late_s = late_s
        self.look: Callable[[], None] = lambda: None
        """Reads what lies unread in the sockets."""
        self.anybody: Callee | None = None
        """Takes requests that belong to no call yet; None: they are refused."""
        self._transactions: dict[tuple[str, str], Transaction] = {}
        self._callees: dict[str, Callee] = {}
        self._by_peer: dict[str, dict[Transaction, None]] = {}

    def add(self, transaction: Transaction) -> None:
        """It waits for its answers from here on."""
        self._transactions[_key(transaction)] = transaction
        self._by_peer.setdefault(transaction.channel.peer.host, {})[transaction] = None

    def remove(self, transaction: Transaction) -> None:
        """It waits no more."""
        self._transactions.pop(_key(transaction), None)
        host = transaction.channel.peer.host
        if (waiting := self._by_peer.get(host)) is not None:
            waiting.pop(transaction, None)
            if not waiting:
                del self._by_peer[host]

    def listen(self, call_id: str, callee: Callee) -> None:
        """The requests of that call are for this one."""
        self._callees[call_id] = callee

    def forget(self, call_id: str) -> None:
        """Nobody takes them any more."""
        self._callees.pop(call_id, None)

    def of_peer(self, host: str) -> list[Transaction]:
        """The transactions that wait for that address."""
        return list(self._by_peer.get(host, ()))

    def of_branch(self, branch: str) -> list[Transaction]:
        """Those that have this branch: an INVITE and its CANCEL share one."""
        keys = ((branch, method) for method in _METHODS)
        return [found for key in keys if (found := self._transactions.get(key)) is not None]

    def close(self) -> None:
        """Nobody waits any more."""
        for transaction in list(self._transactions.values()):
            transaction.end()
        self._callees.clear()

    def take(
        self, wire: bytes, source: HostPort, came_s: float | None, reply: Reply, channel: Channel | None
    ) -> None:
        """A message has come. What is no SIP, or belongs to nobody, is counted with whom it could concern.

        `channel` is the connection that it came by; None for datagrams, of which the source's address counts.
        """
        try:
            message = read_message(wire)
        except BadMessage as error:
            self._stray(source, f"that are not SIP ({error})")
            return
        if isinstance(message, Request):
            self._request(message, source, reply)
        else:
            self._response(message, source, came_s, channel)

    def _response(
        self, response: Response, source: HostPort, came_s: float | None, channel: Channel | None
    ) -> None:
        cseq = cseq_of(response)
        found = self._transactions.get((branch_of(response) or "", cseq[1])) if cseq else None
        if found is None or cseq is None:
            self._stray(source, "to another request")
        elif channel is not found.channel if channel else source.host != found.channel.peer.host:
            found.stray(f"from another address ({source.host})")
        elif response.first("call-id") != found.request.call_id or cseq[0] != found.request.number:
            found.stray("to another call")
        else:
            found.arrived(response, came_s)

    def _stray(self, source: HostPort, kind: str) -> None:
        """Of an address that owes us an answer; of any other nobody wants to know."""
        if waiting := self._by_peer.get(source.host):
            next(iter(waiting)).stray(kind)

    def _request(self, request: Request, source: HostPort, reply: Reply) -> None:
        """To a call of ours, or politely refused: nobody shall wait half a minute for us."""
        callee = self._callees.get(request.first("call-id") or "") or self.anybody
        try:
            if callee is not None:
                callee.take(request, source, reply)
            elif request.method != "ACK":
                reply(_refusal(request, source))
        except OSError:
            pass  # it can't be answered; they will give up


def _refusal(request: Request, source: HostPort) -> bytes:
    if tag_of(request.first("to")):
        return answer_to(request, 481, "Call/Transaction Does Not Exist", source=source)
    if request.method == "INVITE":
        return answer_to(request, 480, "Temporarily Unavailable", tag="none", source=source)
    if request.method == "OPTIONS":
        return answer_to(request, 200, "OK", tag="none", headers=(("Allow", ALLOWED),), source=source)
    return answer_to(
        request, 405, "Method Not Allowed", tag="none", headers=(("Allow", ALLOWED),), source=source
    )


def _key(transaction: Transaction) -> tuple[str, str]:
    return transaction.request.branch, transaction.request.method
