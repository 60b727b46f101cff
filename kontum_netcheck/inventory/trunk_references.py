"""Which trunk a line is called over, as typed: a line by SIP that has none, or could have several, is an error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.inventory.as_typed import blocks, text
from kontum_netcheck.inventory.document import Path
from kontum_netcheck.inventory.fields import did_you_mean
from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.model import WrongValue, message


@dataclass(frozen=True, slots=True)
class Trunks:
    """The trunks of an inventory: their ids, and the carrier of each ("" where none is named)."""

    carriers: Mapping[str, str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Trunks":
        """Those of the data as typed."""
        found = [block for _, block in blocks(data, (), "trunks")]
        return cls({text(block, "id"): text(block, "carrier") for block in found if text(block, "id")})

    def wrong(self, path: Path, line: Mapping[str, Any]) -> Iterator[tuple[Path, WrongValue]]:
        """What is wrong with how a phone or fax at `path` is called."""
        named, via = text(line, "trunk"), text(line, "via")
        if named and named not in self.carriers:
            problem = message("There is no trunk {word} in this inventory.", word=named)
            yield (*path, "trunk"), WrongValue(problem, did_you_mean(nearest(named, self.carriers)))
        elif via == "sip" and not named and not self.carriers:
            problem = message("There is no trunk to call it over.")
            yield (
                (*path, "via"),
                WrongValue(problem, message("List one under trunks, at the top of the file.")),
            )
        elif via == "sip" and not named and not self._is_plain(text(line, "carrier")):
            problem = message("There are several trunks to call it over.")
            known = ", ".join(self.carriers)
            yield (
                (*path, "via"),
                WrongValue(problem, message("Write trunk: with one of {known}.", known=known)),
            )

    def _is_plain(self, carrier: str) -> bool:
        """Whether one trunk is the carrier's, or there is only one at all."""
        own = sum(carrier != "" and each == carrier for each in self.carriers.values())
        return own == 1 or (own == 0 and len(self.carriers) == 1)
