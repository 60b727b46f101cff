"""The serial ports of this machine, and why one of them can't be opened."""

import errno
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Message, Stage, message

if TYPE_CHECKING:
    import serial

_MODEM_MAKERS = frozenset(
    {
        0x0572,  # Conexant, Rockwell: most USB sticks
        0x0BAF,  # U.S. Robotics
        0x06E0,  # Multi-Tech
        0x0803,  # Zoom
        0x0483,  # STMicroelectronics: Hayes and others
        0x11C1,  # Agere, LSI
    }
)
"""USB vendor numbers of makers of telephone modems. The 4G sticks of others answer AT commands, too, and can't call."""

_WRITE_S = 1.5
"""For 256 bytes, which a fax takes up in 0.85 s at 2,400 bit/s."""


class Trouble(StrEnum):
    """Why a port can't be used."""

    MISSING = "missing"
    SEVERAL = "several"
    NO_PERMISSION = "no_permission"
    BUSY = "busy"
    NO_PORT = "no_port"  # a file that is no serial port, or a driver that refuses
    UNPLUGGED = "unplugged"
    SILENT = "silent"
    NONSENSE = "nonsense"
    NO_PYSERIAL = "no_pyserial"


class PortFault(CannotMeasure):
    """The port or the modem at hand is at fault, not the line that was to be tested; `problem` says what to do."""

    def __init__(self, trouble: Trouble, problem: Message) -> None:
        super().__init__(Failure(Stage.SOCKET, Cause.NO_MODEM, _in_english(problem)))
        self.trouble = trouble
        self.problem = problem


def _in_english(value: object) -> str:
    """For the detail of an observation, which has no language."""
    if isinstance(value, Message):
        return value.text.format(**{name: _in_english(part) for name, part in value.values.items()})
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port, as the system describes it. Nothing was sent to it."""

    device: str
    description: str  # "" where the system knows nothing
    usb_id: str  # vendor:product in hexadecimal; "" where it is no USB device
    looks_like_modem: bool
    may_be_used: bool  # by this user; a port that another program uses may be, too


def ports() -> tuple[Port, ...]:
    """The ports of this machine, those that look like modems first. Raises PortFault without pyserial."""
    try:
        from serial.tools.list_ports import comports
    except ImportError:
        raise _no_pyserial() from None
    found = []
    for each in comports():
        usb_id = "" if each.vid is None else f"{each.vid:04x}:{each.pid or 0:04x}"
        words = " ".join(filter(None, (each.manufacturer, each.product or each.description)))
        description = "" if words in ("n/a", each.device) else words
        modem = each.vid in _MODEM_MAKERS or "modem" in description.lower()
        found.append(Port(each.device, description, usb_id, modem, _may_be_used(each.device)))
    return tuple(sorted(found, key=lambda port: (not port.looks_like_modem, not port.usb_id, port.device)))


def exists(device: str) -> bool:
    """Whether a name that the system doesn't list is a port all the same. On Windows ports are no files."""
    return (sys.platform == "win32" and device.upper().startswith("COM")) or Path(device).exists()


def open_port(device: str, rate_bit_per_s: int) -> "serial.Serial":
    """Open it for us alone. Raises PortFault with a sentence that says what to do."""
    try:
        import serial
    except ImportError:
        raise _no_pyserial() from None
    _check(device)
    try:
        return serial.Serial(device, rate_bit_per_s, timeout=0.05, write_timeout=_WRITE_S, exclusive=True)
    except (serial.SerialException, OSError, ValueError) as error:
        raise _refused(device, error) from None


def refuse_forbidden(device: str) -> None:
    """Raises PortFault where the port is there and this user may not use it. Nothing is opened."""
    if exists(device) and not _may_be_used(device):
        raise no_permission(device)


def _may_be_used(device: str) -> bool:
    return sys.platform == "win32" or os.access(device, os.R_OK | os.W_OK)


def _check(device: str) -> None:
    """What the system says about the file, before a driver is asked. On Windows ports are no files."""
    if sys.platform == "win32":
        return
    if not exists(device):
        raise PortFault(Trouble.MISSING, message("There is no serial port {device}.", device=device))
    refuse_forbidden(device)


def no_permission(device: str) -> PortFault:
    """Which group may use it: the file's own, so that it is right on every system."""
    group = _group_of(device)
    if group is None:
        sentence = message(
            "You may not use {device}: have your system's administrator allow it.", device=device
        )
    else:
        sentence = message(
            "You may not use {device}: only the group {group} may. Ask an administrator for "
            "“usermod -aG {group} {user}”, then log in again.",
            device=device,
            group=group,
            user=os.environ.get("USER") or "USER",
        )
    return PortFault(Trouble.NO_PERMISSION, sentence)


def _group_of(device: str) -> str | None:
    """dialout on Debian, uucp on Arch; None for root's own, which nobody should join."""
    if sys.platform == "win32":
        return None
    try:
        group = Path(device).group()
    except (KeyError, OSError):
        return None
    return None if group in ("root", "wheel") else group


def _refused(device: str, error: Exception) -> PortFault:
    number = getattr(error, "errno", None)
    text = str(error)
    if number in (errno.EBUSY, errno.EAGAIN) or "lock port" in text or "Access is denied" in text:
        return PortFault(
            Trouble.BUSY,
            message(
                "Another program uses {device}: close it (a fax program, a terminal, ModemManager), then try again.",
                device=device,
            ),
        )
    if number in (errno.EACCES, errno.EPERM):
        return no_permission(device)
    if number == errno.ENOENT or "FileNotFoundError" in text:
        return PortFault(Trouble.MISSING, message("There is no serial port {device}.", device=device))
    return PortFault(
        Trouble.NO_PORT,
        message("{device} can't be used as a serial port: {reason}.", device=device, reason=text),
    )


def _no_pyserial() -> PortFault:
    return PortFault(
        Trouble.NO_PYSERIAL,
        message("Modems need one more package: pip install 'kontum-netcheck[modem]'."),
    )
