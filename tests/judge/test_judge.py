"""The judge, scenario by scenario: see scenarios.yaml, and for what several places see views.yaml."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge import judge
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Observation, Outcome, Readiness, Stage, Verdicts
from kontum_netcheck.plan import plan

NOW = datetime(2024, 6, 26, 3, 0, tzinfo=UTC)
SCENARIOS: list[dict[str, Any]] = [
    scenario
    for name in ("scenarios.yaml", "views.yaml")
    for scenario in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
]


def inventory(sites: list[dict[str, Any]], exam_days: list[str]) -> Inventory:
    return Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "districts": [{"code": "608", "name": "Kon Tum"}, {"code": "610", "name": "Đắk Glei"}],
            "exam": {"days": exam_days},
            "sites": [{"name": f"Site {site['id']}", "district": "608", **site} for site in sites],
        }
    )


def observation(check_id: str, seen: Mapping[str, Any], target: str) -> Observation:
    outcome = next(outcome for outcome in Outcome if outcome.value in seen)
    said = seen[outcome.value]
    measured = outcome is Outcome.MEASURED
    return Observation(
        check_id=check_id,
        probe=check_id.split("/")[2],
        target=seen.get("target", target),
        operator=seen.get("by", ""),
        vantage=seen.get("from", ""),
        outcome=outcome,
        started_at=NOW - timedelta(hours=seen.get("age", 0)),
        duration_ms=1.0,
        metrics=said if measured else {"method": seen["how"]} if "how" in seen else {},
        failure=None if measured else Failure(Stage(said[0]), Cause(said[1])),
    )


def readiness_by_id(verdicts: Verdicts) -> dict[str, Readiness | None]:
    found: dict[str, Readiness | None] = {"all": verdicts.readiness}
    for district in verdicts.districts:
        found[district.code] = district.readiness
        for site in district.sites:
            found[site.id] = site.readiness
            for service in site.services:
                found[f"{site.id}/{service.id}"] = service.readiness
                found |= {verdict.check.id: verdict.readiness for verdict in service.checks}
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_scenario(scenario: dict[str, Any]) -> None:
    typed = inventory(scenario["sites"], scenario.get("exam_days", []))
    planned = plan(typed, on=NOW.astimezone(typed.zone).date())
    targets = {check.id: check.target for check in planned.checks}
    observations = [
        observation(check_id, one, targets.get(check_id, ""))
        for check_id, seen in scenario["seen"].items()
        for one in (seen if isinstance(seen, list) else [seen])
    ]
    verdicts = judge(planned, observations, NOW)
    found = readiness_by_id(verdicts)
    keys = {key: None if (readiness := found[key]) is None else readiness.key for key in scenario["expect"]}
    assert keys == scenario["expect"]
    for site_id, words in scenario.get("reason", {}).items():
        site = next(site for site in verdicts.sites if site.id == site_id)
        said = " ".join(Language("en").say(reason) for reason in site.reasons)
        assert all(word in said for word in words), said
    reasons = {
        verdict.check.id: Language("en").say(verdict.reason)
        for site in verdicts.sites
        for service in site.services
        for verdict in service.checks
    }
    for check_id, words in scenario.get("says", {}).items():
        assert all(word in reasons[check_id] for word in words), reasons[check_id]
