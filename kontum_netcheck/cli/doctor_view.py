"""What the doctor found, as text and as JSON."""

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from kontum_netcheck.doctor import Finding, Level
    from kontum_netcheck.doctor.host import HostFacts
    from kontum_netcheck.locale.language import Language
    from kontum_netcheck.net.icmp.hop_rounds import HopSeries

_NARROWEST_COLUMNS = 40


def exit_code(findings: "Sequence[Finding]", hosts: "Sequence[HostFacts]" = ()) -> int:
    """0 fine or not checked, 1 warnings, 2 a problem."""
    from kontum_netcheck.doctor import Level

    return {Level.WARNING: 1, Level.PROBLEM: 2}.get(_level(findings, hosts), 0)


def _level(findings: "Sequence[Finding]", hosts: "Sequence[HostFacts]") -> "Level":
    from kontum_netcheck.doctor import worst
    from kontum_netcheck.doctor.about_host import about_host

    return worst((*findings, *(finding for facts in hosts for finding in about_host(facts))))


def as_text(
    findings: "Sequence[Finding]", language: "Language", width: int = 100, hosts: "Sequence[HostFacts]" = ()
) -> str:
    """The findings on this machine, then each host under its name, with its table of hops."""
    from kontum_netcheck.cli.hop_table import hop_table
    from kontum_netcheck.doctor.about_host import about_host

    lines = _finding_lines(findings, language, width)
    for facts in hosts:
        lines += ["", visible(facts.host), *_finding_lines(about_host(facts), language, width)]
        if facts.hops:
            lines += ["", *hop_table(facts, language)]
    return "\n".join(lines)


def _finding_lines(findings: "Sequence[Finding]", language: "Language", width: int) -> list[str]:
    """A line a finding: symbol, word, name, sentence, all aligned; below it after an arrow, the advice."""
    from wcwidth import wcswidth

    from kontum_netcheck.doctor.finding import LEVEL_SYMBOLS, LEVEL_WORDS, NAMES

    heads = [
        (LEVEL_SYMBOLS[f.level], language.say(LEVEL_WORDS[f.level]), language.say(NAMES[f.name]))
        for f in findings
    ]
    word_columns = max((wcswidth(word) for _symbol, word, _name in heads), default=0)
    name_columns = max((wcswidth(name) for _symbol, _word, name in heads), default=0)
    lines: list[str] = []
    for finding, (symbol, word, name) in zip(findings, heads, strict=True):
        left = (
            f"{symbol} {word}{' ' * (word_columns - wcswidth(word))}  "
            f"{name}{' ' * (name_columns - wcswidth(name))}  "
        )
        indent = " " * wcswidth(left)
        room = max(_NARROWEST_COLUMNS, width - len(indent))
        lines += _wrapped(visible(language.say(finding.message)), left, indent, room)
        if finding.advice is not None:
            lines += _wrapped(visible(language.say(finding.advice)), f"{indent}→ ", f"{indent}  ", room - 2)
    return lines


def _wrapped(text: str, first: str, indent: str, columns: int) -> list[str]:
    parts = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{first}{parts[0]}".rstrip(), *(f"{indent}{part}" for part in parts[1:])]


def as_json(findings: "Sequence[Finding]", language: "Language", hosts: "Sequence[HostFacts]" = ()) -> str:
    """Strict JSON; names and levels are keys, the sentences are in the reader's language."""
    document = {
        "format": "kontum-netcheck/doctor",
        "version": 1,
        "level": _level(findings, hosts).key,
        "findings": [_finding(finding, language) for finding in findings],
        "hosts": [_host(facts, language) for facts in hosts],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _finding(finding: "Finding", language: "Language") -> dict[str, object]:
    return {
        "name": finding.name,
        "level": finding.level.key,
        "message": visible(language.say(finding.message)),
        "advice": visible(language.say(finding.advice)) if finding.advice else None,
    }


def _host(facts: "HostFacts", language: "Language") -> dict[str, object]:
    """Metrics by their contract names; what was not measured is absent or null."""
    from kontum_netcheck.doctor import worst
    from kontum_netcheck.doctor.about_host import about_host
    from kontum_netcheck.report.facts import rounded

    findings, path = about_host(facts), facts.path
    return {
        "host": visible(facts.host),
        "address": facts.address,
        "level": worst(findings).key,
        "findings": [_finding(finding, language) for finding in findings],
        "ping": {name: rounded(value) for name, value in facts.ping.metrics.items()},
        "path": None
        if path is None
        else {
            "method": path.method.value,
            "is_reached": path.is_reached,
            "path_mtu_bytes": path.path_mtu_bytes,
            "last_hop": path.last_answered.address if path.last_answered else None,
            "hops": [_hop(hop, facts) for hop in facts.hops],
        },
    }


def _hop(hop: "HopSeries", facts: "HostFacts") -> dict[str, object]:
    from kontum_netcheck.report.facts import rounded

    return {
        "distance": hop.distance,
        "addresses": list(hop.addresses),
        "names": [visible(facts.names[address]) for address in hop.addresses if address in facts.names],
        "loss_pct": rounded(hop.loss_pct),
        "rtts_ms": [None if rtt_ms is None else rounded(rtt_ms) for rtt_ms in hop.rtts_ms],
        "cause": None if hop.cause is None else hop.cause.value,
    }
