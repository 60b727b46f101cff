"""Prometheus: what node_exporter's textfile collector reads. Names, labels and units: docs/prometheus.md.

Verdicts are numbers in the order of the program: 0 ready, 1 degraded, 2 not checked, 3 not ready. What was not measured
is absent. No text that changes with the language, and no reasons: they would make a new series each time.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from kontum_netcheck.model import MetricValue, Observation, Outcome, Readiness
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.build import CheckRow, Report
from kontum_netcheck.report.exposition import Family, Labels, Sample, base_unit, exposition
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.views import ViewRow, view_rows

PREFIX = "kontum_netcheck"
_UNIT = re.compile(r" \((ms|s|h|days|%|bytes|Mbit/s)\)$")
_SCALE = "0 ready, 1 degraded, 2 not checked, 3 not ready."


def render(report: Report, options: Options) -> str:
    """The whole report; `options.by` and the language change nothing."""
    return exposition(
        [
            *_of_the_run(report),
            *_of_districts(report),
            *_of_sites(report),
            *_of_checks(report),
            *_of_views(report),
        ]
    )


def _of_the_run(report: Report) -> Iterator[Family]:
    run = report.run
    info = {"version": run.tool_version, "province": report.province, "vantage": run.vantage}
    yield _one("info", "Who measured: program, province, place.", 1, info)
    yield _one("run_start_timestamp_seconds", "When the run began, Unix time.", run.started_at.timestamp())
    yield _one("run_end_timestamp_seconds", "When it was judged, Unix time.", run.finished_at.timestamp())
    yield _one(
        "run_interrupted", "1 if it was broken off or its deadline came.", run.interrupted or run.deadline
    )
    yield _one("run_partial", "1 if only a part of the inventory was selected.", run.partial)
    yield _one("run_lab", "1 if the built-in lab answered, and not the world.", report.origin.lab)
    yield _one("run_late_seconds", "The program's own lateness, at worst.", run.late_ms / 1000)
    yield _one("readiness", f"Of everything: {_SCALE}", report.verdicts.readiness)


def _one(name: str, text: str, value: float, labels: Labels | None = None) -> Family:
    return Family(f"{PREFIX}_{name}", text, ((labels or {}, float(value)),))


def _of_districts(report: Report) -> Iterator[Family]:
    districts = [(row, {"district": row.verdict.code}) for row in report.districts]
    yield _family(
        "district_info",
        "Names of districts.",
        (({**labels, "name": row.verdict.name}, 1.0) for row, labels in districts),
    )
    yield _family(
        "district_readiness",
        f"Of a district that has sites: {_SCALE}",
        (
            (labels, float(row.verdict.readiness))
            for row, labels in districts
            if row.verdict.readiness is not None
        ),
    )
    yield _family(
        "district_sites",
        "Sites of a district, by how they stand.",
        (
            ({**labels, "readiness": readiness.key}, float(row.verdict.counts.get(readiness, 0)))
            for row, labels in districts
            for readiness in Readiness
        ),
    )


def _of_sites(report: Report) -> Iterator[Family]:
    sites = (*report.sites, *report.portals)
    yield _family(
        "site_info",
        "Names of sites and portals, and where they are.",
        (
            (
                {
                    "site": row.verdict.id,
                    "name": row.verdict.name,
                    "district": row.verdict.district_code,
                    "role": row.verdict.role,
                },
                1.0,
            )
            for row in sites
        ),
    )
    yield _family(
        "site_readiness",
        f"Of a site or portal: {_SCALE}",
        (({"site": row.verdict.id}, float(row.verdict.readiness)) for row in sites),
    )
    yield _family(
        "service_readiness",
        f"Of a line, phone, fax, checklist item or portal: {_SCALE}",
        (
            (
                {"site": row.verdict.id, "service": service.id, "kind": service.kind.value},
                float(service.readiness),
            )
            for row in sites
            for service in row.verdict.services
        ),
    )


def _of_checks(report: Report) -> Iterator[Family]:
    yield _each("check_info", "What was asked.", report.checks, lambda row: 1.0, with_target=True)
    yield from _of_rows(report.checks)


def _of_views(report: Report) -> Iterator[Family]:
    """The same as each place sees it that a check names, with the place as one more label."""
    rows = [row for row in view_rows(report) if row.verdict.check.vantages]
    yield from _of_rows(rows, are_views=True)


def _of_rows(rows: Sequence[CheckRow], *, are_views: bool = False) -> Iterator[Family]:
    """Of checks, or of views of them: how they stand, what became of asking, and all that was measured."""
    subject, told = ("view", ", as one place sees it.") if are_views else ("check", ".")
    yield _each(f"{subject}_readiness", f"Of a check: {_SCALE[:-1]}{told}", rows,
                lambda row: float(row.verdict.readiness))  # fmt: skip
    yield _each(f"{subject}_success",
                f"1 if it answered as expected, 0 if it failed; absent if nobody asked{told}", rows,
                _asked(lambda seen: float(seen.outcome is Outcome.MEASURED)))  # fmt: skip
    yield _each(f"{subject}_timestamp_seconds", f"When it was asked, Unix time{told}", rows,
                _asked(lambda seen: seen.started_at.timestamp()))  # fmt: skip
    yield _each(f"{subject}_duration_seconds", f"How long asking took{told}", rows,
                _asked(lambda seen: seen.duration_ms / 1000))  # fmt: skip
    for probe in PROBES.values():
        asked = [row for row in rows if row.verdict.check.probe == probe.name]
        for metric in probe.metrics:
            unit = base_unit(metric.name)
            samples: list[Sample] = []
            for row in asked:
                value = _number(row.verdict.observation, metric.name)
                if value is not None:
                    samples.append((_labels(row), value * unit.factor))
            name = f"{'view_' if are_views else ''}{probe.name}_{unit.name}"
            yield _family(name, f"{probe.name}: {_without_unit(metric.label.text)}{told}", samples)


def _each(
    name: str,
    text: str,
    rows: Sequence[CheckRow],
    value: Callable[[CheckRow], float | None],
    *,
    with_target: bool = False,
) -> Family:
    return _family(
        name,
        text,
        (
            (_labels(row) | ({"target": row.verdict.check.target} if with_target else {}), found)
            for row in rows
            if (found := value(row)) is not None
        ),
    )


def _family(name: str, text: str, samples: "Iterator[Sample] | list[Sample]") -> Family:
    return Family(f"{PREFIX}_{name}", text, tuple(samples))


def _labels(row: CheckRow) -> dict[str, str]:
    """The same on every series of a check, and the same in every run."""
    return {
        "site": row.site.verdict.id,
        "service": row.service.id,
        "kind": row.service.kind.value,
        "probe": row.verdict.check.probe,
        "check": row.verdict.check.id,
        **({"vantage": row.vantage} if isinstance(row, ViewRow) else {}),
    }


def _asked(value: Callable[[Observation], float]) -> Callable[[CheckRow], float | None]:
    def found(row: CheckRow) -> float | None:
        seen = row.verdict.observation
        return None if seen is None or seen.outcome not in (Outcome.MEASURED, Outcome.FAILED) else value(seen)

    return found


def _without_unit(label: str) -> str:
    """The label's unit is that of the other formats; here the name says it."""
    return _UNIT.sub("", label)


def _number(seen: Observation | None, name: str) -> float | None:
    value: MetricValue | None = None if seen is None else seen.metrics.get(name)
    return float(value) if isinstance(value, int | float) else None
