"""Metrics and failures that every kind of SIP question has."""

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.lateness import LATE_MS
from kontum_netcheck.net.sip.asking import WANTS_CREDENTIALS, Asked
from kontum_netcheck.net.sip.engine import Metrics
from kontum_netcheck.net.sip.fields import shown
from kontum_netcheck.net.sip.message import Response
from kontum_netcheck.net.sip.transaction import NoAnswer

_NO_SERVICE = 503
_FORBIDDEN = 403


def metrics_of(asked: Asked) -> Metrics:
    """The time to the first answer, the last status, repetitions, and who the server says it is."""
    metrics: Metrics = {
        "wait_ms": asked.first.took_ms,
        "status": asked.status,
        "retransmit_count": asked.retransmit_count,
    }
    if asked.first.late_ms > LATE_MS:
        metrics["late_ms"] = asked.first.late_ms
    return metrics | server_of(asked.last.response)


def metrics_without_answer(error: Exception) -> Metrics:
    """How often was asked in vain."""
    return {"retransmit_count": error.retransmit_count} if isinstance(error, NoAnswer) else {}


def server_of(response: Response) -> Metrics:
    """What the far end calls itself: Server, or User-Agent of a telephone."""
    name = shown(response.first("server")) or shown(response.first("user-agent"))
    return {} if name is None else {"server": name}


def failure_of_status(asked: Asked) -> Failure | None:
    """What a final answer means for the path: all but 503 prove it, and credentials that we gave must be taken."""
    is_refused = asked.has_credentials and asked.status in WANTS_CREDENTIALS
    if is_refused or (asked.gave_credentials and asked.status == _FORBIDDEN):
        return Failure(Stage.REPLY, Cause.CREDENTIALS_REFUSED, line_of(asked.last.response))
    if asked.status == _NO_SERVICE:
        return Failure(Stage.REPLY, Cause.NO_SERVICE, line_of(asked.last.response))
    return None


def line_of(response: Response) -> str:
    """`486 Busy Here`: what of it can be printed."""
    return shown(response.line) or str(response.status)
