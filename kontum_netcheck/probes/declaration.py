"""What a probe declares of itself: parameters, metrics, default limits, cost. Imports no engine."""

import math
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kontum_netcheck.model import Cost, Limit, Measurement, Message, Metric, WrongValue, message
from kontum_netcheck.net.address import address_of, is_plain_ipv4
from kontum_netcheck.probes.notation import Duration, EndpointId
from kontum_netcheck.probes.vantages import Vantages

if TYPE_CHECKING:
    from kontum_netcheck.net.network import Network


def _pair(value: object) -> object:
    """`5`, `[5]` → `[5, 5]` (beyond 5 blocks); `[5, ~]` stays: beyond 5 only degrades."""
    if isinstance(value, str | int | float):
        return [value, value]
    if isinstance(value, list | tuple) and len(value) == 1:
        return [value[0], value[0]]
    return value


LimitPair = Annotated[tuple[float, float | None], BeforeValidator(_pair)]
"""As typed: `[ready, degraded]`, or one number, or `[ready, ~]`."""


class ProbeParams(BaseModel):
    """What every end point may say besides its probe's own parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    probe: ClassVar[str]  # the name in PROBES, and the key that holds the target

    id: EndpointId | None = Field(
        default=None,
        description="Stands in the check's id instead of a count: small letters, digits, hyphens.",
    )
    limits: dict[str, LimitPair] = Field(default_factory=dict, description="metric: [ready, degraded]")
    optional: bool = Field(default=False, description="Can degrade the line, never block it.")
    valid_for: Duration | None = Field(default=None, description="How long its evidence counts: 24h, 7d.")
    vantage: Vantages = Field(
        default=(), description="The places that ask it: noc, or [noc, dak-to]. Without it, any."
    )
    see: Literal["all", "majority", "any"] = Field(
        default="all", description="From how many of these places it must be in order."
    )

    @property
    @abstractmethod
    def target(self) -> str:
        """What is asked, as people read it: a host, a URL, a name."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Whom packets go to, without ports. Empty: not known beforehand (the system's resolver, say)."""
        return ()

    @model_validator(mode="after")
    def _family_fits(self) -> Self:
        """An address has its own family: another one can never be asked."""
        family = getattr(self, "family", None)
        for host in self.hosts if family else ():
            address = address_of(host)
            if address is not None and address.version != family:
                raise WrongValue(
                    message(
                        "“{value}” is IPv{own}, and family says {family}.",
                        value=host,
                        own=address.version,
                        family=family,
                    ),
                    message("Leave family out: an address has only one."),
                )
        return self

    def only_reached(self) -> Self:
        """The same question without expectations: does one get there at all from here?"""
        return self

    @property
    def stays_on_this_machine(self) -> bool:
        """Whether all packets go to loopback, so that the own link doesn't matter."""
        return bool(self.hosts) and all(_is_loopback(host) for host in self.hosts)


def _is_loopback(host: str) -> bool:
    if is_plain_ipv4(host):
        return host.startswith("127.")
    address = address_of(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _digits(value: object) -> object:
    """Every scalar arrives as text, and a Literal of numbers would not take `"4"`."""
    return int(value) if isinstance(value, str) and value in ("4", "6") else value


Family = Annotated[Literal[4, 6], BeforeValidator(_digits)]
"""As typed: 4 or 6, the Internet Protocol to use."""

P = TypeVar("P", bound=ProbeParams)


@dataclass(frozen=True)
class Probe(Generic[P]):
    """One kind of question. `run` is None where only a person can answer it, `by_person` where one can."""

    name: str
    purpose: Message
    params: type[P]
    metrics: tuple[Metric, ...]
    limits: tuple[Limit, ...]  # the defaults, each with its source
    valid_for: timedelta
    cost: Callable[[P], Cost]
    run: "Callable[[P, Network], Awaitable[Measurement]] | None"
    by_person: bool = False  # its evidence is recorded; a machine may ask it too, but no end point names it

    def metric(self, name: str) -> Metric | None:
        """The declared metric of that name."""
        return next((metric for metric in self.metrics if metric.name == name), None)

    @property
    def limitable(self) -> tuple[str, ...]:
        """The metrics that a limit can be put on."""
        return tuple(metric.name for metric in self.metrics if metric.lower_is_better is not None)


AnyProbe = Probe[Any]


def merged_limits(probe: AnyProbe, *typed: dict[str, LimitPair]) -> tuple[Limit, ...]:
    """The probe's default limits, overridden by what was typed; later mappings win.

    A typed metric must be declared by the probe with a direction (the inventory has checked it).
    """
    limits = {limit.metric: limit for limit in probe.limits}
    for metric_name, (ready, degraded) in _items(typed):
        metric = probe.metric(metric_name)
        assert metric is not None and metric.lower_is_better is not None, metric_name
        worst = math.inf if metric.lower_is_better else -math.inf
        limits[metric_name] = Limit(
            metric_name,
            ready,
            worst if degraded is None else degraded,
            metric.lower_is_better,
            "inventory",
            required=True,
        )
    return tuple(limits.values())


def _items(mappings: Iterable[dict[str, LimitPair]]) -> Iterable[tuple[str, LimitPair]]:
    for mapping in mappings:
        yield from mapping.items()
