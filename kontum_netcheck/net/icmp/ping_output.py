"""What the ping programs of Linux (iputils, BusyBox) and macOS print, read. Pure; takes any text."""

import ipaddress
import re

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError, Method

_REPLY = re.compile(
    r"bytes from (?P<sender>\S+?)[:,]? .*\b(?:icmp_)?seq=(?P<sequence>\d{1,9})"
    r".*\btime[=<](?P<rtt>\d{1,9}(?:\.\d+)?) ?ms"
)
_ERROR = re.compile(
    r"From (?P<sender>\S+?):? .*\b(?:icmp_)?seq=(?P<sequence>\d{1,9}) (?P<text>.+)", re.IGNORECASE
)
_COUNTS_FROM_ZERO = re.compile(r"PING .*: \d+ data bytes|PING6\(")  # macOS and BusyBox; iputils counts from 1
_MEANINGS = (
    (re.compile(r"host (?:is )?unreachable|address unreachable|host unknown", re.I), Cause.HOST_UNREACHABLE),
    (re.compile(r"net(?:work)? (?:is )?(?:unreachable|unknown)|no route", re.I), Cause.NETWORK_UNREACHABLE),
    (re.compile(r"prohibited|filtered|policy", re.I), Cause.PROHIBITED),
    (re.compile(r"port unreachable|protocol unreachable", re.I), Cause.REFUSED),
    (re.compile(r"frag(?:mentation)? needed|too (?:big|long|large)", re.I), Cause.TOO_LARGE),
)


def meaning_of(text: str) -> Cause:
    """The cause that a line of a ping program means; what we don't know is a host that can't be reached."""
    return next((cause for pattern, cause in _MEANINGS if pattern.search(text)), Cause.HOST_UNREACHABLE)


def parse_unix(output: str, address: str, plan: EchoPlan) -> EchoSeries:
    """The burst as Linux and macOS programs tell it under LC_ALL=C. What isn't told is lost."""
    first = 0 if _COUNTS_FROM_ZERO.match(output) else 1
    reader = _Reader(address, plan)
    for line in output.splitlines():
        if (reply := _REPLY.search(line)) is not None:
            reader.reply(int(reply["sequence"]) - first, reply["sender"], float(reply["rtt"]))
        elif (error := _ERROR.search(line)) is not None:
            reader.error(int(error["sequence"]) - first, error["sender"], error["text"].strip())
    return reader.series()


class _Reader:
    """Collects the lines of one burst."""

    def __init__(self, address: str, plan: EchoPlan) -> None:
        self._address, self._plan = address, plan
        self._rtts_ms: list[float | None] = [None] * plan.count
        self._errors: list[IcmpError] = []
        self._late: set[int] = set()
        self._duplicate_count = self._foreign_count = 0

    def reply(self, number: int, sender: str, rtt_ms: float) -> None:
        """A reply to echo `number`."""
        if not _same_address(sender, self._address):
            self._foreign_count += 1
        elif not 0 <= number < self._plan.count:
            return
        elif self._rtts_ms[number] is not None or number in self._late:
            self._duplicate_count += 1
        elif rtt_ms > self._plan.timeout_s * 1000:
            self._late.add(number)
        else:
            self._rtts_ms[number] = rtt_ms

    def error(self, number: int, sender: str, text: str) -> None:
        """A router's word about echo `number`."""
        if 0 <= number < self._plan.count:
            self._errors.append(IcmpError(meaning_of(text), text, sender))

    def series(self) -> EchoSeries:
        """All of it."""
        return EchoSeries(
            self._address,
            Method.SYSTEM_PING,
            tuple(self._rtts_ms),
            duplicate_count=self._duplicate_count,
            late_count=len(self._late),
            foreign_count=self._foreign_count,
            errors=tuple(self._errors),
        )


def _same_address(one: str, other: str) -> bool:
    try:
        return ipaddress.ip_address(one) == ipaddress.ip_address(other)
    except ValueError:
        return False
