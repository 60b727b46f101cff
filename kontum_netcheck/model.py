"""Every shared type: questions, facts, judgements and the words for them. No I/O.

Data goes one way: Check → Observation → Verdict. What we made ourselves is a frozen dataclass here; what a
person typed is a pydantic model in `inventory/schema.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

MetricValue = float | int | str | bool | tuple[str, ...]
"""A measured value. A value that was not measured is absent: never 0, never the timeout, never ""."""


class Outcome(StrEnum):
    """What became of one question."""

    MEASURED = "measured"
    FAILED = "failed"  # the target's fault
    ERROR = "error"  # ours: a bug, no permission, no socket
    SKIPPED = "skipped"  # on purpose, and the failure says why


class Readiness(IntEnum):
    """One total order; a whole is as ready as its worst part (`max`)."""

    READY = 0
    DEGRADED = 1
    NOT_CHECKED = 2
    NOT_READY = 3

    @property
    def key(self) -> str:
        """The word of machine formats: `ready`, `degraded`, `not_checked`, `not_ready`."""
        return self.name.lower()


class Stage(StrEnum):
    """Where on the way a question failed."""

    PLAN = "plan"
    LINK = "link"
    SOCKET = "socket"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    REQUEST = "request"
    REPLY = "reply"
    TRANSFER = "transfer"
    EXPECTATION = "expectation"
    INTERNAL = "internal"


class Cause(StrEnum):
    """What went wrong there. The closed list; raw texts stand in `Failure.detail` and are never matched on."""

    # the network or the target
    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
    CLOSED = "closed"
    NETWORK_UNREACHABLE = "network_unreachable"
    HOST_UNREACHABLE = "host_unreachable"
    PROHIBITED = "prohibited"
    NO_SUCH_NAME = "no_such_name"
    NO_ADDRESS = "no_address"
    NAME_SERVER_FAILED = "name_server_failed"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_WRONG_HOST = "certificate_wrong_host"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    TLS_FAILED = "tls_failed"
    BAD_REPLY = "bad_reply"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    FOREIGN_REDIRECT = "foreign_redirect"
    # what was expected of it
    UNEXPECTED_STATUS = "unexpected_status"
    UNEXPECTED_HEADER = "unexpected_header"
    TEXT_MISSING = "text_missing"
    TEXT_FORBIDDEN = "text_forbidden"
    UNEXPECTED_RCODE = "unexpected_rcode"
    UNEXPECTED_ANSWERS = "unexpected_answers"
    NOT_AUTHENTICATED = "not_authenticated"
    UNEXPECTED_BANNER = "unexpected_banner"
    PERSON_SAID_NO = "person_said_no"
    # ours
    NO_PERMISSION = "no_permission"
    NO_SOCKET = "no_socket"
    NO_LOCAL_ADDRESS = "no_local_address"
    OVERLOADED = "overloaded"  # this machine lost packets or time, so nobody knows whose fault it is
    NO_NAME_SERVER = "no_name_server"  # this machine has none configured
    NO_AUTHORITIES = "no_authorities"  # nothing to check certificates with
    BUG = "bug"
    # on purpose
    OWN_LINK_DOWN = "own_link_down"
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
    QUIET = "quiet"
    ONLY_ON_SITE = "only_on_site"
    NEEDS_A_PERSON = "needs_a_person"
    NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence and its values; it becomes text in the reader's language only at the edge.

    `text` is the English sentence with `{name}` fields and also the key of its translation. Values may be
    numbers, datetimes, timedeltas, Readiness, other Messages: the language formats each of them.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


def message(text: str, **values: object) -> Message:
    """Make a Message; translators' tools look for calls of this name."""
    return Message(text, values)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no good measurement: stage and cause from closed lists, the raw text for people."""

    stage: Stage
    cause: Cause
    detail: str = ""


class WrongValue(ValueError):
    """A value that a person typed and that cannot be; carries the Message that says why and what to write.

    `hint` is a sentence of its own, where what to write needs one.
    """

    def __init__(self, problem: Message, hint: Message | None = None) -> None:
        super().__init__(problem.text.format(**problem.values))
        self.problem = problem
        self.hint = hint


class CannotMeasure(Exception):
    """Raised by engines where the fault is ours (no permission, no socket); carries the Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.stage}: {failure.cause}: {failure.detail}")
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Metric:
    """A declared metric of a probe: its name is a contract and ends in its unit."""

    name: str
    label: Message
    lower_is_better: bool | None = None  # None: not a quantity that a limit can be put on


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to (or down to) `ready` is ready, up to `degraded` is degraded, beyond is not ready.

    `degraded=math.inf` (`-math.inf` where higher is better): beyond `ready` only degrades, never blocks.
    """

    metric: str
    ready: float
    degraded: float
    lower_is_better: bool
    source: str

    def judge(self, value: float) -> Readiness:
        """The readiness that `value`, in the metric's unit, earns. NaN earns `not_ready`."""
        sign = 1.0 if self.lower_is_better else -1.0
        if sign * value <= sign * self.ready:
            return Readiness.READY
        if sign * value <= sign * self.degraded:
            return Readiness.DEGRADED
        return Readiness.NOT_READY

    @property
    def blocks(self) -> bool:
        """Whether any value at all makes the check `not_ready`."""
        return not math.isinf(self.degraded)


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking one question takes at most."""

    packets_count: int = 0
    bytes_count: int = 0
    duration_s: float = 0.0


class ServiceKind(StrEnum):
    """The kinds of thing that must work."""

    INTERNET = "internet"
    PHONE = "phone"
    FAX = "fax"
    CHECKLIST = "checklist"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Check:
    """One planned question: this probe, that target, these limits."""

    id: str  # site/service/probe[/n], stable between runs
    site_id: str  # "portal" for province-wide portals
    service_id: str
    kind: ServiceKind
    probe: str
    target: str
    params: Any  # the probe's own parameters, a pydantic model
    limits: tuple[Limit, ...]
    valid_for: timedelta
    optional: bool = False
    skip: Failure | None = None  # planned, but on purpose not asked: why
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a probe brings home: metrics, and where it failed, the failure. Both can stand together."""

    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact about one moment. Never rewritten."""

    check_id: str
    probe: str
    target: str
    outcome: Outcome
    started_at: datetime  # aware, UTC
    duration_ms: float
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    failure: Failure | None = None
    vantage: str = ""
    operator: str = ""
    lab: bool = False


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """How one check stands now, why, and by which fact."""

    check: Check
    readiness: Readiness
    reason: Message
    observation: Observation | None


@dataclass(frozen=True, slots=True)
class ServiceVerdict:
    """One line, phone, fax, checklist item or portal: as ready as its worst check."""

    id: str
    kind: ServiceKind
    name: str
    readiness: Readiness
    optional: bool
    reasons: tuple[Message, ...]
    checks: tuple[CheckVerdict, ...]


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """One exam site. `reasons` are those that decided, each naming its service."""

    id: str
    name: str
    district_code: str
    role: str
    readiness: Readiness
    reasons: tuple[Message, ...]
    services: tuple[ServiceVerdict, ...]


@dataclass(frozen=True, slots=True)
class DistrictVerdict:
    """One district: its worst site, with counts. `readiness` is None where it has no exam site."""

    code: str
    name: str
    readiness: Readiness | None
    counts: Mapping[Readiness, int]
    sites: tuple[SiteVerdict, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The whole judgement: districts with their sites, and the portals of the province."""

    districts: tuple[DistrictVerdict, ...]
    portals: tuple[ServiceVerdict, ...]
    readiness: Readiness  # of everything; `not_checked` where nothing was selected

    @property
    def sites(self) -> tuple[SiteVerdict, ...]:
        """All sites, district by district."""
        return tuple(site for district in self.districts for site in district.sites)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the program: who asked, when, from where, with what."""

    id: str
    started_at: datetime
    finished_at: datetime
    tool_version: str
    inventory: str  # its path as the user gave it
    inventory_hash: str
    vantage: str
    operator: str
    lab: bool = False  # answers came from the built-in lab, not from the world
    interrupted: bool = False
    notes: tuple[Message, ...] = ()  # what a reader must know: own link down, a better ping is possible …
