"""What the final answer to an INVITE says of the number: one word for machines, and why it is no good call."""

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.sip.measured import line_of
from kontum_netcheck.net.sip.message import Response
from kontum_netcheck.net.tones import Tone

_BY_STATUS = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((404, 410, 484, 604), "no_such_number"),
    **dict.fromkeys((408, 480, 487), "no_answer"),
    503: "congestion",
}
"""RFC 3261, section 21, as RFC 3398, section 8.2.6.1, makes them of a telephone network's releases."""

_CAUSES = {
    "busy": Cause.BUSY,
    "congestion": Cause.CONGESTION,
    "no_answer": Cause.NO_ANSWER,
    "no_such_number": Cause.NO_SUCH_NUMBER,
    "rejected": Cause.CALL_REJECTED,
}

BY_TONE = {Tone.BUSY: "busy", Tone.CONGESTION: "congestion", Tone.CED: "fax_tone", Tone.V21: "fax_tone"}
"""What a tone decides, however the call stands."""


def result_of_status(status: int) -> str:
    """The result of a refused call; what has no name of its own is `rejected`."""
    return _BY_STATUS.get(status, "rejected")


def failure_of_result(result: str, detail: str) -> Failure | None:
    """Why it is no good call; None: the line is reachable."""
    cause = _CAUSES.get(result)
    return None if cause is None else Failure(Stage.REPLY, cause, detail)


def refused_credentials(response: Response, gave_credentials: bool) -> Failure | None:
    """Where the server doesn't let us call at all; that says nothing of the number."""
    if response.status not in (401, 407):
        return None
    detail = (
        line_of(response) if gave_credentials else f"{line_of(response)}: no user and password were given"
    )
    return Failure(Stage.REPLY, Cause.CREDENTIALS_REFUSED, detail)
