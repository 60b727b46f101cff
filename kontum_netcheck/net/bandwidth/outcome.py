"""How one request of a load ended: well, or why not."""

import pycurl

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.bandwidth.profile import is_page
from kontum_netcheck.net.bandwidth.stream import Stream
from kontum_netcheck.net.http.failures import failure_of

_REFUSALS = frozenset({401, 403, 429, 502, 503, 504, 509})
_UNAUTHORIZED = 401
_LEAST_ASKED_BYTES, _LEAST_SENT_BYTES = 32_768, 1_024


def refusal(status: int, retry_after: str) -> Failure | None:
    """A server that will not serve us now: no fault of the line. `Retry-After` is kept."""
    if status not in _REFUSALS:
        return None
    when = f", Retry-After: {retry_after}" if retry_after else ""
    why = ", the token is missing or wrong" if status == _UNAUTHORIZED else ""
    return Failure(Stage.REPLY, Cause.NOT_SERVED, f"HTTP {status}{why}{when}")


def failure_of_stream(stream: Stream, code: int, text: str, is_upload: bool) -> Failure | None:
    """The failure that ends the stream; None: it was a good request. Raises CannotMeasure where the fault is ours."""
    if stream.status and (refused := refusal(stream.status, stream.retry_after)) is not None:
        return refused
    if stream.status and not 200 <= stream.status < 300:
        where = f", to {stream.location}" if stream.location else ""
        return Failure(Stage.REPLY, Cause.UNEXPECTED_STATUS, f"{stream.status}{where}")
    if stream.status and is_page(stream.answer):
        said = stream.answer[:80].decode("utf-8", "backslashreplace")
        return Failure(Stage.REPLY, Cause.NO_SPEED_SERVER, said)
    if code and not stream.is_too_long:
        return failure_of(
            code,
            os_errno=stream.curl.getinfo(pycurl.OS_ERRNO),
            text=text,
            reached=_reached(stream, is_upload),
            verify_result=stream.curl.getinfo(pycurl.SSL_VERIFYRESULT),
            certificate=None,
        )
    if not is_upload and stream.most_bytes >= _LEAST_ASKED_BYTES and stream.piece_bytes < _LEAST_SENT_BYTES:
        short = f"{stream.piece_bytes} bytes where {stream.most_bytes} were asked for"
        return Failure(Stage.TRANSFER, Cause.BAD_REPLY, short)
    return None


def _reached(stream: Stream, is_upload: bool) -> Stage:
    if not stream.curl.getinfo(pycurl.CONNECT_TIME):
        return Stage.CONNECT
    if stream.piece_bytes:
        return Stage.TRANSFER
    return Stage.REQUEST if is_upload else Stage.REPLY
