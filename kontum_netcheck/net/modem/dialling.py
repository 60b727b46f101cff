"""From a number to what a modem dials, and the words with which every conversation with a modem begins."""

import re

from kontum_netcheck.model import message
from kontum_netcheck.net.modem.line import Line, Reply, TimeOver
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.ports import PortFault, Trouble

_DIGITS = re.compile(r"[0-9*#]{1,24}")
_PREFIX = re.compile(r"[0-9*#,Ww]{0,8}")
_SEPARATORS = str.maketrans("", "", " .-()")
_COUNTRY, _TRUNK, _INTERNATIONAL = "+84", "0", "00"
_WAKE_UPS = 3


def dial_string(number: str, prefix: str = "") -> str:
    """The digits to dial for a number, national or as +84…, after the prefix that gets an outside line (`9,`).

    Raises ValueError for anything that isn't a number: it would be a command to the modem.
    """
    digits = number.translate(_SEPARATORS)
    if digits.startswith(_COUNTRY):
        digits = _TRUNK + digits.removeprefix(_COUNTRY)
    elif digits.startswith("+"):
        digits = _INTERNATIONAL + digits[1:]
    if not _DIGITS.fullmatch(digits) or not is_prefix(prefix):
        raise ValueError(f"no number to dial: {prefix!r} {number!r}")
    return prefix.upper() + digits


def is_prefix(text: str) -> bool:
    """Whether a modem can dial it in front of a number: digits, `*`, `#`, `,` (a pause), `W` (a dial tone)."""
    return _PREFIX.fullmatch(text) is not None


def wake(line: Line, patience: Patience) -> None:
    """Have the modem listen: no echo, result codes in words, none left out; DTR that falls hangs up.

    Raises PortFault where nobody answers. A modem that sleeps, or still adapts to our speed, misses the first words.
    """
    for _ in range(_WAKE_UPS):
        try:
            line.command("E0V1Q0", patience.command_s)
            break
        except TimeOver as silence:
            heard = silence.lines
    else:
        raise _silent(line.device, heard)
    for setting in ("+FCLASS=0", "X4", "&D2", "M0"):
        told(line, setting, patience)  # an ERROR is no harm: what it can't do shows later


def told(line: Line, command: str, patience: Patience) -> Reply:
    """A plain command and its answer. Raises PortFault where none comes."""
    try:
        return line.command(command, patience.command_s)
    except TimeOver as silence:
        raise _silent(line.device, silence.lines) from None


def _silent(device: str, heard: tuple[str, ...]) -> PortFault:
    if heard:
        return PortFault(
            Trouble.NONSENSE,
            message(
                "What answers at {device} is no modem: it says “{said}”.", device=device, said=heard[-1][:60]
            ),
        )
    return PortFault(
        Trouble.SILENT,
        message(
            "Nothing answers at {device}: is it the modem's port, and is the modem switched on? "
            "“modem list” shows the others.",
            device=device,
        ),
    )
