"""What each client has had within the last hour, and whether it may have more. Pure but for the clock it is given."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kontum_netcheck.serving.bucket import Bucket
from kontum_netcheck.serving.limits import Limits
from kontum_netcheck.serving.refusal import Reason, Refusal

_HOUR_S = 3600.0
_BIN_S = 60.0
_BUSY_RETRY_S = 10
_MOST_ACCOUNTS = 10_000


@dataclass(slots=True)
class Account:
    """One client's: bytes by the minute, beginnings of tests, what is under way."""

    arrivals: Bucket
    connections_count: int = 0
    transfers_count: int = 0
    ended_s: float = -math.inf
    tests_s: deque[float] = field(default_factory=deque)
    minutes: deque[tuple[int, int]] = field(default_factory=deque)  # which minute, bytes
    bytes_count: int = 0

    def forget(self, now_s: float) -> None:
        """Drop what is older than an hour. A minute counts until its last second is."""
        while self.minutes and (self.minutes[0][0] + 1) * _BIN_S + _HOUR_S <= now_s:
            self.bytes_count -= self.minutes.popleft()[1]
        while self.tests_s and self.tests_s[0] + _HOUR_S <= now_s:
            self.tests_s.popleft()

    def add(self, count: int, now_s: float) -> None:
        """So many bytes moved."""
        minute = int(now_s // _BIN_S)
        self.bytes_count += count
        if self.minutes and self.minutes[-1][0] == minute:
            count += self.minutes.pop()[1]
        self.minutes.append((minute, count))

    def free_again_s(self, bytes_count: int, now_s: float) -> float:
        """In how many seconds so many of its bytes are more than an hour old."""
        for minute, count in self.minutes:
            bytes_count -= count
            if bytes_count <= 0:
                return (minute + 1) * _BIN_S + _HOUR_S - now_s
        return _HOUR_S

    @property
    def is_blank(self) -> bool:
        """Whether forgetting it changes nothing."""
        return not (self.connections_count or self.minutes or self.tests_s)


class Accounts:
    """The accounts of all clients, as many as memory allows; the one that was quiet longest gives way."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._of: OrderedDict[str, Account] = OrderedDict()
        self.connections_count = 0
        self.testing_count = 0
        """Clients with a transfer under way."""

    def admits(self, client: str) -> bool:
        """Whether one connection more of the client is worth an answer; otherwise it comes too often."""
        return self._account(client).arrivals.take(self._clock())

    def arrive(self, client: str) -> Refusal | None:
        """A connection of the client. It counts until `leave`, also when it is refused."""
        account = self._account(client)
        account.connections_count += 1
        self.connections_count += 1
        if account.connections_count > self._limits.connections_per_client:
            return Refusal(Reason.CONNECTIONS, _BUSY_RETRY_S)
        if self.connections_count > self._limits.connections:
            return Refusal(Reason.BUSY, _BUSY_RETRY_S)
        return None

    def leave(self, client: str) -> None:
        """The connection is closed."""
        self._account(client).connections_count -= 1
        self.connections_count -= 1

    def begin(self, client: str, wanted_bytes: int) -> Refusal | None:
        """May a transfer of so many bytes (0: nobody knows) begin? Where it may, it is under way until `end`."""
        account, now_s = self._account(client), self._clock()
        account.forget(now_s)
        lacking = account.bytes_count + max(1, wanted_bytes) - self._limits.bytes_per_hour
        if lacking > 0:
            return Refusal(Reason.BYTES, math.ceil(account.free_again_s(lacking, now_s)))
        if not account.transfers_count:
            if self.testing_count >= self._limits.clients_at_once:
                return Refusal(Reason.BUSY, _BUSY_RETRY_S)
            if now_s - account.ended_s >= self._limits.test_pause_s:
                if len(account.tests_s) >= self._limits.tests_per_hour:
                    return Refusal(Reason.TESTS, math.ceil(account.tests_s[0] + _HOUR_S - now_s))
                account.tests_s.append(now_s)
            self.testing_count += 1
        account.transfers_count += 1
        return None

    def move(self, client: str, count: int) -> bool:
        """So many bytes more were moved for the client. False: it has had all that it may have in an hour."""
        account = self._account(client)
        account.add(count, self._clock())
        return account.bytes_count < self._limits.bytes_per_hour

    def end(self, client: str) -> None:
        """The transfer is over, in whatever way."""
        account = self._account(client)
        account.transfers_count -= 1
        account.ended_s = self._clock()
        if not account.transfers_count:
            self.testing_count -= 1

    def sweep(self) -> None:
        """Let go of the accounts that have nothing in them any more."""
        now_s = self._clock()
        for client, account in list(self._of.items()):
            account.forget(now_s)
            if account.is_blank:
                del self._of[client]

    def _account(self, client: str) -> Account:
        account = self._of.get(client)
        if account is None:
            if len(self._of) >= _MOST_ACCOUNTS:
                self._make_room()
            limits = self._limits
            arrivals = Bucket(limits.new_connections_per_s, limits.new_connections_at_once, self._clock())
            account = self._of[client] = Account(arrivals)
        self._of.move_to_end(client)
        return account

    def _make_room(self) -> None:
        """The quietest client that is not here gives way."""
        for client, account in self._of.items():
            if not account.connections_count:
                del self._of[client]
                return
