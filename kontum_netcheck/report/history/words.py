"""What pages and documents of history say alike: shares, spans of time, names of metrics and of checks."""

import math
import re

from kontum_netcheck.history import Day, Outage, Track
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.model import Check, Message, ServiceKind, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.options import Options

_EXPLANATION = re.compile(r",(?![^(]*\)).*(?=\s\()")


def named(check: Check, *, service: bool = True) -> tuple[object, ...]:
    """The service, the probe, the number of the check, the target: as much of it as is needed."""
    parts: list[object] = (
        [message("{kind} {name}", kind=check.kind, name=check.service_id)] if service else []
    )
    if check.params is None or not PROBES[check.probe].by_person:
        parts.append(check.probe)
    return (*parts, *check.id.split("/")[3:], target(check))


def track_named(track: Track, *, service: bool = True) -> tuple[object, ...]:
    """The check of a track, and the place that saw it so, where it is told apart by places."""
    place = (message("from {vantage}", vantage=track.vantage),) if track.vantage else ()
    return (*named(track.check, service=service), *place)


def target(check: Check) -> str:
    """What is asked; a telephone number as people write it."""
    return national(check.target) if check.kind in (ServiceKind.PHONE, ServiceKind.FAX) else check.target


def joined(parts: tuple[object, ...], options: Options) -> str:
    """The parts in a row."""
    return " · ".join(options.text(part) for part in parts)


def label(track: Track, metric: str, options: Options) -> str:
    """What a metric is called, with its unit, without what explains it."""
    declared = PROBES[track.check.probe].metric(metric)
    return _EXPLANATION.sub("", options.text(declared.label)) if declared else metric


def available(day: Day, options: Options) -> str:
    """The share of the time in which it worked: `99.1-99.8 %`. Never rounded up: 100 is all of it."""
    least, most = day.available_least_pct, day.available_most_pct
    if least is None or most is None:
        return options.text(None)
    shown = [_pct(value, options) for value in dict.fromkeys((least, most))]
    return f"{'–'.join(dict.fromkeys(shown))} %"


def _pct(value: float, options: Options) -> str:
    return options.text(math.floor(value * 100) / 100 if value >= 10 else math.floor(value * 1000) / 1000)


def recovered(outage: Outage) -> Message:
    """How long it took to recover, as an interval: both changes lie between two answers."""
    least, most = outage.recovered_least, outage.recovered_most
    if least is None:
        return message("not recovered yet")
    if most is None and not least:
        return message("recovered; broken since before the first answer")
    if most is None:
        return message("recovered after {least} at least; broken since before the first answer", least=least)
    if not least:
        return message("recovered within {most}", most=most)
    return message("recovered after {least} to {most}", least=least, most=most)
