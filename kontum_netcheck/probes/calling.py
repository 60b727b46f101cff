"""How a machine tries a phone or a fax: over a SIP trunk or by a modem. Imports no engine before a call is made."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from kontum_netcheck.model import (
    CannotMeasure,
    Cause,
    Cost,
    Failure,
    Measurement,
    MetricValue,
    Stage,
)
from kontum_netcheck.net.address import Family
from kontum_netcheck.probes.http_headers import secrets_of
from kontum_netcheck.probes.notation import SecretName

if TYPE_CHECKING:
    from kontum_netcheck.net.modem import Modem
    from kontum_netcheck.net.network import Network
    from kontum_netcheck.net.sip import Account

RING_FOR_S = 6.0
"""How long a phone rings before the call is taken back: once or twice, for that is proof enough (project)."""
_FAX_RINGS_S = 30.0
"""How long a fax machine may ring before it picks up: most do so after two to five rings (project)."""
_FAX_LISTEN_S = 10.0
"""A CED begins within 1.8 to 2.5 s and lasts 2.6 to 4 s, and then the machine introduces itself (T.30)."""
_SIP_WAIT_S = 32.0  # RFC 3261, timer B
_SIP_PACKETS = 12
_SIP_PACKET_BYTES = 900
_FRAMES_PER_S, _FRAME_BYTES = 50, 200  # G.711 with the headers of RTP, UDP and IP
_MODEM_S = 75.0
_PAGE_S = 90.0  # at 2,400 bit/s
_FORBIDDEN = 403
_REFUSED = frozenset({Cause.CONGESTION, Cause.CALL_REJECTED})
_REACHED = frozenset({"ring", "answered"})
_NOT_THE_LINE = frozenset(
    {
        Cause.TIMEOUT,
        Cause.NO_SERVICE,
        Cause.CREDENTIALS_REFUSED,
        Cause.REFUSED,
        Cause.RESET,
        Cause.CLOSED,
        Cause.NETWORK_UNREACHABLE,
        Cause.HOST_UNREACHABLE,
        Cause.PROHIBITED,
        Cause.NO_SUCH_NAME,
        Cause.NO_ADDRESS,
        Cause.NAME_SERVER_FAILED,
        Cause.TLS_FAILED,
        Cause.CERTIFICATE_EXPIRED,
        Cause.CERTIFICATE_NOT_YET_VALID,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.BAD_REPLY,
        Cause.TOO_LARGE,
    }
)
"""The trunk failed, and the line behind it was never reached: nobody knows how it is."""


class Way(BaseModel):
    """By what a line is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ring_for_s: float = RING_FOR_S


class SipWay(Way):
    """Over a trunk of the inventory."""

    kind: Literal["sip"] = "sip"
    trunk: str  # its id
    host: str
    port: int
    transport: Literal["udp", "tcp", "tls"] = "udp"
    family: Family | None = None
    user: SecretName | None = None
    password: SecretName | None = None
    domain: str | None = None
    caller: str | None = None  # as it is sent
    dialled: str  # as the trunk wants it
    voice_s: float = 0.0  # how long to speak with a number that sends back what it hears; 0: not at all

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whom packets go to."""
        return (self.host,)

    def missing_secrets(self, env: Mapping[str, str]) -> tuple[str, ...]:
        """The environment variables that aren't set."""
        return tuple(name for name in self._secret_names if not env.get(name))

    def broken_secrets(self, env: Mapping[str, str]) -> tuple[str, ...]:
        """The environment variables that hold a line break or another control character: none can be sent."""
        return tuple(name for name in self._secret_names if not env.get(name, "").isprintable())

    @property
    def _secret_names(self) -> tuple[str, ...]:
        return tuple(ref.name for ref in (self.user, self.password) if ref is not None)


class ModemWay(Way):
    """By the modem at hand, which the inventory doesn't know."""

    kind: Literal["modem"] = "modem"
    dialled: str  # national
    page: tuple[str, ...] = ()  # what stands on the page that a fax is sent; none is sent without

    @property
    def hosts(self) -> tuple[str, ...]:
        """Nobody: a modem has a line of its own."""
        return ()


class Called(Protocol):
    """The parameters of a phone or fax, as far as a machine needs them."""

    @property
    def way(self) -> SipWay | ModemWay | None:
        """By what it is called."""


def cost_of_call(params: Called) -> Cost:
    """One call that rings once or twice; nothing where a person makes it."""
    rings_s = params.way.ring_for_s if params.way else 0.0
    return _cost(params, _SIP_WAIT_S + rings_s)


def cost_of_fax(params: Called) -> Cost:
    """One call until a fax machine has made itself known; nothing where a person makes it."""
    return _cost(params, _SIP_WAIT_S + _FAX_RINGS_S + _FAX_LISTEN_S)


def _cost(params: Called, over_sip_s: float) -> Cost:
    match params.way:
        case SipWay() as way:
            frames_count = round(2 * way.voice_s * _FRAMES_PER_S)  # there and back
            return Cost(
                _SIP_PACKETS + frames_count,
                _SIP_PACKETS * _SIP_PACKET_BYTES + frames_count * _FRAME_BYTES,
                over_sip_s + way.voice_s,
            )
        case ModemWay() as way:
            return Cost(duration_s=_MODEM_S + (_PAGE_S if way.page else 0.0))
    return Cost()


async def try_phone(params: Called, network: "Network") -> Measurement:
    """Let it ring, and put down. Raises CannotMeasure where the line was never reached.

    Broken off, it clears the call and says what is known so far.
    """
    match params.way:
        case SipWay() as way:
            return await _over_trunk(way, network, ring_for_s=way.ring_for_s, listen_s=0.0)
        case ModemWay() as way:
            return await _by_modem(network, lambda modem: modem.call(way.dialled, ring_for_s=way.ring_for_s))
    raise _nobody_to_call()


async def try_fax(params: Called, network: "Network") -> Measurement:
    """Call it and listen for a fax machine; what is answered without a tone is none. As `try_phone` otherwise."""
    match params.way:
        case SipWay() as way:
            wait_s = max(way.ring_for_s, _FAX_RINGS_S)
            return fax_result(await _over_trunk(way, network, ring_for_s=wait_s, listen_s=_FAX_LISTEN_S))
        case ModemWay() as way:
            return await _by_modem(network, lambda modem: _fax_call(way, modem))
    raise _nobody_to_call()


def _fax_call(way: ModemWay, modem: "Modem") -> Awaitable[Measurement]:
    if not way.page:
        return modem.call_fax(way.dialled)
    from kontum_netcheck.net.modem.page import Page

    return modem.send_page(way.dialled, Page(way.page))


def fax_result(found: Measurement) -> Measurement:
    """What a call says of a fax: a machine picks up by itself, and makes itself known by a tone."""
    result = found.metrics.get("result")
    if found.failure is not None or result not in _REACHED:
        return found
    if result == "answered":
        return replace(
            found, failure=Failure(Stage.REPLY, Cause.NO_FAX_TONE, "answered, and no tone was heard")
        )
    return replace(found, failure=Failure(Stage.REPLY, Cause.NO_ANSWER, "it rang, and no machine picked up"))


async def _over_trunk(way: SipWay, network: "Network", *, ring_for_s: float, listen_s: float) -> Measurement:
    from kontum_netcheck.net.sip import ring, voice

    known: dict[str, MetricValue] = {"method": "sip", "trunk": way.trunk}
    try:
        account = account_of(way)
        if way.voice_s:
            found = await voice(network, account, way.dialled, seconds=way.voice_s, on_progress=known.update)
        else:
            found = await ring(
                network,
                account,
                way.dialled,
                ring_for_s=ring_for_s,
                listen_s=listen_s,
                on_progress=known.update,
            )
    except asyncio.CancelledError:  # the call is cleared: what is known of it is kept
        return Measurement(known, Failure(Stage.REPLY, Cause.INTERRUPTED))
    except CannotMeasure as fault:
        raise CannotMeasure(fault.failure, known | fault.metrics) from fault
    failure = found.failure
    if failure is not None and _is_of_the_trunk(failure, found.metrics.get("status")):
        detail = f"trunk {way.trunk}: {failure.detail or failure.cause.value}"
        raise CannotMeasure(Failure(failure.stage, failure.cause, detail), known | dict(found.metrics))
    return Measurement(known | dict(found.metrics), failure)


def _is_of_the_trunk(failure: Failure, status: MetricValue | None) -> bool:
    """A fault of the trunk is none of the line: nor is what a server says of itself (5xx) or of us (403)."""
    is_status = isinstance(status, int) and (status == _FORBIDDEN or 500 <= status < 600)
    return failure.cause in _NOT_THE_LINE or (is_status and failure.cause in _REFUSED)


async def _by_modem(network: "Network", call: Callable[["Modem"], Awaitable[Measurement]]) -> Measurement:
    known: dict[str, MetricValue] = {"method": "modem"}
    try:
        return await call(_modem(network))
    except asyncio.CancelledError:  # the line is put down: that it was called is kept
        return Measurement(known, Failure(Stage.REPLY, Cause.INTERRUPTED))
    except CannotMeasure as fault:  # a machine tried it, and no person, whoever is at fault
        raise CannotMeasure(fault.failure, known | fault.metrics) from fault


def account_of(way: SipWay) -> "Account":
    """With the secrets from the environment. Raises CannotMeasure where one isn't set or can't be sent."""
    from kontum_netcheck.net.sip import Account

    named = {"user": way.user, "password": way.password}
    secrets = secrets_of({name: ref for name, ref in named.items() if ref is not None}, os.environ)
    return Account(
        host=way.host,
        port=way.port,
        transport=way.transport,
        family=way.family,
        user=secrets[way.user] if way.user else None,
        password=secrets[way.password] if way.password else None,
        domain=way.domain,
        caller=way.caller,
    )


def _modem(network: "Network") -> "Modem":
    from kontum_netcheck.net.modem import Modem, choose, ports

    options = network.options
    return Modem(choose(ports(), options.modem_device), prefix=options.modem_prefix)


def _nobody_to_call() -> CannotMeasure:
    return CannotMeasure(Failure(Stage.PLAN, Cause.NEEDS_A_PERSON))
