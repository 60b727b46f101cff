"""End points as people type them: short forms, one probe each, limits that fit, defaults from profiles."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    ModelWrapValidatorHandler,
    Tag,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from kontum_netcheck.inventory.fields import did_you_mean, located
from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import AnyProbe, LimitPair, ProbeParams

ASKABLE: Mapping[str, AnyProbe] = {name: probe for name, probe in PROBES.items() if not probe.by_person}
"""The probes that an end point can name."""

_TAG_OF = {name: f"({name})" for name in ASKABLE}
TAGS: Mapping[str, str] = {tag: name for name, tag in _TAG_OF.items()}
"""How pydantic's error locations name the probe of an end point: like no key of an inventory."""

_LIMITS = TypeAdapter(dict[str, LimitPair])
_STAND_INS = ("host.example", "host.example:443", "https://host.example/")


def _whole_form(value: object) -> object:
    """A bare URL is an HTTP end point, other bare text a host to ping. Raises WrongValue: not one probe."""
    if isinstance(value, str):
        return {"http": value} if value.startswith(("http://", "https://")) else {"ping": value}
    if isinstance(value, dict):
        named = [key for key in value if key in ASKABLE]
        if len(named) != 1:
            raise _not_one_probe(value, named)
    elif not isinstance(value, ProbeParams):
        raise WrongValue(
            message("This is not an end point."),
            message("Write a host, a URL, or {{ping: host, count: 20}}."),
        )
    return value


def _not_one_probe(value: Mapping[str, object], named: list[str]) -> WrongValue:
    known = ", ".join(ASKABLE)
    if named:
        return WrongValue(
            message("An end point asks one question, and this one names {probes}.", probes=", ".join(named)),
            message("Make an end point of each."),
        )
    for key in value:
        if key in PROBES:
            return WrongValue(
                message("The probe {probe} is asked of a person, not of an end point.", probe=key),
                message("Put it under phones, faxes or checklist."),
            )
    near = next((found for key in value if (found := nearest(key, ASKABLE))), None)
    return WrongValue(
        message("This end point names no probe: the key of the target is one of {known}.", known=known),
        did_you_mean(near),
    )


def _tag(value: object) -> str | None:
    if isinstance(value, ProbeParams):
        return _TAG_OF[value.probe]
    return next((_TAG_OF[key] for key in value if key in _TAG_OF), None) if isinstance(value, dict) else None


def _checked(value: Any, handler: ModelWrapValidatorHandler[ProbeParams]) -> ProbeParams:
    """The end point, if its limits fit too; what is wrong with them is told beside all else that is wrong."""
    try:
        params = handler(value)
    except ValidationError as error:
        tag = _tag(value)
        limits = value.get("limits") if tag and isinstance(value, dict) else None
        raise _joined(error, _limits_as_typed(TAGS[tag], limits) if tag else [], tag) from None
    if params.limits and (wrong := _wrong_limits(PROBES[params.probe], params.limits)):
        raise located(*wrong)
    return params


Located = tuple[tuple[str | int, ...], WrongValue]


def _limits_as_typed(probe_name: str, limits: object) -> list[Located]:
    """What is wrong with limits whose end point is wrong elsewhere."""
    try:
        return _wrong_limits(PROBES[probe_name], _LIMITS.validate_python(limits))
    except ValidationError:
        return []  # pydantic has said so already


def _joined(error: ValidationError, wrong: Iterable[Located], tag: str | None) -> ValidationError:
    own = located(*(((tag, *loc) if tag else loc, problem) for loc, problem in wrong))
    return ValidationError.from_exception_data(
        "inventory",
        [
            InitErrorDetails(type=line["type"], loc=line["loc"], input=line["input"], ctx=line.get("ctx", {}))
            for line in (*error.errors(include_url=False), *own.errors(include_url=False))
        ],
    )


def _wrong_limits(probe: AnyProbe, limits: Mapping[str, LimitPair]) -> list[Located]:
    """Each limit stands on a metric that the probe declares, in the order of the metric's direction."""
    return [
        (("limits", metric), error)
        for metric, pair in limits.items()
        if (error := _wrong_limit(probe, metric, pair))
    ]


def _wrong_limit(probe: AnyProbe, metric_name: str, pair: LimitPair) -> WrongValue | None:
    metric = probe.metric(metric_name)
    if metric is None or metric.lower_is_better is None:
        problem = message(
            "The probe {probe} has no metric {metric} to limit.", probe=probe.name, metric=metric_name
        )
        near = nearest(metric_name, probe.limitable)
        return WrongValue(
            problem, did_you_mean(near) or message("It has {known}.", known=", ".join(probe.limitable))
        )
    ready, degraded = pair
    if not all(math.isfinite(value) for value in pair if value is not None):
        return WrongValue(
            message("A limit is a finite number."), message("Write ~ for “only degrades, never blocks”.")
        )
    if degraded is not None and (degraded < ready if metric.lower_is_better else degraded > ready):
        smaller = message("lower is better") if metric.lower_is_better else message("higher is better")
        return WrongValue(
            message(
                "The limits of {metric} stand in the wrong order ({direction}).",
                metric=metric_name,
                direction=smaller,
            ),
            message("Write [{ready}, {degraded}]: ready, then degraded.", ready=degraded, degraded=ready),
        )
    return None


if TYPE_CHECKING:
    Endpoint = ProbeParams
else:
    Endpoint = Annotated[
        Union[tuple(Annotated[probe.params, Tag(_TAG_OF[name])] for name, probe in ASKABLE.items())],  # noqa: UP007
        Discriminator(_tag),
        WrapValidator(_checked),
        BeforeValidator(_whole_form),
    ]


class ProbeDefaults(BaseModel):
    """Parameters and limits for every end point of one probe, where the end point itself doesn't say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    probe: str
    params: dict[str, Any]  # as typed; checked, and given their types together with an end point's own

    @model_validator(mode="before")
    @classmethod
    def _from_one_mapping(cls, value: object, info: ValidationInfo) -> object:
        """`{probe: ping, count: 20}` → the probe, and its checked parameters."""
        if not isinstance(value, dict):
            return value
        params = {key: param for key, param in value.items() if key != "probe"}
        probe = ASKABLE.get(value["probe"]) if isinstance(value["probe"], str) else None
        if probe is None:
            known = ", ".join(ASKABLE)
            problem = message(
                "There is no probe {probe} here; there are {known}.", probe=value["probe"], known=known
            )
            raise located(
                (("probe",), WrongValue(problem, did_you_mean(nearest(str(value["probe"]), ASKABLE))))
            )
        for key in (probe.name, "id"):
            if key in params:
                problem = message("{key} belongs to one end point, and these are defaults for many.", key=key)
                raise located(
                    ((key,), WrongValue(problem, message("Leave out either {key} or probe.", key=key)))
                )
        _check_defaults(probe, params, info.context)
        return {"probe": probe.name, "params": params}


def _check_defaults(probe: AnyProbe, params: dict[str, Any], context: dict[str, Any] | None) -> None:
    """Try the parameters on a stand-in for a target. Raises ValidationError."""
    wrong_limits = _limits_as_typed(probe.name, params.get("limits", {}))
    for stand_in in _STAND_INS:
        try:
            probe.params.model_validate({**params, probe.name: stand_in}, context=context)
        except ValidationError as error:
            if any(line["loc"] == (probe.name,) for line in error.errors(include_url=False)):
                continue
            raise _joined(error, wrong_limits, None) from None
        break
    if wrong_limits:
        raise located(*wrong_limits)


def _profile_tag(value: object) -> str:
    defaults = isinstance(value, ProbeDefaults) or (isinstance(value, dict) and "probe" in value)
    return "(defaults)" if defaults else "(endpoint)"


ProfileCheck = Annotated[
    Annotated[ProbeDefaults, Tag("(defaults)")] | Annotated[Endpoint, Tag("(endpoint)")],
    Discriminator(_profile_tag),
]
"""Defaults for a probe, or with a target an end point that every line of the profile has."""

LOCATION_TAGS = frozenset({*TAGS, "(defaults)", "(endpoint)", "[key]"})
"""What pydantic puts into error locations and no inventory holds."""


def effective(
    endpoints: Iterable[ProbeParams], checks: Iterable["ProbeDefaults | ProbeParams"]
) -> tuple[ProbeParams, ...]:
    """The end points and then the profile's own, each with what the profile says of its probe.

    What the end point says itself wins; limits are merged metric by metric. Raises ValidationError where the
    two don't go together.
    """
    checks = tuple(checks)
    defaults = [check for check in checks if isinstance(check, ProbeDefaults)]
    additional = [check for check in checks if isinstance(check, ProbeParams)]
    return tuple(_with_defaults(endpoint, defaults) for endpoint in (*endpoints, *additional))


def _with_defaults(endpoint: ProbeParams, defaults: Iterable[ProbeDefaults]) -> ProbeParams:
    params: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for default in defaults:
        if default.probe == endpoint.probe:
            params |= default.params
            limits |= default.params.get("limits") or {}
    if not params:
        return endpoint
    own = {name: getattr(endpoint, name) for name in endpoint.model_fields_set}
    return type(endpoint).model_validate({**params, **own, "limits": {**limits, **endpoint.limits}})
