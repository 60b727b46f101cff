"""A strict reader of plugin output, written from the monitoring-plugins development guidelines.

https://www.monitoring-plugins.org/doc/guidelines.html: "Plugin Output", "Performance data", "Threshold and Ranges".
"""

import re
from dataclasses import dataclass

_STATUS = re.compile(r"[A-Z0-9-]+ (OK|WARNING|CRITICAL|UNKNOWN): \S")
_DATUM = re.compile(
    r"'(?P<label>(?:[^'=\n]|'')+)'=(?P<value>-?[0-9]+(?:\.[0-9]+)?)(?P<unit>s|us|ms|%|B|KB|MB|TB|c)?"
    r"(?:;(?P<warn>[^; ]*))?(?:;(?P<crit>[^; ]*))?(?:;(?P<min>[^; ]*))?(?:;(?P<max>[^; ]*))?"
)
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_RANGE = re.compile(rf"@?(?:(?P<start>~|{_NUMBER}):)?(?P<end>{_NUMBER})?")


@dataclass(frozen=True, slots=True)
class Output:
    """What a plugin said, taken apart."""

    status: str
    first: str
    long: tuple[str, ...]
    data: dict[str, re.Match[str]]


def read(output: str) -> Output:
    """Raises AssertionError at whatever the guidelines don't allow."""
    assert output.endswith("\n")
    assert len(output.encode()) <= 8_192
    first, *rest = output[:-1].split("\n")
    status = _STATUS.match(first)
    assert status is not None, first
    text, _, data = first.partition(" | ")
    long, found = [], _data(data)
    in_data = False
    for line in rest:
        assert not in_data or "|" not in line
        words, bar, more = line.partition("|")
        if in_data:
            found |= _data(line)
        else:
            long.append(words.rstrip())
            if bar:
                in_data = True
                found |= _data(more.strip())
    assert "|" not in text
    return Output(status[1], text, tuple(long), found)


def _data(text: str) -> dict[str, re.Match[str]]:
    found = {}
    at = 0
    while at < len(text):
        match = _DATUM.match(text, at)
        assert match is not None, text[at : at + 80]
        label = match["label"].replace("''", "'")
        assert label not in found, label
        found[label] = match
        for bound in (match["warn"], match["crit"]):
            assert bound is None or _RANGE.fullmatch(bound), bound
        assert match["unit"] != "%" or (match["min"], match["max"]) == ("0", "100")
        at = match.end()
        assert at == len(text) or text[at] == " ", text[at : at + 20]
        at += 1
    return found


def alerts(value: float, bound: str) -> bool:
    """Whether a value is outside `start:end`, as the guidelines say when to alert."""
    match = _RANGE.fullmatch(bound.removeprefix("@"))
    assert match is not None
    start = float("-inf") if match["start"] == "~" else float(match["start"] or 0)
    end = float("inf") if match["end"] is None else float(match["end"])
    return not start <= value <= end
