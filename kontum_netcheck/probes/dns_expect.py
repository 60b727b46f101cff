"""What a DNS answer must be, as typed in the inventory, and what is wrong with one that isn't."""

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from kontum_netcheck.model import Cause, Failure, Stage, WrongValue, message
from kontum_netcheck.net.address import address_of

if TYPE_CHECKING:
    from kontum_netcheck.net.dns import Answer

_USUAL_RCODES = frozenset({"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "NOTAUTH"})
_SHOWN_LENGTH = 120


def _listed(value: object) -> object:
    """One answer may stand without brackets."""
    return [value] if isinstance(value, str) else value


Answers = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class DnsExpect(BaseModel):
    """What the answer must be. Records as `dig +short` prints them; case and a final dot don't matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rcode: str | None = Field(default=None, description="NOERROR, NXDOMAIN, SERVFAIL, REFUSED …")
    answers: Answers | None = Field(default=None, description="Exactly these, in any order; [] for none.")
    contains: Answers = Field(default=(), description="At least these.")
    authenticated: bool = Field(default=False, description="The server must vouch for it by DNSSEC (AD).")

    @field_validator("rcode")
    @classmethod
    def _is_rcode(cls, text: str | None) -> str | None:
        rcode = text.upper() if text else None
        if rcode is not None and rcode not in _USUAL_RCODES:
            known = ", ".join(sorted(_USUAL_RCODES))
            raise WrongValue(
                message("“{value}” is not a DNS response code.", value=text),
                message("Write one of {known}.", known=known),
            )
        return rcode


def unmet(expect: DnsExpect, rdtype: str, answer: "Answer") -> Failure | None:
    """What is wrong with an answer, the most telling first; None where it is as it must be.

    Without an expected code only NOERROR will do, and without expected records at least one must be there.
    """
    from kontum_netcheck.net.dns import failure_of_rcode

    if expect.rcode is None:
        if (failure := failure_of_rcode(answer)) is not None:
            return failure
    elif answer.rcode != expect.rcode:
        return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_RCODE, answer.rcode)
    if not _are_expected(expect, rdtype, answer.answers):
        return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_ANSWERS, _shown(answer.answers))
    if not answer.answers and expect.answers is None and answer.rcode == "NOERROR":
        return _nothing_there(rdtype)
    if expect.authenticated and not answer.authenticated:
        return Failure(Stage.EXPECTATION, Cause.NOT_AUTHENTICATED)
    return None


def _are_expected(expect: DnsExpect, rdtype: str, answers: tuple[str, ...]) -> bool:
    """Whether exactly the expected records came, and among them those that must be."""
    if expect.answers is None and not expect.contains:
        return True
    said = {_normal(rdtype, text) for text in answers}
    if expect.answers is not None and said != {_normal(rdtype, text) for text in expect.answers}:
        return False
    return {_normal(rdtype, text) for text in expect.contains} <= said


def _nothing_there(rdtype: str) -> Failure:
    """The name exists, but has no record of this type (NODATA)."""
    if rdtype in ("A", "AAAA"):
        return Failure(Stage.RESOLVE, Cause.NO_ADDRESS, f"no {rdtype} record")
    return Failure(Stage.EXPECTATION, Cause.UNEXPECTED_ANSWERS, f"no {rdtype} record")


def _normal(rdtype: str, text: str) -> str:
    """A record without what doesn't matter: case, final dots, spaces, the way to write an address."""
    if rdtype == "TXT":
        return text
    if (address := address_of(text.strip())) is not None:
        return str(address)
    return " ".join(word.rstrip(".") for word in text.casefold().split())


def _shown(answers: tuple[str, ...]) -> str:
    return ", ".join(answers)[:_SHOWN_LENGTH] or "no records"
