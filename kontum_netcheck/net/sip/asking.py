"""One question and its final answer, with our credentials where they are asked for."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.conversation import Conversation, Headers, Outgoing
from kontum_netcheck.net.sip.digest import authorization, read_challenges
from kontum_netcheck.net.sip.engine import Line
from kontum_netcheck.net.sip.message import BadMessage, Response, TooLarge
from kontum_netcheck.net.sip.transaction import AnswersDropped, Arrived, NoAnswer, Transaction

WANTS_CREDENTIALS = {
    401: ("www-authenticate", "Authorization"),
    407: ("proxy-authenticate", "Proxy-Authorization"),
}
"""By status: where the challenge stands, and where its answer goes."""

NO_ANSWER = (NoAnswer, AnswersDropped, EOFError, OSError, BadMessage)
"""What asking raises."""

_ROUNDS_MAX_COUNT = 4  # a proxy, the server behind it, and each once more where its nonce was too old


@dataclass(slots=True)
class Asked:
    """A question to its end: the first and the last final answer."""

    first: Arrived
    last: Arrived
    retransmit_count: int
    has_credentials: bool  # of ours
    gave_credentials: bool  # the server has seen them

    @property
    def status(self) -> int:
        """The last status."""
        return self.last.response.status


class Credentials:
    """Answers challenges for one conversation, each once."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._given: set[tuple[int, str]] = set()  # status and realm
        self.headers: dict[str, str] = {}

    @property
    def were_given(self) -> bool:
        """Whether the server has seen any."""
        return bool(self._given)

    def take(self, response: Response, method: str, uri: str, body: bytes = b"") -> bool:
        """Read the challenge; whether there is something else to try now. An old nonce is a second chance."""
        user, password = self._account.user, self._account.password
        if response.status not in WANTS_CREDENTIALS or user is None or password is None:
            return False
        challenge_field, answer_field = WANTS_CREDENTIALS[response.status]
        challenges = read_challenges(response.all(challenge_field))
        if not challenges:
            return False
        challenge = challenges[0]  # the server's own preference (RFC 8760, section 2.4)
        known = (response.status, challenge.realm)
        if known in self._given and not challenge.stale:
            return False
        self._given.add(known)
        self.headers[answer_field] = authorization(challenge, user, password, method, uri, body)
        return True

    def written(self) -> Headers:
        """The headers that prove it."""
        return tuple(self.headers.items())


async def ask(
    line: Line,
    conversation: Conversation,
    method: str,
    uri: str,
    timeout_s: float,
    headers: Callable[[], Headers] = tuple,
) -> Asked:
    """Ask until there is a final answer that wants no credentials which we have. `timeout_s` is for all of it.

    Raises NoAnswer, AnswersDropped, OSError, EOFError and BadMessage.
    """
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + timeout_s
    credentials, retransmit_count = Credentials(line.account), 0
    first: Arrived | None = None
    for _ in range(_ROUNDS_MAX_COUNT):
        request = conversation.request(method, uri, (*headers(), *credentials.written()))
        transaction, arrived = await _once(line, request, max(0.001, deadline_s - loop.time()))
        retransmit_count += transaction.retransmit_count
        first = first or arrived
        if not credentials.take(arrived.response, method, uri):
            break
    has_credentials = line.account.password is not None
    return Asked(first or arrived, arrived, retransmit_count, has_credentials, credentials.were_given)


async def _once(line: Line, request: Outgoing, timeout_s: float) -> tuple[Transaction, Arrived]:
    """One transaction, when it is our turn at that server; waiting for that is ours and no part of the time."""
    ticket = await line.pace.start()
    is_answered = False
    try:
        transaction = Transaction(line.board, line.channel, request, timeout_s=timeout_s)
        arrived = await transaction.answer()
        is_answered = True
        return transaction, arrived
    finally:
        line.pace.end(ticket, answered=is_answered)


def failure_of_asking(error: Exception, timeout_s: float) -> Failure:
    """What it means that no answer came. Raises CannotMeasure where the fault is ours."""
    match error:
        case NoAnswer():
            return Failure(Stage.REPLY, Cause.TIMEOUT, str(error) or f"no answer in {timeout_s:g} s")
        case AnswersDropped():
            raise CannotMeasure(Failure(Stage.SOCKET, Cause.OVERLOADED, str(error))) from error
        case EOFError():
            return Failure(Stage.REPLY, Cause.CLOSED, "closed before the answer was complete")
        case BadMessage():
            cause = Cause.TOO_LARGE if isinstance(error, TooLarge) else Cause.BAD_REPLY
            return Failure(Stage.REPLY, cause, str(error))
        case ssl.SSLError():
            return Failure(Stage.REPLY, Cause.TLS_FAILED, error.reason or "")
        case OSError():
            return failure_of(error, Stage.REQUEST)
    raise error
