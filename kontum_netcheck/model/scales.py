"""The closed lists and the one order: outcomes, readiness, stages, causes, kinds. No I/O."""

from enum import IntEnum, StrEnum


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

    def capped(self, optional: bool) -> "Readiness":
        """What this is worth to the whole: an optional part can degrade it, never block it."""
        return min(self, Readiness.DEGRADED) if optional else self


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
    # what a person found
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_DIAL_TONE = "no_dial_tone"
    WRONG_PARTY = "wrong_party"
    NO_FAX_TONE = "no_fax_tone"
    PERSON_SAID_NO = "person_said_no"
    # what a switch or a SIP server says
    NO_SUCH_NUMBER = "no_such_number"
    CALL_REJECTED = "call_rejected"
    CONGESTION = "congestion"
    NO_SERVICE = "no_service"
    CREDENTIALS_REFUSED = "credentials_refused"
    # what keeps a load from being measured
    NOT_SERVED = "not_served"  # the measurement server will not serve us now: 403, 429
    NO_SPEED_SERVER = "no_speed_server"  # what answers there is none
    NOT_ENOUGH_BYTES = "not_enough_bytes"  # the budget is smaller than one good measurement
    TOOL_MISSING = "tool_missing"  # a program that it is measured with is not installed
    # ours
    NO_PERMISSION = "no_permission"
    NO_SOCKET = "no_socket"
    NO_MODEM = "no_modem"  # none, none that may be used, or one that fails
    NO_LOCAL_ADDRESS = "no_local_address"
    OVERLOADED = "overloaded"  # this machine lost packets or time, so nobody knows whose fault it is
    OWN_RESOLVER_DOWN = "own_resolver_down"  # this machine's own name server does not answer it
    NO_NAME_SERVER = "no_name_server"  # this machine has none configured
    NO_AUTHORITIES = "no_authorities"  # nothing to check certificates with
    BUG = "bug"
    # on purpose
    OWN_LINK_DOWN = "own_link_down"
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
    QUIET = "quiet"  # a quiet window of the inventory: no calls, no load tests
    ONLY_ON_SITE = "only_on_site"
    ANOTHER_LINE = "another_line"  # this machine is at the site, behind another of its lines
    OTHER_VANTAGE = "other_vantage"  # the inventory names the places that it is asked from
    NEEDS_A_PERSON = "needs_a_person"
    NOT_ASKED_FOR = "not_asked_for"
    NO_CALLS = "no_calls"  # the inventory forbids to call it
    NUMBER_REFUSED = "number_refused"  # emergency, service and premium numbers
    ENOUGH_CALLS = "enough_calls"  # the most of one run are made
    BUDGET_SPENT = "budget_spent"  # the bytes of the run, of the day or of the line are used up
    METERED = "metered"  # the line's data volume costs money
    NO_SERVER_NAMED = "no_server_named"  # the inventory names no speed server to measure against
    # on the way to an agent and back
    NO_AGENT = "no_agent"  # none is alive at the vantage
    JOB_REFUSED = "job_refused"  # the agents there can't or may not do it
    AGENT_FAILED = "agent_failed"  # what took it never brought an answer


class TurnKind(StrEnum):
    """What is asked one after the other, in the order in which a run comes to it."""

    CALL = "call"  # somebody's telephone rings
    LOAD = "load"  # a line is filled


class See(StrEnum):
    """From how many of its vantages a check must be in order."""

    ALL = "all"
    MAJORITY = "majority"  # more than half of them
    ANY = "any"


class ServiceKind(StrEnum):
    """The kinds of thing that must work."""

    INTERNET = "internet"
    PHONE = "phone"
    FAX = "fax"
    CHECKLIST = "checklist"
    PORTAL = "portal"
