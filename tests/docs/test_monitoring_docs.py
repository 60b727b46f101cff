"""What the pages for other monitoring give away: alert rules, a dashboard, a table of metrics."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.exposition import base_unit
from kontum_netcheck.report.options import Options
from tests.report.province import REPORT

DOCS = Path(__file__).parents[2] / "docs"
NAME = re.compile(r"kontum_netcheck_[a-z0-9_]+")
WRITTEN = str(FORMATS["prometheus"].render(REPORT, Options(Language("en"))))
OWN = set(re.findall(r"^# TYPE (\S+)", WRITTEN, re.MULTILINE))
MEASURED = {
    f"kontum_netcheck_{probe.name}_{base_unit(metric.name).name}"
    for probe in PROBES.values()
    for metric in probe.metrics
}
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs promtool (Debian: prometheus)"
)


def test_the_dashboard_asks_only_for_metrics_that_there_are() -> None:
    dashboard = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(asked) == len(dashboard["panels"]) > 10
    names = {name for expression in asked for name in NAME.findall(expression)}
    assert names - OWN - MEASURED == set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(asked)


@needs_promtool
def test_every_question_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    dashboard = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    rules = [
        {"record": f"panel:{number}", "expr": panel["targets"][0]["expr"].replace("$site", ".*")}
        for number, panel in enumerate(dashboard["panels"])
    ]
    file = tmp_path / "panels.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_ask_only_for_metrics_that_there_are() -> None:
    text = (DOCS / "prometheus-alerts.yml").read_text(encoding="utf-8")
    expressions = re.findall(r"expr: (.*)", text)
    names = {name for expression in expressions for name in NAME.findall(expression)}
    assert names and names - OWN - MEASURED == set()


@needs_promtool
@pytest.mark.parametrize(
    "words", [("check", "rules", "prometheus-alerts.yml"), ("test", "rules", "prometheus-alerts.test.yml")]
)
def test_alert_rules_pass_promtool(words: tuple[str, ...]) -> None:
    done = subprocess.run(["promtool", *words], cwd=DOCS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_lists_every_metric_of_ours() -> None:
    page = (DOCS / "prometheus.md").read_text(encoding="utf-8")
    listed = {f"kontum_netcheck_{name}" for name in re.findall(r"`([a-z_]+)`", page)}
    assert OWN - MEASURED - listed == set()
