"""Does a registrar take our credentials: REGISTER (RFC 3261, section 10), leaving nothing behind."""

import contextlib
from typing import TYPE_CHECKING

from kontum_netcheck.model import Cause, Failure, Measurement, Stage
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.asking import NO_ANSWER, WANTS_CREDENTIALS, Asked, ask, failure_of_asking
from kontum_netcheck.net.sip.clearing import to_the_end
from kontum_netcheck.net.sip.conversation import Conversation, Headers
from kontum_netcheck.net.sip.engine import Line, Metrics, NotOpened
from kontum_netcheck.net.sip.fields import split
from kontum_netcheck.net.sip.measured import failure_of_status, line_of, metrics_of, metrics_without_answer
from kontum_netcheck.net.sip.message import Response

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network

BINDING_S = 60
"""How long a binding would stay if we were killed before we could take it back."""


async def register(network: "Network", account: Account, *, timeout_s: float = 10.0) -> Measurement:
    """Ask who is registered, which proves the credentials; where nobody is, register and take it back at once.

    Where a telephone is registered nothing is changed: some registrars keep one binding only, and ours would
    put it out of service. `bindings_count` says how many there are. Raises CannotMeasure where the fault is ours.
    """
    metrics: Metrics = {}
    try:
        async with network.sip.open(account, timeout_s, metrics) as line:
            conversation = line.conversation(account.own_uri, account.own_uri)
            with network.sip.heart:
                asked = await _registered(line, conversation, timeout_s)
                metrics |= metrics_of(asked)
                if asked.status == 200:
                    metrics["bindings_count"] = bindings = _bindings_count(asked.last.response)
                    if not bindings:
                        asked = await _there_and_back(line, conversation, timeout_s)
                        metrics["status"] = asked.status
    except NotOpened as error:
        return Measurement(metrics, error.failure)
    except NO_ANSWER as error:
        return Measurement(metrics | metrics_without_answer(error), failure_of_asking(error, timeout_s))
    return Measurement(metrics, _failure(asked))


async def bind(line: Line, conversation: Conversation, expires_s: int, timeout_s: float) -> Asked:
    """Register our own contact for that long; 0 takes it back. Raises as `ask` does."""
    user = line.account.own_uri.removeprefix("sip:").partition("@")[0]
    contact = conversation.contact.replace("<sip:", f"<sip:{user}@")
    headers = (("Contact", f"{contact};expires={expires_s}"), ("Expires", str(expires_s)))
    return await _registered(line, conversation, timeout_s, headers)


async def _registered(
    line: Line, conversation: Conversation, timeout_s: float, headers: Headers = ()
) -> Asked:
    return await ask(line, conversation, "REGISTER", line.account.server_uri, timeout_s, lambda: headers)


async def _there_and_back(line: Line, conversation: Conversation, timeout_s: float) -> Asked:
    try:
        return await bind(line, conversation, BINDING_S, timeout_s)
    finally:
        await to_the_end(take_back(line, conversation, timeout_s))


async def take_back(line: Line, conversation: Conversation, timeout_s: float) -> None:
    """Remove our own contact, and no other."""
    with contextlib.suppress(*NO_ANSWER):  # then it ends by itself after BINDING_S
        await bind(line, conversation, 0, timeout_s)


def _bindings_count(response: Response) -> int:
    return sum(1 for value in response.all("contact") for contact in split(value, ",") if contact)


def _failure(asked: Asked) -> Failure | None:
    """A registrar must take us, and not only answer."""
    if (failure := failure_of_status(asked)) is not None or 200 <= asked.status < 300:
        return failure
    refused = asked.status in WANTS_CREDENTIALS or asked.status == 403
    cause = Cause.CREDENTIALS_REFUSED if refused else Cause.BAD_REPLY
    return Failure(Stage.REPLY, cause, line_of(asked.last.response))
