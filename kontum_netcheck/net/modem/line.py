"""A conversation with a modem over its serial port: commands, result codes, raw bytes; bounded in time and in size.

All of it blocks, and runs in a thread. The bytes that a modem sends are a stranger's: they are data, never trusted.
"""

import contextlib
import sys
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

from kontum_netcheck.model import message
from kontum_netcheck.net.modem.ports import PortFault, Trouble, open_port
from kontum_netcheck.net.modem.shielding import END, Unshielding

if sys.platform == "win32":
    TerminalError = OSError
else:
    from termios import error as TerminalError  # what the kernel says of a terminal that is gone: no OSError

_LONGEST_REPLY_BYTES = 16_384
_LONGEST_LINE = 256
_PIECE_BYTES = 256
_FLOW_CONTROL = b"\x00\x11\x13"
"""XON and XOFF of Class 2 modems, and what some send before their first word."""


class Code(StrEnum):
    """Final result codes of ITU-T V.250, and of what makers added."""

    OK = "OK"
    CONNECT = "CONNECT"
    NO_CARRIER = "NO CARRIER"
    ERROR = "ERROR"
    NO_DIAL_TONE = "NO DIALTONE"
    BUSY = "BUSY"
    NO_ANSWER = "NO ANSWER"
    FAX_ERROR = "+FCERROR"  # T.31: another signal came than the one that was waited for
    DELAYED = "DELAYED"  # it refuses to redial a number so soon
    BLACKLISTED = "BLACKLISTED"


_SPELLINGS = {code.value: code for code in Code} | {"NO DIAL TONE": Code.NO_DIAL_TONE}


class Stopped(Exception):
    """Somebody wants the call to end now."""


class TimeOver(Exception):
    """The modem gave no final result code in time; `lines` is what it had said."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(" / ".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command was answered with."""

    code: Code
    lines: tuple[str, ...]  # before the final result code, without echo and empty lines

    def of(self, *names: str) -> str | None:
        """What follows the first line that begins with one of these names and a colon (`+FCSI`, `+FCI`)."""
        for line in self.lines:
            head, colon, rest = line.partition(":")
            if colon and head.strip() in names:
                return rest.strip().strip('"').strip()
        return None


@dataclass
class Line:
    """One modem at one port. Use it as a context manager: leaving it hangs up and closes the port."""

    device: str
    stop: threading.Event
    rate_bit_per_s: int = 115_200
    is_off_hook: bool = False
    _is_in_data: bool = False
    _unread: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> "Line":
        self._port = open_port(self.device, self.rate_bit_per_s)
        return self

    def __exit__(self, *exc_info: object) -> None:
        try:
            self.hang_up()
        finally:
            with contextlib.suppress(OSError):
                self._port.close()

    def command(self, text: str, timeout_s: float = 5.0, *, watch: "frozenset[str]" = frozenset()) -> Reply:
        """Send `AT` and `text`, and read up to the final result code.

        A line of `watch` ends it, too, with the code OK. Raises TimeOver, Stopped, PortFault.
        """
        self._forget_late_words()
        self.write(b"AT" + text.encode("ascii") + b"\r")
        return self.reply(timeout_s, echo="AT" + text, watch=watch)

    def reply(self, timeout_s: float, *, echo: str = "", watch: "frozenset[str]" = frozenset()) -> Reply:
        """Read up to the final result code of what was sent before."""
        until_s, lines, read_bytes = time.monotonic() + timeout_s, list[str](), 0
        while (raw := self._line(until_s)) is not None:
            read_bytes += len(raw) + 1
            if read_bytes > _LONGEST_REPLY_BYTES:
                raise self._nonsense()
            line = (
                raw.translate(None, _FLOW_CONTROL).decode("ascii", "backslashreplace").strip()[:_LONGEST_LINE]
            )
            if not line or line == echo:
                continue
            code = _code_of(line)
            if code is not None:
                return Reply(code, tuple(lines) if code is not Code.CONNECT else (*lines, line))
            lines.append(line)
            if line in watch:
                return Reply(Code.OK, tuple(lines))
        raise TimeOver(tuple(lines))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._look_for_stop()
        try:
            self._port.write(data)
        except OSError as error:  # serial.SerialException is one
            raise self._stuck() if "timeout" in str(error).lower() else self._unplugged() from None

    def hold_back(self) -> None:
        """Let the modem say when it can take no more (RTS/CTS): a page is longer than its memory."""
        with contextlib.suppress(OSError):
            self._port.rtscts = True

    def read(self, until_s: float) -> int | None:
        """The next byte; None where none has come by that moment of the monotonic clock."""
        while not self._unread:
            self._look_for_stop()
            try:
                self._unread += self._port.read(max(1, self._port.in_waiting))
            except (OSError, TypeError):  # TypeError: pyserial, where the port was closed under its hands
                raise self._unplugged() from None
            if not self._unread and time.monotonic() >= until_s:
                return None
        return self._unread.pop(0)

    def shielded_bytes(self, timeout_s: float, most_bytes: int) -> bytes | None:
        """Data up to DLE ETX, without its shielding; None where it doesn't end in time."""
        until_s, unshielding = time.monotonic() + timeout_s, Unshielding()
        while (octet := self.read(until_s)) is not None:
            if unshielding.feed(octet):
                return bytes(unshielding.data)
            if len(unshielding.data) > most_bytes:
                raise self._nonsense()
        return None

    def send(self, data: bytes) -> None:
        """Send a page or a training, with its end; in pieces, so that it can be stopped."""
        self._is_in_data = True
        for start in range(0, len(data), _PIECE_BYTES):
            self.write(data[start : start + _PIECE_BYTES])
        self._is_in_data = False

    def _forget_late_words(self) -> None:
        """What still comes as an answer to an earlier command is none to the next."""
        self._unread.clear()
        with contextlib.suppress(OSError, TerminalError):
            self._port.reset_input_buffer()

    def hang_up(self) -> None:
        """Put down, whatever state the modem is in: DTR falls, ATH. Takes at most some seconds; raises nothing."""
        if not self.is_off_hook:
            return
        self.is_off_hook = False
        self.stop = threading.Event()  # who stops a call wants just this
        with contextlib.suppress(OSError, TerminalError):
            self._port.reset_output_buffer()  # what is left of a page
        with contextlib.suppress(OSError):  # a port without that wire
            self._port.dtr = False
            time.sleep(0.3)  # S25: how long DTR must be gone, mostly 50 ms
            self._port.dtr = True
        for end_of_data in (END if self._is_in_data else b"", END):
            try:  # twice: a modem that dials takes the first character for "stop", and loses the rest
                self.write(end_of_data + b"\r")
                self.command("H0", 1.5)
                return
            except TimeOver:
                continue
            except PortFault:
                return

    def _line(self, until_s: float) -> bytes | None:
        line = bytearray()
        while (octet := self.read(until_s)) is not None:
            if octet in (0x0A, 0x0D):
                return bytes(line)
            if len(line) >= _LONGEST_REPLY_BYTES:
                raise self._nonsense()
            line.append(octet)
        return None

    def _look_for_stop(self) -> None:
        if self.stop.is_set():
            raise Stopped

    def _unplugged(self) -> PortFault:
        return PortFault(
            Trouble.UNPLUGGED,
            message(
                "The modem at {device} is gone: was it unplugged? Plug it in and try again.",
                device=self.device,
            ),
        )

    def _stuck(self) -> PortFault:
        return PortFault(
            Trouble.SILENT,
            message(
                "The modem at {device} takes no more data: switch it off and on again.", device=self.device
            ),
        )

    def _nonsense(self) -> PortFault:
        return PortFault(
            Trouble.NONSENSE,
            message("What answers at {device} is no modem: it sends without end.", device=self.device),
        )


def _code_of(line: str) -> Code | None:
    """The final result code that a line is; CONNECT and +FCERROR may have more behind them."""
    if line in _SPELLINGS:
        return _SPELLINGS[line]
    for code in (Code.CONNECT, Code.FAX_ERROR, Code.DELAYED, Code.BLACKLISTED):
        if line.startswith(code.value):
            return code
    return Code.ERROR if line.startswith(("+CME ERROR", "+CMS ERROR")) else None
