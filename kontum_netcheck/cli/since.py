"""Points in the past as people type them: `7d` ago, a day, a day and a time."""

import re
from datetime import datetime, timedelta, tzinfo

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording.moments import moment

_AGO = re.compile(r"(\d{1,5})\s*([mhdwy])", re.ASCII)
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=366),  # never too short
}


def moment_or_stop(shell: Shell, option: str, text: str, zone: tzinfo, now: datetime) -> datetime:
    """The moment that was typed; a day alone is its midnight in `zone`. What is none ends the program."""
    try:
        if found := _AGO.fullmatch(text.strip().lower()):
            return now - int(found[1]) * _UNITS[found[2]]
        try:
            return moment(f"{text} 00:00", zone, now)
        except WrongValue:
            return moment(text, zone, now)
    except (WrongValue, OverflowError):
        raise shell.stop(
            message(
                "{option}: write a day (27/06/2024, 2024-06-27), with a time or without, or an age: 7d, 12h.",
                option=option,
            )
        ) from None


def local_zone(inventory: Inventory | None) -> tzinfo:
    """The inventory's zone; without one, this machine's."""
    here = datetime.now().astimezone().tzinfo
    assert here is not None
    return here if inventory is None else inventory.zone
