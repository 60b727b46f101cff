"""Phones, faxes, whom to call about a site, and what calls are made over: the part of the inventory that rings."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from kontum_netcheck.inventory.fields import Code, Name, Slug, SubscriberNumber, Typed
from kontum_netcheck.inventory.numbers import split_extension
from kontum_netcheck.inventory.service_numbers import reaches_a_service
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.net.address import HostPort, parse_host_port
from kontum_netcheck.probes.calling import RING_FOR_S
from kontum_netcheck.probes.declaration import Family
from kontum_netcheck.probes.notation import SecretName

Via = Literal["manual", "sip", "modem"]
MOST_PER_RUN = 50
GAP_S = 10.0
_USUAL_PORT = 5060
_USUAL_TLS_PORT = 5061


def _extension_apart(key: str) -> Callable[[object], object]:
    """`0260 3862 345 máy lẻ 12` under `key` → the number, and its extension."""

    def take_apart(value: object) -> object:
        typed = value.get(key) if isinstance(value, dict) else None
        if not isinstance(typed, str):
            return value
        number, extension = split_extension(typed)
        return {"extension": extension, **value, key: number} if extension else value  # type: ignore[dict-item]

    return take_apart


class Contact(Typed):
    """Whom to call about a site."""

    name: Name
    phone: SubscriberNumber | None = Field(None, description="As you write it: 0260 3000 001.")
    extension: Code | None = None

    _apart = model_validator(mode="before")(_extension_apart("phone"))


class Phone(Typed):
    """One telephone line."""

    id: Slug = Field(description="Without one: phone-1, phone-2, by order.")
    number: SubscriberNumber = Field(description="As you write it: 0260 3000 002.")
    extension: Code | None = Field(None, description="Behind a switchboard (máy lẻ).")
    carrier: Slug | None = Field(None, description="Id of the carrier.")
    role: Name | None = Field(None, description="duty-room, office …")
    loudspeaker: bool = Field(default=False, description="Calls are heard by the room.")
    via: Via = Field("manual", description="How it is tested: by a person, over a trunk, by a modem.")
    trunk: Slug | None = Field(
        None, description="Id of the trunk, with via: sip; else the carrier's, or the only one."
    )
    no_calls: bool = Field(default=False, description="Never call this number.")
    optional: bool = Field(default=False, description="Can degrade the site, never block it.")

    _apart = model_validator(mode="before")(_extension_apart("number"))


class Fax(Typed):
    """One fax line."""

    id: Slug = Field(description="Without one: fax-1, fax-2, by order.")
    number: SubscriberNumber = Field(description="As you write it: 0260 3000 003.")
    extension: Code | None = Field(None, description="Behind a switchboard (máy lẻ).")
    carrier: Slug | None = Field(None, description="Id of the carrier.")
    transport: Literal["pstn", "g711", "t38"] = Field("pstn", description="How the carrier transports it.")
    via: Via = Field("manual", description="How it is tested: by a person, over a trunk, by a modem.")
    trunk: Slug | None = Field(
        None, description="Id of the trunk, with via: sip; else the carrier's, or the only one."
    )
    no_calls: bool = Field(default=False, description="Never call this number.")
    optional: bool = Field(default=False, description="Can degrade the site, never block it.")

    _apart = model_validator(mode="before")(_extension_apart("number"))


class Trunk(Typed):
    """A SIP trunk or gateway over which lines are called."""

    id: Slug = Field(description="Short name that lines refer to.")
    sip: str = Field(description="host[:port] of the gateway or registrar; IPv6 as [address]:port.")
    transport: Literal["udp", "tcp", "tls"] = "udp"
    family: Family | None = Field(None, description="Only IPv4 (4) or only IPv6 (6).")
    user: SecretName | None = Field(None, description="${NAME}: from the environment.")
    password: SecretName | None = Field(None, description="${NAME}: from the environment.")
    domain: Name | None = Field(None, description="Of sip:number@domain; without one, the host.")
    caller: SubscriberNumber | None = Field(None, description="The number that the called see.")
    carrier: Slug | None = Field(
        None, description="Whose lines are called over it, unless they name a trunk."
    )
    dial: Literal["national", "e164"] = Field("national", description="0260… or +84260…: what it wants.")
    prefix: Annotated[str, Field(pattern=r"^[0-9*#]{0,6}$")] = Field(
        "", description="Dialled in front: 9 for an outside line."
    )

    @field_validator("sip")
    @classmethod
    def _is_a_server(cls, text: str) -> str:
        if text.lower().startswith(("sip:", "sips:")):
            raise WrongValue(
                message("“{value}” is a URI.", value=text),
                message("Write host or host:port, and transport: tls where it is wanted."),
            )
        parse_host_port(text, _USUAL_PORT)
        return text

    @field_validator("prefix")
    @classmethod
    def _is_an_outside_line(cls, text: str) -> str:
        if reaches_a_service(text):
            raise WrongValue(
                message("The prefix {value} reaches a service or emergency number by itself.", value=text),
                message("Write what an outside line needs, such as 9."),
            )
        return text

    @property
    def server(self) -> HostPort:
        """Where it is; without a port the transport's own (RFC 3261, section 19.1.2)."""
        return parse_host_port(self.sip, _USUAL_TLS_PORT if self.transport == "tls" else _USUAL_PORT)


class Calls(Typed):
    """How test calls are made, where they are asked for."""

    gap_s: float = Field(
        default=GAP_S, ge=0, le=3600, allow_inf_nan=False, description="Between two calls of a carrier."
    )
    ring_for_s: float = Field(
        default=RING_FOR_S, gt=0, le=60, allow_inf_nan=False, description="How long a phone rings."
    )
    most_per_run: int = Field(default=MOST_PER_RUN, ge=1, le=1000, description="Calls of one run at most.")


def with_ids(kind: str) -> Callable[[object], object]:
    """A bare number is a line; a line without an id gets one by its place in the list."""

    def fill(value: object) -> object:
        if not isinstance(value, list):
            return value
        return [_with_id(item, f"{kind}-{place}") for place, item in enumerate(value, start=1)]

    return fill


def _with_id(item: Any, usual: str) -> Any:
    if isinstance(item, str):
        return {"id": usual, "number": item}
    return {"id": usual, **item} if isinstance(item, dict) else item


Phones = Annotated[tuple[Phone, ...], BeforeValidator(with_ids("phone"))]
Faxes = Annotated[tuple[Fax, ...], BeforeValidator(with_ids("fax"))]
