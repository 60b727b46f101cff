"""A pseudo terminal that plays a Hayes modem, command by command, from a file that people can read.

A dialogue has a line for each step:

    > ATDT02603000001     the program must say this
    < BUSY                the modem answers this, with CR LF around it
    <<  \\xff\\x03          the modem sends these bytes as they are
    >> data               the program sends data up to DLE ETX or DLE 2E; they are kept
    >> 100                it sends so many bytes of them
    include wake          the steps of dialogues/wake.txt stand here
    echo                  from here the modem echoes what it reads, until ATE0
    unplug                the modem is gone
    endless               the modem sends without end
    signal                the test may go on
    pause                 the modem does nothing until the test lets it go on
    # a remark
"""

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

DIALOGUES = Path(__file__).parent / "net" / "modem" / "dialogues"
_ENDS = (b"\x10\x03", b"\x10\x2e")


@dataclass
class HayesModem:
    """A modem at one end of a pseudo terminal; `device` is the other one."""

    steps: list[str]
    device: str = ""
    said: list[str] = field(default_factory=list)  # by the program, otherwise than the dialogue wants
    data: bytes = b""
    left: int = -1  # steps that were not reached
    signalled: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    _echoes: bool = False

    def play(self, controller: int, stop: int) -> None:
        """Go through the steps; then answer OK to whatever comes, as a modem does that is put down."""
        self.left = len(self.steps)
        for step in self.steps:
            kind, _, rest = step.partition(" ")
            match kind:
                case ">":
                    if not self._hears(controller, stop, rest):
                        return
                case "<":
                    os.write(controller, f"\r\n{rest}\r\n".encode())
                case "<<":
                    os.write(controller, rest.encode().decode("unicode_escape").encode("latin-1"))
                case ">>":
                    if not self._takes_data(controller, stop, int(rest) if rest.isdigit() else None):
                        return
                case "echo":
                    self._echoes = True
                case "signal":
                    self.signalled.set()
                case "pause":
                    self.goes_on.wait()
                case "unplug":
                    self.left -= 1
                    os.close(controller)
                    return
                case "endless":
                    with suppress(OSError):
                        while not _readable(stop, 0):
                            if select.select([], [controller], [], 0.01)[1]:
                                os.write(controller, b"x" * 512)
                case _:
                    raise ValueError(step)
            self.left -= 1
        while self._hears(controller, stop, None):
            os.write(controller, b"\r\nOK\r\n")

    def _hears(self, controller: int, stop: int, wanted: str | None) -> bool:
        """Read a command. One that the dialogue doesn't have is kept for the test to see, and never answered."""
        while (heard := self._command(controller, stop)) is not None:
            if heard == wanted or (wanted is None and heard):
                return True
            if heard:
                self.said.append(heard)
        return False

    def _command(self, controller: int, stop: int) -> str | None:
        text = b""
        while (octet := self._octet(controller, stop)) not in (b"\r", b""):
            text += octet
        if self._echoes and text:
            os.write(controller, text + b"\r")
            self._echoes = not text.startswith(b"ATE0")
        return text.decode("ascii", "backslashreplace") if octet else None

    def _takes_data(self, controller: int, stop: int, count: int | None) -> bool:
        """So many bytes, or all up to the end; the end is DLE ETX or DLE 2E, but not after another DLE."""
        while not _ended(self.data) if count is None else len(self.data) < count:
            octet = self._octet(controller, stop)
            if not octet:
                return False
            self.data += octet
        return True

    @staticmethod
    def _octet(controller: int, stop: int) -> bytes:
        """The next byte; nothing where the play is over."""
        ready = select.select([controller, stop], [], [])[0]
        return b"" if stop in ready else os.read(controller, 1)


def _ended(data: bytes) -> bool:
    body = data[:-2]
    dles = len(body) - len(body.rstrip(b"\x10"))
    return data.endswith(_ENDS) and dles % 2 == 0


def _readable(descriptor: int, wait_s: float) -> bool:
    return bool(select.select([descriptor], [], [], wait_s)[0])


@contextmanager
def hayes_modem(dialogue: str) -> Iterator[HayesModem]:
    """A modem that plays dialogues/<dialogue>.txt. At the end the whole of it must have been played."""
    controller, follower = os.openpty()
    stop, stopper = os.pipe()
    modem = HayesModem(steps_of(dialogue), os.ttyname(follower))
    thread = threading.Thread(target=modem.play, args=(controller, stop))
    thread.start()
    try:
        yield modem
        assert not modem.said, f"{dialogue}: the program said {modem.said}"
    finally:
        modem.goes_on.set()
        os.write(stopper, b".")
        thread.join()
        for descriptor in (controller, follower, stop, stopper):
            with suppress(OSError):  # an unplugged modem has closed its end
                os.close(descriptor)
    assert modem.left == 0, f"{dialogue}: {modem.left} steps were not reached"


def steps_of(dialogue: str) -> list[str]:
    """The steps of a file, with what it includes."""
    steps: list[str] = []
    for line in (DIALOGUES / f"{dialogue}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("include "):
            steps += steps_of(line.removeprefix("include "))
        elif line and not line.startswith("#"):
            steps.append(line)
    return steps
