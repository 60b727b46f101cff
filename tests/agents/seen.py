"""Agents, checks and answers to make scenes of."""

from datetime import UTC, datetime, timedelta

from kontum_netcheck.agents.job import JOB_VERSION
from kontum_netcheck.model import Check, Observation, Outcome, ServiceKind
from kontum_netcheck.probes import PROBES
from kontum_netcheck.store.agents import AgentSeen

NOW = datetime(2024, 6, 27, 6, 30, tzinfo=UTC)


def check(name: str, *vantages: str) -> Check:
    """A ping of this machine, asked from these places."""
    return Check(
        id=f"a/ftth/ping/{name}",
        site_id="a",
        service_id="ftth",
        kind=ServiceKind.INTERNET,
        probe="ping",
        target="127.0.0.1",
        params=PROBES["ping"].params(ping="127.0.0.1"),
        limits=(),
        valid_for=timedelta(hours=1),
        vantages=vantages,
    )


def answer(asked: Check, vantage: str, at: datetime = NOW) -> Observation:
    """It was reached."""
    return Observation(asked.id, "ping", asked.target, Outcome.MEASURED, at, 1.0, vantage=vantage)


def agent(
    vantage: str,
    name: str = "one",
    *,
    state: str = "ready",
    job_version: int = JOB_VERSION,
    silent_s: float = 1.0,
    clock_offset_s: float | None = 0.01,
) -> AgentSeen:
    """An agent as the store's owner sees it."""
    return AgentSeen(
        id=f"{vantage}-{name}",
        role="",
        vantage=vantage,
        name=name,
        host="host",
        tool_version="1",
        job_version=job_version,
        started_at=NOW,
        last_seen_at=NOW - timedelta(seconds=silent_s),
        silent_s=silent_s,
        clock_offset_s=clock_offset_s,
        status={"state": state, "running_count": 3, "rate_per_min": 60.5, "last_run_id": "ab" * 16},
    )
