"""The evidence that a record rests on: its lines, and the hash that the record states. Pure.

A line is the canonical body of one entry of the store, an observation or a countersignature, as a bundle carries it.
The lines stand in the order of their bytes, each with a line feed; their SHA-256 is the hash.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from shlex import quote

from kontum_netcheck.report.build import Report


@dataclass(frozen=True, slots=True)
class EvidenceLines:
    """What the verdicts rest on, sorted, each once."""

    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, bodies: Iterable[bytes]) -> "EvidenceLines":
        """The lines of these bodies, in whatever order they come."""
        return cls(tuple(sorted(set(bodies))))

    @property
    def file(self) -> bytes:
        """The content of the file whose hash is stated."""
        return b"".join(line + b"\n" for line in self.lines)

    @property
    def sha256(self) -> str:
        """In hexadecimal: what `sha256sum` says of that file."""
        return hashlib.sha256(self.file).hexdigest()


def commands(report: Report, place: str, zone: tzinfo) -> tuple[str, str]:
    """What an auditor types to get the file again, and its hash. The moment is exact, so the evidence is the same."""
    file = f"{place}.jsonl"
    moment = report.run.finished_at.astimezone(zone).isoformat(timespec="milliseconds")
    words = ["report", report.run.inventory, "--record", place, "--as-of", moment, "--evidence", file]
    return "kontum-netcheck " + " ".join(map(quote, words)), f"sha256sum {quote(file)}"
