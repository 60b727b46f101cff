"""Does a SIP server answer at all: OPTIONS (RFC 3261, section 11)."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import Measurement
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.asking import NO_ANSWER, ask, failure_of_asking
from kontum_netcheck.net.sip.engine import Metrics, NotOpened
from kontum_netcheck.net.sip.measured import failure_of_status, metrics_of, metrics_without_answer

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network


async def options(network: "Network", account: Account, *, timeout_s: float = 10.0) -> Measurement:
    """Ask once, repeated over UDP as timer E says. Any final answer but 503 proves the path and the server.

    An account with a password must also be taken. `timeout_s` is for the connection, and again for the answer.
    Raises CannotMeasure where the fault is ours.
    """
    metrics: Metrics = {}
    try:
        async with network.sip.open(account, timeout_s, metrics) as line:
            conversation = line.conversation(account.own_uri, account.server_uri)
            with network.sip.heart:
                asked = await ask(line, conversation, "OPTIONS", account.server_uri, timeout_s)
    except NotOpened as error:
        return Measurement(metrics, error.failure)
    except NO_ANSWER as error:
        return Measurement(metrics | metrics_without_answer(error), failure_of_asking(error, timeout_s))
    return Measurement(metrics | metrics_of(asked), failure_of_status(asked))
