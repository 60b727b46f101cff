"""A job: some checks of a run, as plain JSON on its way to an agent. docs/job.schema.json is made from this.

A job is data and never code: it may ask what the probes declare, each with the parameters that its own model takes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kontum_netcheck import __version__
from kontum_netcheck.agents.refusal import JobRefused
from kontum_netcheck.model import Check, LimitsInForce, Message, Run, ServiceKind, WrongValue, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.store.entries import encode

T = TypeVar("T")
FORMAT: Literal["kontum-netcheck/job"] = "kontum-netcheck/job"
JOB_VERSION: Literal[1] = 1
"""Rises where an older agent would measure something else than was meant: a new field, another default."""
MOST_CHECKS_COUNT = 200
USUAL_CHECKS_COUNT = 50
_MOST_BYTES = 2_000_000

_ALONE = frozenset({"bandwidth", "call", "fax", "modem", "manual"})
"""What has a turn, or wants a person: never sent."""
_JUDGING = {"id", "limits", "optional", "valid_for", "vantage", "see"}
"""Parameters that say nothing of how to ask."""
_OWN_VARIABLE = re.compile(r"\$\{(?:PG|KONTUM_NETCHECK_)\w*\}")
"""The agent's own secrets, its way into the database above all, must be sent to nobody."""

Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Params = Annotated[dict[str, Any], Field(max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobRun(_Part):
    """The run that the checks belong to, as its sender has kept it."""

    id: Name
    inventory: str = Field(default="", max_length=4_000, description="Its path, as its user gave it.")
    inventory_hash: Hash | Literal[""]
    started_at: AwareDatetime


class JobReference(_Part):
    """The inventory's end point that should always answer: by it an agent knows its own link."""

    probe: Name
    params: Params


class JobCheck(_Part):
    """One question. `limits_id` is the entry of the limits in force, which stand in the store."""

    id: Name
    site_id: Name
    service_id: Name
    kind: ServiceKind
    probe: Name
    target: str = Field(max_length=4_000)
    params: Params = Field(
        description="As in the inventory, without limits; what is left out has its default."
    )
    limits_id: Hash | Literal[""]


class Job(_Part):
    """Some checks of one run, for one vantage or for any."""

    format: Literal["kontum-netcheck/job"] = FORMAT
    version: Literal[1] = JOB_VERSION
    tool_version: Name = Field(description="Of the program that sent it.")
    run: JobRun
    vantage: Name | None = Field(description="Where it is to be asked from; null: anywhere.")
    operator: str = Field(default="", max_length=300)
    deadline_at: AwareDatetime | None = Field(
        default=None, description="What is not answered by then is not wanted."
    )
    every_s: float | None = Field(
        default=None, ge=1, le=86_400 * 31, description="Sent again and again, so often."
    )
    series: str = Field(default="", max_length=300, description="What is sent again and again, by one name.")
    rate_per_s: float = Field(default=1000.0, ge=0, description="New probes a second, at most; 0: no limit.")
    max_pps: int = Field(default=1000, ge=0, description="Echoes a second over all hosts; 0: no limit.")
    reference: JobReference | None = None
    checks: tuple[JobCheck, ...] = Field(min_length=1, max_length=MOST_CHECKS_COUNT)

    def as_json(self) -> dict[str, Any]:
        """As it is sent: plain JSON, without what has its default."""
        written = self.model_dump(mode="json", exclude_defaults=True)
        return {"format": self.format, "version": self.version, **written}


def job_of(
    run: Run,
    checks: Sequence[Check],
    vantage: str | None,
    *,
    deadline_at: datetime | None = None,
    every_s: float | None = None,
    series: str = "",
    rate_per_s: float = 1000.0,
    max_pps: int = 1000,
    reference: ProbeParams | None = None,
) -> Job:
    """The job that asks these checks from a vantage (None: any): at most `MOST_CHECKS_COUNT`, each `can_be_sent`."""
    limits_ids = {limits: encode(limits).id for limits in {LimitsInForce.of(check) for check in checks}}
    return Job(
        tool_version=__version__,
        run=JobRun(
            id=run.id,
            inventory=run.inventory,
            inventory_hash=run.inventory_hash,
            started_at=run.started_at.astimezone(UTC),
        ),
        vantage=vantage,
        operator=run.operator,
        deadline_at=deadline_at,
        every_s=every_s,
        series=series,
        rate_per_s=rate_per_s,
        max_pps=max_pps,
        reference=JobReference(probe=reference.probe, params=_typed(reference)) if reference else None,
        checks=tuple(_job_check(check, limits_ids[LimitsInForce.of(check)]) for check in checks),
    )


def can_be_sent(check: Check) -> bool:
    """Whether an agent may ask it: nothing that has a turn, wants a person or a machine at the site, or is left out."""
    return check.skip is None and check.turn is None and check.probe not in _ALONE


def batches(checks: Sequence[T], count: int = USUAL_CHECKS_COUNT) -> Iterator[Sequence[T]]:
    """The checks, or what stands for one each, in as many as go into one job."""
    for start in range(0, len(checks), count):
        yield checks[start : start + count]


def read_job(value: object) -> Job:
    """The job of such JSON. JobRefused where it is none, is of a version that is not known, or is too large."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise JobRefused(message("This is no job of kontum-netcheck."))
    if value.get("version") != JOB_VERSION:
        raise JobRefused(
            message(
                "The job has version {found}, sent by kontum-netcheck {sender}; this agent is kontum-netcheck {own}"
                " and knows version {known}. Install the same on both.",
                found=str(value.get("version"))[:40],
                sender=str(value.get("tool_version"))[:40],
                own=__version__,
                known=JOB_VERSION,
            )
        )
    try:
        if len(json.dumps(value)) > _MOST_BYTES:
            raise JobRefused(message("The job is larger than {most} bytes.", most=_MOST_BYTES))
        return Job.model_validate_json(json.dumps(value))
    except (ValidationError, RecursionError, ValueError) as fault:
        raise JobRefused(_not_by_schema("job", fault)) from None


def checks_of(job: Job) -> tuple[Check, ...]:
    """Its questions, their parameters checked by each probe's own model. JobRefused where one can't be asked.

    Without limits: who measures does not judge.
    """
    checks = tuple(_check(each) for each in job.checks)
    if len({check.id for check in checks}) < len(checks):
        raise JobRefused(message("A check stands twice in the job."))
    return checks


def reference_of(job: Job) -> ProbeParams | None:
    """The end point by which our own link is known. JobRefused where it can't be asked."""
    return None if job.reference is None else _params(job.reference.probe, job.reference.params, "reference")


def _job_check(check: Check, limits_id: str) -> JobCheck:
    return JobCheck(
        id=check.id,
        site_id=check.site_id,
        service_id=check.service_id,
        kind=check.kind,
        probe=check.probe,
        target=check.target,
        params=_typed(check.params),
        limits_id=limits_id,
    )


def _typed(params: ProbeParams) -> dict[str, Any]:
    """Parameters as they are typed in an inventory: of a secret only `${NAME}`."""
    return params.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_JUDGING)


def _check(each: JobCheck) -> Check:
    params = _params(each.probe, each.params, each.id)
    starts = f"{each.site_id}/{each.service_id}/{each.probe}"
    if each.target != params.target or not f"{each.id}/".startswith(f"{starts}/"):
        raise JobRefused(message("{check}: its id or target is not that of its parameters.", check=each.id))
    return Check(
        id=each.id,
        site_id=each.site_id,
        service_id=each.service_id,
        kind=each.kind,
        probe=each.probe,
        target=each.target,
        params=params,
        limits=(),
        valid_for=timedelta(0),
        cost=PROBES[each.probe].cost(params),
    )


def _params(probe_name: str, typed: Mapping[str, Any], where: str) -> ProbeParams:
    probe = PROBES.get(probe_name)
    if probe is None or probe.run is None or probe_name in _ALONE:
        raise JobRefused(message("{where}: no agent asks {probe}.", where=where[:300], probe=probe_name[:40]))
    if (secret := _OWN_VARIABLE.search(json.dumps(typed))) is not None:
        raise JobRefused(
            message(
                "{where}: {variable} is the agent's own and is sent to nobody.",
                where=where,
                variable=secret[0],
            )
        )
    try:
        params: ProbeParams = probe.params.model_validate(typed)
    except (ValidationError, WrongValue) as fault:
        raise JobRefused(_not_by_schema(where, fault)) from None
    return params


def _not_by_schema(where: str, fault: Exception) -> Message:
    """The first thing that is wrong, and where. Of what was typed nothing is repeated: it may be a secret."""
    errors: Iterable[Any] = (
        fault.errors(include_input=False, include_url=False) if isinstance(fault, ValidationError) else ()
    )
    first = next(iter(errors), None)
    place = ".".join(map(str, first["loc"])) if first else ""
    return message(
        "{where} is not as docs/job.schema.json says: {reason}",
        where=f"{where}.{place}".strip(".")[:200],
        reason=(first["msg"] if first else str(fault))[:200],
    )
