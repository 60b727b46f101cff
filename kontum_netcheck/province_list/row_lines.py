"""The Internet lines of a site, from the cells of its rows: one cell that says all, or columns for each thing. Pure."""

import re
from dataclasses import dataclass, field, replace

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.province_list.carriers import cut_carriers, like_a_known_one, other_carrier
from kontum_netcheck.province_list.cells import Place, one_line
from kontum_netcheck.province_list.line_cells import FoundLine, lines_in, speed_in
from kontum_netcheck.province_list.listed import ListedCarrier, ListedLine, Speed
from kontum_netcheck.province_list.plain_values import target_of, targets_in
from kontum_netcheck.province_list.plain_words import Leftover, says_nothing
from kontum_netcheck.province_list.row import Ledger, Row, Said

_SECTION = "internet"
_SEVERAL = re.compile(r"[\n;]")


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of primary lines, or of backup lines."""

    words: str
    carrier: str
    speed: str
    down: str
    up: str
    target: str
    is_backup: bool


_PRIMARY = _Columns("internet", "carrier", "speed", "down", "up", "target", is_backup=False)
_BACKUP = _Columns(
    "backup", "backup_carrier", "backup_speed", "backup_down", "backup_up", "backup_target", is_backup=True
)


@dataclass(slots=True)
class SiteLines:
    """The lines of a site that is being read."""

    lines: list[ListedLine] = field(default_factory=list)

    def read(self, row: Row, site_id: str, ledger: Ledger) -> None:
        """Add what a row says."""
        for columns in (_PRIMARY, _BACKUP):
            self._read(row, columns, site_id, ledger)

    def _read(self, row: Row, columns: _Columns, site_id: str, ledger: Ledger) -> None:
        found = self._said_in_words(row, columns, site_id, ledger)
        found = _with_carriers(found, row.first(columns.carrier), site_id, ledger)
        if not columns.is_backup:
            found = _with_technology(found, row.first("technology"), site_id, ledger)
        found = _with_speed(found, row, columns, site_id, ledger)
        targets = _targets(row, columns, site_id, ledger)
        if targets and not found:
            found = [FoundLine()]
        said = row.first(columns.speed) or row.first(columns.words) or row.first(columns.down)
        for at, line in enumerate(found):
            speed = line.speed
            if speed is not None and speed.up_mbit_per_s is None:
                speed = _both_ways(speed, said.place if said else row.place, ledger)
            self._add(replace(line, speed=speed), targets if at == 0 else (), columns.is_backup, ledger)

    def _said_in_words(self, row: Row, columns: _Columns, site_id: str, ledger: Ledger) -> list[FoundLine]:
        found: list[FoundLine] = []
        for said in (*row.all(columns.words), *filter(_says_more_than_a_carrier, row.all(columns.carrier))):
            for line in [] if says_nothing(said.text) else lines_in(said.text):
                is_bare = not (line.technology or line.carriers)
                if line.words:
                    _lose_words(said, line.words, site_id, ledger)
                elif is_bare and columns.is_backup and not row.first(columns.carrier):
                    missing = message(
                        "Which line is in reserve is not said: “{value}”.", value=one_line(said.text)
                    )
                    ledger.lose(said.place, WrongValue(missing), site_id, _SECTION)
                    continue
                if not is_bare or not line.words:
                    found += _one_for_each_carrier(line)
        return found

    def _add(
        self, line: FoundLine, targets: tuple[tuple[str, str], ...], is_backup: bool, ledger: Ledger
    ) -> None:
        stem = line.technology or _SECTION
        taken = {known.id for known in self.lines}
        identifier = next(
            name for count in range(1, len(taken) + 2)
            if (name := stem if count == 1 else f"{stem}-{count}") not in taken
        )  # fmt: skip
        carrier = ledger.carrier(line.carriers[0]) if line.carriers else None
        made = ListedLine(
            identifier, carrier, line.is_backup or is_backup, line.is_metered, line.speed, targets
        )
        self.lines.append(made)


def _lose_words(said: Said, words: str, site_id: str, ledger: Ledger) -> None:
    lost = message("Of “{value}” this was not understood: {words}.", value=one_line(said.text), words=words)
    ledger.lose(said.place, WrongValue(lost), site_id, _SECTION)


def _both_ways(speed: Speed, place: Place, ledger: Ledger) -> Speed:
    """A speed of one number: for both ways where the person says so, else told, and written as a comment."""
    if ledger.both_ways:
        return Speed(speed.down_mbit_per_s, speed.down_mbit_per_s)
    ledger.lose(
        place,
        WrongValue(
            message("The speed is one number, and a line has two ways: it stands in the file as a comment."),
            message("Where it holds both ways, read the list again with --both-ways."),
        ),
    )
    return speed


def _says_more_than_a_carrier(said: Said) -> bool:
    """Whether a cell under “carrier” says of what kind or how fast the line is, too: `FTTH VNPT`."""
    return any(line.technology or line.speed for line in lines_in(said.text))


def _one_for_each_carrier(line: FoundLine) -> list[FoundLine]:
    if len(line.carriers) < 2:
        return [line]
    first, *others = line.carriers
    return [replace(line, carriers=(first,)), *(FoundLine(carriers=(other,)) for other in others)]


def _with_carriers(
    found: list[FoundLine], said: Said | None, site_id: str, ledger: Ledger
) -> list[FoundLine]:
    """The lines with the carriers of their own column: one for each line, or one more line for each more carrier."""
    if said is None or says_nothing(said.text) or _says_more_than_a_carrier(said):
        return found
    carriers = _carriers(said, site_id, ledger)
    named = [line.carriers[0] for line in found if line.carriers]
    for carrier in carriers:
        bare = next((at for at, line in enumerate(found) if not line.carriers), None)
        if carrier in named:
            continue
        if bare is not None:
            found[bare] = replace(found[bare], carriers=(carrier,))
        elif named:
            differs = message(
                "The column of carriers says {carrier}, and the line's own cell another.",
                carrier=carrier.name,
            )
            ledger.lose(said.place, WrongValue(differs), site_id, _SECTION)
        else:
            found.append(FoundLine(carriers=(carrier,)))
    return found


def _carriers(said: Said, site_id: str, ledger: Ledger) -> list[ListedCarrier]:
    left = Leftover(said.text)
    carriers = list(cut_carriers(left))
    rest = left.words()
    if carriers or not rest:
        if rest and not says_nothing(rest):
            _lose_words(said, rest, site_id, ledger)
        return carriers
    if near := like_a_known_one(rest):
        ledger.tell(said.place, message("“{value}” was read as {name}.", value=rest, name=near.name))
        return [near]
    if other := other_carrier(rest):
        ledger.tell(
            said.place, message("The carrier {value} is not known here; it got an id of its own.", value=rest)
        )
        return [other]
    wrong = WrongValue(message("“{value}” is no carrier that is known here.", value=one_line(said.text)))
    ledger.lose(said.place, wrong, site_id, _SECTION)
    return []


def _with_technology(
    found: list[FoundLine], said: Said | None, site_id: str, ledger: Ledger
) -> list[FoundLine]:
    if said is None or says_nothing(said.text):
        return found
    lines = lines_in(said.text)
    if len(lines) != 1 or not lines[0].technology or lines[0].words:
        wrong = WrongValue(
            message("“{value}” is no kind of line that is known here.", value=one_line(said.text))
        )
        ledger.lose(said.place, wrong, site_id, _SECTION)
        return found
    first, *others = found or [FoundLine()]
    return [replace(first, technology=first.technology or lines[0].technology), *others]


def _with_speed(
    found: list[FoundLine], row: Row, columns: _Columns, site_id: str, ledger: Ledger
) -> list[FoundLine]:
    """The lines with what their columns say of their speed."""
    said = row.first(columns.speed)
    if said is not None and not says_nothing(said.text):
        speeds = _speeds(said.text)
        if speeds is None or len(speeds) > max(1, len(found)):
            no_speed = message("“{value}” is no speed.", value=one_line(said.text))
            wrong = WrongValue(no_speed, message("Write 100/50 Mbps."))
            ledger.lose(said.place, wrong, site_id, _SECTION)
        else:
            found = found or [FoundLine()]
            for at, speed in enumerate(speeds):
                found[at] = replace(found[at], speed=found[at].speed or speed)
    down, up = (
        ledger.try_(row.first(key), _one_way, site_id, _SECTION) for key in (columns.down, columns.up)
    )
    if down is not None:
        found = found or [FoundLine()]
        found[0] = replace(found[0], speed=Speed(down, up))
    elif up is not None:
        alone = WrongValue(message("There is a speed from the site, and none to it."))
        said = row.first(columns.up)
        assert said is not None
        ledger.lose(said.place, alone, site_id, _SECTION)
    return found


def _speeds(text: str) -> list[Speed] | None:
    speeds: list[Speed] = []
    for part in filter(str.strip, _SEVERAL.split(text)):
        speed = speed_in(part)
        if speed is None:
            lines = lines_in(part)
            speed = lines[0].speed if len(lines) == 1 and not lines[0].words else None
        if speed is None:
            return None
        speeds.append(speed)
    return speeds or None


def _one_way(text: str) -> float:
    speed = speed_in(text)
    if speed is None or speed.up_mbit_per_s is not None:
        raise WrongValue(message("“{value}” is no speed.", value=one_line(text)), message("Write 100 Mbps."))
    return speed.down_mbit_per_s


def _targets(row: Row, columns: _Columns, site_id: str, ledger: Ledger) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for said in row.all(columns.target):
        for word in [] if says_nothing(said.text) else targets_in(said.text):
            target = ledger.try_(Said(said.place, word), target_of, site_id, _SECTION)
            if target is not None:
                found[target] = None
    return tuple(found)
