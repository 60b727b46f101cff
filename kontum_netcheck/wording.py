"""Words and sentences for what the model names: readiness, outcome, kind, role, stage, cause. Pure."""

import errno
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kontum_netcheck.model import Cause, Failure, Message, Outcome, Readiness, ServiceKind, Stage, message

_DETAIL_LENGTH = 160
"""Characters of a foreign raw text that a sentence takes in; the whole stands in the reports' `detail`."""

READINESS_WORDS: Mapping[Readiness, Message] = MappingProxyType(
    {
        Readiness.READY: message("Ready"),
        Readiness.DEGRADED: message("Degraded"),
        Readiness.NOT_CHECKED: message("Not checked"),
        Readiness.NOT_READY: message("Not ready"),
    }
)

OUTCOME_WORDS: Mapping[Outcome, Message] = MappingProxyType(
    {
        Outcome.MEASURED: message("measured"),
        Outcome.FAILED: message("failed"),
        Outcome.ERROR: message("error of our own"),
        Outcome.SKIPPED: message("skipped"),
    }
)

KIND_WORDS: Mapping[ServiceKind, Message] = MappingProxyType(
    {
        ServiceKind.INTERNET: message("Internet"),
        ServiceKind.PHONE: message("Phone"),
        ServiceKind.FAX: message("Fax"),
        ServiceKind.CHECKLIST: message("Checklist"),
        ServiceKind.PORTAL: message("Portal"),
    }
)

ROLE_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "main": message("main"),
        "reserve": message("reserve"),
        "headquarters": message("headquarters"),
        "primary": message("primary"),
        "backup": message("backup"),
        "portal": message("portal"),
        "duty-room": message("duty room"),
    }
)
"""Roles of sites, of lines and of phones. A role that is not here is a person's own word and shown as it is."""

PROBE_WORDS: Mapping[str, Message] = MappingProxyType({"call": message("call"), "manual": message("manual")})
"""What people try is called in words; ping, dns, http … are called so in every language."""

STAGE_WORDS: Mapping[Stage, Message] = MappingProxyType(
    {
        Stage.PLAN: message("while planning"),
        Stage.LINK: message("on this machine's own link"),
        Stage.SOCKET: message("while opening a socket"),
        Stage.RESOLVE: message("while looking up the name"),
        Stage.CONNECT: message("while connecting"),
        Stage.TLS: message("during the TLS handshake"),
        Stage.REQUEST: message("while sending the request"),
        Stage.REPLY: message("while waiting for the reply"),
        Stage.TRANSFER: message("during the transfer"),
        Stage.EXPECTATION: message("when compared with what is expected"),
        Stage.INTERNAL: message("inside this program"),
    }
)

CAUSE_WORDS: Mapping[Cause, Message] = MappingProxyType(
    {
        Cause.TIMEOUT: message("no answer in time"),
        Cause.REFUSED: message("the connection was refused"),
        Cause.RESET: message("the connection was reset"),
        Cause.CLOSED: message("the other side closed the connection"),
        Cause.NETWORK_UNREACHABLE: message("the network is unreachable"),
        Cause.HOST_UNREACHABLE: message("the host is unreachable"),
        Cause.PROHIBITED: message("a router or firewall on the way forbids it"),
        Cause.NO_SUCH_NAME: message("the name does not exist"),
        Cause.NO_ADDRESS: message("the name has no address"),
        Cause.NAME_SERVER_FAILED: message("the name server could not answer"),
        Cause.CERTIFICATE_EXPIRED: message("the certificate has expired"),
        Cause.CERTIFICATE_NOT_YET_VALID: message("the certificate is not valid yet"),
        Cause.CERTIFICATE_WRONG_HOST: message("the certificate belongs to another host"),
        Cause.CERTIFICATE_UNTRUSTED: message("the certificate is not from a trusted authority"),
        Cause.TLS_FAILED: message("no secure connection could be made (TLS)"),
        Cause.BAD_REPLY: message("the reply makes no sense"),
        Cause.TOO_LARGE: message("the reply is larger than allowed"),
        Cause.TOO_MANY_REDIRECTS: message("too many redirects"),
        Cause.FOREIGN_REDIRECT: message("redirected to another host"),
        Cause.UNEXPECTED_STATUS: message("unexpected HTTP status"),
        Cause.UNEXPECTED_HEADER: message("a header is not as expected"),
        Cause.TEXT_MISSING: message("the page lacks the expected text"),
        Cause.TEXT_FORBIDDEN: message("the page holds text that must not be there; it may be defaced"),
        Cause.UNEXPECTED_RCODE: message("unexpected DNS answer code"),
        Cause.UNEXPECTED_ANSWERS: message("unexpected DNS answers"),
        Cause.NOT_AUTHENTICATED: message("the DNS answer is not authenticated (DNSSEC)"),
        Cause.UNEXPECTED_BANNER: message("the server's greeting is not as expected"),
        Cause.BUSY: message("the number was busy"),
        Cause.NO_ANSWER: message("nobody answered the call"),
        Cause.NO_DIAL_TONE: message("the line has no dial tone"),
        Cause.WRONG_PARTY: message("somebody else answered: a wrong number or a wrong line"),
        Cause.NO_FAX_TONE: message("no fax machine answered: no fax tone"),
        Cause.PERSON_SAID_NO: message("the person who tried it says that it does not work"),
        Cause.NO_SUCH_NUMBER: message("the exchange knows no such number"),
        Cause.CALL_REJECTED: message("the call was rejected"),
        Cause.CONGESTION: message("no way through: the exchange or the trunk is congested"),
        Cause.NO_SERVICE: message("the server answers that it has no service"),
        Cause.CREDENTIALS_REFUSED: message("the server refuses the user name or the password"),
        Cause.NOT_SERVED: message("not measured"),
        Cause.NO_SPEED_SERVER: message("no measurement server answers there; maybe a login page does"),
        Cause.NOT_ENOUGH_BYTES: message("not measured: the byte budget is too small"),
        Cause.TOOL_MISSING: message("not measured: a program is missing"),
        Cause.NO_PERMISSION: message(
            "this program lacks the permission for it; run `kontum-netcheck doctor`"
        ),
        Cause.NO_SOCKET: message("this machine has no socket left for it"),
        Cause.NO_MODEM: message("no modem could be used; run `kontum-netcheck modem test`"),
        Cause.NO_LOCAL_ADDRESS: message("this machine has no address to ask from"),
        Cause.OVERLOADED: message("this machine was too busy to measure it"),
        Cause.OWN_RESOLVER_DOWN: message("this machine's own name server does not resolve names"),
        Cause.NO_NAME_SERVER: message("this machine has no name server configured"),
        Cause.NO_AUTHORITIES: message(
            "this machine keeps no certificate authorities where they are looked for; install ca-certificates"
        ),
        Cause.BUG: message("a fault of this program, not of the site; please report it"),
        Cause.OWN_LINK_DOWN: message("own link down"),
        Cause.DEADLINE: message("the run's deadline came first"),
        Cause.INTERRUPTED: message("the run was interrupted"),
        Cause.QUIET: message("quiet hours"),
        Cause.ONLY_ON_SITE: message("can only be asked at the site"),
        Cause.ANOTHER_LINE: message("this machine is behind another line of the site"),
        Cause.OTHER_VANTAGE: message("asked from certain places only"),
        Cause.NEEDS_A_PERSON: message("a person must try it"),
        Cause.NOT_ASKED_FOR: message("not asked for"),
        Cause.NO_CALLS: message("the inventory forbids to call it (no_calls)"),
        Cause.NUMBER_REFUSED: message("emergency, service and premium numbers are never called"),
        Cause.BUDGET_SPENT: message("the byte budget is used up"),
        Cause.METERED: message("its data volume costs money: measured only with --metered"),
        Cause.NO_SERVER_NAMED: message("the inventory names no speed_server to measure against"),
        Cause.ENOUGH_CALLS: message("as many calls as one run may make are made"),
        Cause.NO_AGENT: message("no agent is there to ask it"),
        Cause.JOB_REFUSED: message("the agent refuses the job"),
        Cause.AGENT_FAILED: message("the agent took the job and never brought an answer"),
    }
)

_STAGE_MATTERS = frozenset({Cause.TIMEOUT, Cause.RESET, Cause.CLOSED, Cause.BAD_REPLY})
"""The causes that can happen at several stages, where the stage tells whom to call."""

_STAGE_IS_PLAIN = frozenset({(Cause.TIMEOUT, Stage.REPLY), (Cause.BAD_REPLY, Stage.REPLY)})

_DETAIL_TELLS = frozenset(
    {
        Cause.NAME_SERVER_FAILED,
        Cause.CERTIFICATE_EXPIRED,
        Cause.CERTIFICATE_NOT_YET_VALID,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.FOREIGN_REDIRECT,
        Cause.UNEXPECTED_STATUS,
        Cause.UNEXPECTED_HEADER,
        Cause.TEXT_MISSING,
        Cause.TEXT_FORBIDDEN,
        Cause.UNEXPECTED_RCODE,
        Cause.UNEXPECTED_ANSWERS,
        Cause.UNEXPECTED_BANNER,
        Cause.BUSY,
        Cause.NO_ANSWER,
        Cause.NO_DIAL_TONE,
        Cause.WRONG_PARTY,
        Cause.NO_FAX_TONE,
        Cause.PERSON_SAID_NO,
        Cause.NO_SUCH_NUMBER,
        Cause.CALL_REJECTED,
        Cause.CONGESTION,
        Cause.NO_SERVICE,
        Cause.CREDENTIALS_REFUSED,
        Cause.NOT_SERVED,
        Cause.NO_SPEED_SERVER,
        Cause.NOT_ENOUGH_BYTES,
        Cause.TOOL_MISSING,
        Cause.BUDGET_SPENT,
        Cause.OTHER_VANTAGE,
        Cause.NO_PERMISSION,
        Cause.NO_MODEM,
        Cause.BUG,
    }
)
"""The causes whose raw text holds what a reader needs: the value that was seen."""

_DETAIL_IS_A_DAY = frozenset({Cause.CERTIFICATE_EXPIRED, Cause.CERTIFICATE_NOT_YET_VALID})


def cause_message(failure: Failure) -> Message:
    """What went wrong, where that is not plain from the cause, and what was seen.

    The raw text is cut and stays data: the reports escape what is dangerous in it.
    """
    if failure.cause is Cause.NO_AGENT and failure.detail:
        return message("no agent at {vantage}", vantage=_seen(failure))
    sentence = CAUSE_WORDS[failure.cause]
    if failure.cause in _STAGE_MATTERS and (failure.cause, failure.stage) not in _STAGE_IS_PLAIN:
        sentence = message("{cause} {stage}", cause=sentence, stage=STAGE_WORDS[failure.stage])
    if failure.detail and failure.cause in _DETAIL_TELLS:
        sentence = message("{sentence}: {detail}", sentence=sentence, detail=_seen(failure))
    return sentence


def _seen(failure: Failure) -> str | date:
    """What was seen, at most `_DETAIL_LENGTH` characters of it; a certificate's day as a day, for the language."""
    seen = failure.detail
    if failure.cause in _DETAIL_IS_A_DAY:
        try:
            return date.fromisoformat(seen)
        except ValueError:
            pass  # no certificate was seen, and OpenSSL's own words stand there
    return seen if len(seen) <= _DETAIL_LENGTH else seen[: _DETAIL_LENGTH - 1] + "…"


_SYSTEM_WORDS: Mapping[int, Message] = MappingProxyType(
    {
        errno.ENOSPC: message("the disk is full"),
        errno.EDQUOT: message("the disk quota is used up"),
        errno.EACCES: message("permission denied"),
        errno.EPERM: message("the system does not permit it"),
        errno.EROFS: message("the disk is read-only"),
        errno.EIO: message("the disk has an input/output error"),
        errno.ENOENT: message("there is no such file or folder"),
        errno.EISDIR: message("it is a folder"),
        errno.ENOTDIR: message("a folder on the way there is a file"),
        errno.EEXIST: message("a file of that name is in the way"),
        errno.ENAMETOOLONG: message("the name is too long"),
        errno.EFBIG: message("the file would be larger than is allowed"),
    }
)


def system_words(error: OSError) -> Message | str:
    """What the system refused, in the reader's language where we have a word for it, else in the system's."""
    return _SYSTEM_WORDS.get(error.errno or 0) or error.strerror or str(error)
