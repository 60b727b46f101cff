"""The files of an export, by name: what blackbox_exporter and Prometheus read."""

import json
import math
from collections.abc import Mapping
from typing import Any

from kontum_netcheck.report.blackbox.exported import Exported

JOB = "kontum_netcheck_blackbox"
_EXPORTER = "127.0.0.1:9115"
_HEAD = "# Written by kontum-netcheck export blackbox, and overwritten by it: change the inventory instead.\n"
_LEAST_INTERVAL_S = 60
_DAY_S = 86_400


def files(exported: Exported) -> dict[str, str]:
    """blackbox.yml, targets.json (file_sd), alerts.yml, and prometheus.yml as a piece to copy."""
    return {
        "blackbox.yml": _yaml({"modules": exported.modules}),
        "targets.json": _targets(exported),
        "alerts.yml": _yaml({"groups": [{"name": JOB, "rules": list(_rules(exported))}]}),
        "prometheus.yml": _yaml(_scraping(exported)),
    }


def _yaml(document: Mapping[str, Any]) -> str:
    import yaml

    return _HEAD + yaml.safe_dump(
        json.loads(json.dumps(document)),  # plain, without references from one place to another
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=110,
    )


def _targets(exported: Exported) -> str:
    """A line a target: readable, and a diff shows what changed."""
    lines = [
        json.dumps(
            {"targets": [target.address], "labels": {"__param_module": target.module, **target.labels}},
            ensure_ascii=False,
        )
        for target in exported.targets
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _rules(exported: Exported) -> list[dict[str, Any]]:
    """Down, and certificates by the days that the inventory's limits want."""
    of_job = f'job="{JOB}"'
    rules: list[dict[str, Any]] = [
        _rule(
            "KontumNetcheckDown",
            f'probe_success{{{of_job},optional!="true"}} == 0',
            "critical",
            "{{ $labels.check }} does not answer as expected",
        ),
        _rule(
            "KontumNetcheckOptionalDown",
            f'probe_success{{{of_job},optional="true"}} == 0',
            "warning",
            "{{ $labels.check }}, which is optional, does not answer as expected",
        ),
    ]
    for label, severity in (("tls_ready_days", "warning"), ("tls_degraded_days", "critical")):
        days = {target.labels[label] for target in exported.targets if label in target.labels}
        for limit in sorted(days, key=float):
            ends = "has ended" if float(limit) == 0 else f"ends within {limit} days"
            expression = f'probe_ssl_earliest_cert_expiry{{{of_job},{label}="{limit}"}} - time()'
            rules.append(
                _rule(
                    "KontumNetcheckCertificate",
                    f"{expression} < {float(limit) * _DAY_S:.0f}",
                    severity,
                    f"the certificate of {{{{ $labels.check }}}} {ends}",
                )
            )
    return rules


def _rule(name: str, expression: str, severity: str, summary: str) -> dict[str, Any]:
    return {
        "alert": name,
        "expr": expression,
        "for": "5m",
        "labels": {"severity": severity},
        "annotations": {"summary": summary},
    }


def _scraping(exported: Exported) -> dict[str, Any]:
    longest_s = max((float(module["timeout"][:-1]) for module in exported.modules.values()), default=1.0)
    timeout_s = math.ceil(longest_s) + 1  # blackbox_exporter ends half a second before Prometheus does
    return {
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {
                "job_name": JOB,
                "metrics_path": "/probe",
                "scrape_interval": f"{max(_LEAST_INTERVAL_S, timeout_s)}s",
                "scrape_timeout": f"{timeout_s}s",
                "file_sd_configs": [{"files": ["targets.json"]}],
                "relabel_configs": [
                    {"source_labels": ["__address__"], "target_label": "__param_target"},
                    {"source_labels": ["__param_target"], "target_label": "instance"},
                    {"target_label": "__address__", "replacement": _EXPORTER},
                ],
            }
        ],
    }
