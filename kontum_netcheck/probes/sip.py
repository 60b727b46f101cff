"""Does a SIP gateway or trunk answer, how fast, and does it take our user name and password."""

import math
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from kontum_netcheck.model import (
    Cost,
    Failure,
    Limit,
    Measurement,
    Metric,
    MetricValue,
    WrongValue,
    message,
)
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, HostPort, address_of, check_host, parse_host_port
from kontum_netcheck.probes.declaration import Family, Probe, ProbeParams
from kontum_netcheck.probes.http_headers import secrets_of
from kontum_netcheck.probes.notation import SecretRef
from kontum_netcheck.probes.provenance import PROVENANCE

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network
    from kontum_netcheck.net.sip import Account

_MESSAGE_BYTES = 700
_HANDSHAKE_BYTES = 8_000  # TLS certificates and TCP's own packets, roughly
_REGISTER_MESSAGES = 12  # asked, registered and taken back, each once more with credentials
_T1_MS = 500.0

_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


class SipParams(ProbeParams):
    """A SIP server to ask by OPTIONS. Any final answer but 503 proves the path."""

    model_config = ConfigDict(populate_by_name=True)  # `register` is a name of pydantic's own
    probe: ClassVar[str] = "sip"

    sip: str = Field(
        description="host or host:port, IPv6 as [address]:port; the port is 5060, over TLS 5061."
    )
    transport: Literal["udp", "tcp", "tls"] = "udp"
    timeout_s: float = Field(
        default=10.0, gt=0, le=32, description="For the connection, and again for each answer."
    )
    family: Family | None = Field(default=None, description="Only IPv4 (4) or only IPv6 (6).")
    user: SecretRef | None = Field(default=None, description="User name, as ${NAME} from the environment.")
    password: SecretRef | None = Field(default=None, description="Its password, as ${NAME}.")
    domain: str | None = Field(default=None, description="Of the user's address; without it, the host.")
    register_: bool = Field(
        default=False, alias="register", description="Also ask the registrar whether it takes the user."
    )

    @field_validator("sip")
    @classmethod
    def _is_host(cls, text: str) -> str:
        parse_host_port(text, _PORTS["udp"])
        return text

    @field_validator("domain")
    @classmethod
    def _is_domain(cls, text: str | None) -> str | None:
        if text is not None:
            check_host(text)
        return text

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise WrongValue(message("A user name and a password go together: write both, or neither."))
        if self.register_ and self.user is None:
            raise WrongValue(
                message("To register, a user name and a password are needed."),
                message("Write user: ${{NAME}} and password: ${{NAME}}, and set both in the environment."),
            )
        return self

    @property
    def host_port(self) -> HostPort:
        """The target, taken apart."""
        return parse_host_port(self.sip, _PORTS[self.transport])

    @property
    def target(self) -> str:
        """The server, as typed."""
        return self.sip

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whom packets go to."""
        return (self.host_port.host,)

    def only_reached(self) -> Self:
        """Any answer will do, whoever asks."""
        return self.model_copy(update={"user": None, "password": None, "register_": False})


def _cost(params: SipParams) -> Cost:
    """Every message repeated as often as the timeout allows; a look-up and a handshake where there are any."""
    looks_up = address_of(params.host_port.host) is None
    repeated = 1 if params.transport != "udp" else 2 + math.ceil(params.timeout_s / 4)
    messages_count = (4 if params.user else 2) + (_REGISTER_MESSAGES if params.register_ else 0)
    handshake_bytes = 0 if params.transport == "udp" else _HANDSHAKE_BYTES
    waits = (1 if params.transport == "udp" else 2) + (3 if params.register_ else 0)
    return Cost(
        packets_count=messages_count * repeated + handshake_bytes // 1_000,
        bytes_count=messages_count * repeated * _MESSAGE_BYTES + handshake_bytes,
        duration_s=params.timeout_s * waits + (LOOKUP_TIMEOUT_S if looks_up else 0.0),
    )


async def run(params: SipParams, network: "Network") -> Measurement:
    """Ask by OPTIONS, and where it is wanted by REGISTER. Raises CannotMeasure where the fault is ours."""
    from kontum_netcheck.net.sip import options, register

    secrets = _secrets(params)
    account = _account(params, secrets)
    measured = await options(network, account, timeout_s=params.timeout_s)
    if params.register_ and measured.failure is None:
        registered = await register(network, account, timeout_s=params.timeout_s)
        named = {"status": "register_status", "bindings_count": "bindings_count"}
        more = {name: registered.metrics[key] for key, name in named.items() if key in registered.metrics}
        measured = Measurement({**measured.metrics, **more}, registered.failure)
    return _without(secrets, measured)


def _secrets(params: SipParams) -> dict[SecretRef, str]:
    wanted = {"user": params.user, "password": params.password}
    return secrets_of({name: ref for name, ref in wanted.items() if ref is not None}, os.environ)


def _account(params: SipParams, secrets: Mapping[SecretRef, str]) -> "Account":
    from kontum_netcheck.net.sip import Account

    return Account(
        host=params.host_port.host,
        port=params.host_port.port,
        transport=params.transport,
        family=params.family,
        user=secrets[params.user] if params.user else None,
        password=secrets[params.password] if params.password else None,
        domain=params.domain,
    )


def _without(secrets: Mapping[SecretRef, str], measured: Measurement) -> Measurement:
    """What came back, with `${NAME}` wherever the server repeats a secret."""

    def masked(text: str) -> str:
        for reference, secret in secrets.items():
            text = text.replace(secret, str(reference))
        return text

    failure = measured.failure
    metrics: dict[str, MetricValue] = {
        name: masked(value) if name == "server" and isinstance(value, str) else value
        for name, value in measured.metrics.items()
    }
    return Measurement(metrics, failure and Failure(failure.stage, failure.cause, masked(failure.detail)))


SIP = Probe(
    name="sip",
    purpose=message("whether a SIP gateway or trunk answers, and takes our user name and password"),
    params=SipParams,
    metrics=(
        Metric("resolve_ms", message("time to look the name up (ms)"), lower_is_better=True),
        Metric("connect_ms", message("time to connect (ms)"), lower_is_better=True),
        Metric("tls_ms", message("TLS handshake (ms)"), lower_is_better=True),
        Metric("wait_ms", message("wait for the first answer (ms)"), lower_is_better=True),
        Metric("late_ms", message("at most that much of these times was our own lateness (ms)")),
        Metric("status", message("SIP status")),
        Metric("retransmit_count", message("requests repeated"), lower_is_better=True),
        Metric("server", message("what the server calls itself")),
        Metric("certificate_days_left", message("certificate valid for (days)"), lower_is_better=False),
        Metric("register_status", message("SIP status of the registration")),
        Metric("bindings_count", message("telephones registered there")),
        *PROVENANCE,
    ),
    limits=(
        Limit("wait_ms", _T1_MS, math.inf, True, "RFC 3261, T1: later, telephones repeat what they sent"),
        Limit("certificate_days_left", 30.0, 0.0, False, "this project's own policy"),
    ),
    valid_for=timedelta(hours=24),
    cost=_cost,
    run=run,
)
