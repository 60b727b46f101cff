"""Why a client gets nothing now, and when it may ask again."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A closed list: the log, the metrics and the clients' programs read it."""

    BYTES = "bytes_per_hour"
    TESTS = "tests_per_hour"
    CONNECTIONS = "connections_per_client"
    BUSY = "busy"
    STOPPING = "stopping"
    TOKEN = "token"
    DURATION = "transfer_too_long"


_STATUS = {
    Reason.BYTES: 429,
    Reason.TESTS: 429,
    Reason.CONNECTIONS: 429,
    Reason.BUSY: 503,
    Reason.STOPPING: 503,
    Reason.TOKEN: 401,
    Reason.DURATION: 408,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason, and after how many seconds asking again makes sense (0: it doesn't by waiting alone)."""

    reason: Reason
    retry_after_s: int = 0

    @property
    def status(self) -> int:
        """The status of the answer, RFC 9110 and RFC 6585."""
        return _STATUS[self.reason]


class BadRequest(Exception):
    """What came is no request that can be answered; `status` is the answer, after which the connection ends."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
