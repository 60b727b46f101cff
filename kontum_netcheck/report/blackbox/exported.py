"""All questions of a plan as modules and targets, and what is left out and why."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Check, Message, message
from kontum_netcheck.plan import PORTAL
from kontum_netcheck.report.blackbox.dns import dns
from kontum_netcheck.report.blackbox.http import http
from kontum_netcheck.report.blackbox.simple import ping, tcp
from kontum_netcheck.report.blackbox.translated import CannotExport, Translated
from kontum_netcheck.wording import CAUSE_WORDS

_TRANSLATORS: Mapping[str, Callable[[Any], Translated]] = MappingProxyType(
    {"ping": ping, "dns": dns, "http": http, "tcp": tcp}
)
_HASH_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Target:
    """What is scraped: an address, by which module, and whose it is."""

    address: str
    module: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exported:
    """What blackbox_exporter and Prometheus are told."""

    modules: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    left_out: list[tuple[str, Message]] = field(default_factory=list)  # id of the check, why
    weaker: list[tuple[str, Message]] = field(default_factory=list)  # id of the check, what is not asked


def export(inventory: Inventory, checks: Iterable[Check]) -> Exported:
    """Translate every check that a machine can ask from anywhere."""
    found, places = Exported(), _places(inventory)
    for check in checks:
        try:
            translated = _translated(check)
        except CannotExport as cannot:
            found.left_out.append((check.id, cannot.reason))
            continue
        name = _name(check.probe, translated.module)
        found.modules.setdefault(name, translated.module)
        labels = _labels(check, places)
        several = len(translated.targets) > 1
        for target in translated.targets:
            more = {"server": target} if several else {}
            found.targets.append(Target(target, name, labels | more))
        found.weaker.extend((check.id, each) for each in translated.weaker)
        if check.vantages:
            here_only = message(
                "asked from Prometheus' place only, not from {vantages}", vantages=check.vantages
            )
            found.weaker.append((check.id, here_only))
    return found


def _translated(check: Check) -> Translated:
    if check.skip is not None:
        raise CannotExport(CAUSE_WORDS[check.skip.cause])
    if check.probe not in _TRANSLATORS:
        raise CannotExport(message("blackbox_exporter has no probe like {probe}", probe=check.probe))
    return _TRANSLATORS[check.probe](check.params)


def _name(probe: str, module: Mapping[str, Any]) -> str:
    """The same for the same module, in every export."""
    content = json.dumps(module, sort_keys=True).encode()
    return f"{probe}_{hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}"


def _places(inventory: Inventory) -> dict[tuple[str, str], dict[str, str]]:
    """Of each line its district and carrier."""
    found = {}
    for site in inventory.sites:
        for line in site.internet:
            carrier = {"carrier": line.carrier} if line.carrier else {}
            found[site.id, line.id] = {"district": site.district, **carrier}
    return found


def _labels(check: Check, places: Mapping[tuple[str, str], dict[str, str]]) -> dict[str, str]:
    """The names of the textfile's series, so that both can be joined; what alerts go by."""
    site = f"{PORTAL}/{check.service_id}" if check.site_id == PORTAL else check.site_id
    labels = {
        "site": site,
        "service": check.service_id,
        "kind": check.kind.value,
        "probe": check.probe,
        "check": check.id,
        **places.get((check.site_id, check.service_id), {}),
    }
    if check.optional:
        labels["optional"] = "true"
    for limit in check.limits:
        if limit.metric == "certificate_days_left":
            labels["tls_ready_days"] = f"{limit.ready:g}"
            if not math.isinf(limit.degraded):
                labels["tls_degraded_days"] = f"{limit.degraded:g}"
    return labels
