"""libspandsp2 by ctypes: a real fax machine and a soft modem of Class 1, joined by their sound.

Time is counted in sound: while the program thinks, the line stands still, and while it waits, it runs as fast as
the machine can. So a call of a minute takes a second, and a slow machine changes nothing.
"""

import ctypes
import os
import select
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHUNK = 160  # samples: 20 ms
_RATE_HZ = 8000
_AT_TX = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_CONTROL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_T38 = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 4)
_PHASE_E = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_FRAME = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_FINAL = (b"OK\r\n", b"ERROR\r\n", b"CARRIER\r\n")
_STANDSTILL_S = 5.0  # for a program that says nothing more
_CALL, _CTS = 0, 7  # at_interpreter.h
_CONNECTED = 2


def library() -> ctypes.CDLL:
    """The library; a test without it is skipped."""
    try:
        spandsp = ctypes.CDLL("libspandsp.so.2")
    except OSError:
        pytest.skip("needs libspandsp2")
    for pointer in ("fax_init", "fax_get_t30_state", "t31_init", "t30_get_rx_ident"):
        getattr(spandsp, pointer).restype = ctypes.c_void_p
    return spandsp


class FaxMachine:
    """A fax machine that answers: CED, CSI, DIS, and what follows, into a TIFF file."""

    def __init__(
        self, ident: str, received: Path | None = None, *, modems: int = 7, ecm: bool = False
    ) -> None:
        """`modems`: 1 V.27ter, 2 V.29, 4 V.17."""
        self._spandsp = library()
        self._fax = ctypes.c_void_p(self._spandsp.fax_init(None, 0))
        self._spandsp.fax_set_transmit_on_idle(self._fax, 1)
        t30 = ctypes.c_void_p(self._spandsp.fax_get_t30_state(self._fax))
        self._spandsp.t30_set_tx_ident(t30, ident.encode())
        self._spandsp.t30_set_supported_modems(t30, modems)
        self._spandsp.t30_set_ecm_capability(t30, int(ecm))
        if received is not None:
            self._spandsp.t30_set_rx_file(t30, str(received).encode(), -1)
        self.completion_codes: list[int] = []
        self.frames: list[bytes] = []  # that it received
        self.page: tuple[int, int, int] | None = None  # the last one: pels a line, lines, bad lines
        self._kept = (_PHASE_E(self._ended), _FRAME(self._had_frame))
        self._spandsp.t30_set_phase_e_handler(t30, self._kept[0], None)
        self._spandsp.t30_set_real_time_frame_handler(t30, self._kept[1], None)

    def _ended(self, t30: int, _data: int, code: int) -> None:
        self.completion_codes.append(code)
        statistics = (ctypes.c_int * 32)()  # t30_stats_t
        self._spandsp.t30_get_transfer_statistics(ctypes.c_void_p(t30), statistics)
        self.page = (statistics[7], statistics[8], statistics[11])

    def _had_frame(self, _t30: int, _data: int, incoming: int, frame: int, length: int) -> None:
        if incoming:
            self.frames.append(ctypes.string_at(frame, length))

    def say(self) -> "array[int]":
        """The next 20 ms."""
        return _filled(self._spandsp.fax_tx, self._fax)

    def hear(self, samples: "array[int]") -> None:
        """Take in 20 ms of the other side."""
        self._spandsp.fax_rx(self._fax, _pointer(samples), len(samples))

    def close(self) -> None:
        """Free it."""
        self._spandsp.fax_free(self._fax)


def _pointer(samples: "array[int]") -> ctypes.c_void_p:
    return ctypes.c_void_p(samples.buffer_info()[0])


def _filled(generate: ctypes._CFuncPtr, state: ctypes.c_void_p) -> "array[int]":  # type: ignore[name-defined]
    samples = array("h", bytes(2 * CHUNK))
    generate(state, _pointer(samples), CHUNK)
    return samples


class SoftModem:
    """spandsp's T.31 modem at one end of a pseudo terminal, and a fax machine at the other end of its line."""

    def __init__(self, machine: FaxMachine) -> None:
        self._spandsp = library()
        self._machine = machine
        self._controller, follower = os.openpty()
        self.device = os.ttyname(follower)
        self._follower = follower  # kept open: between two openings it must not vanish
        self._said = self._heard = b""  # the last of it
        self._takes_more = True
        self._takes_data = self._waits_for_program = False
        self.is_in_call = False
        self.dialled: list[str] = []
        self._kept = (_AT_TX(self._to_host), _CONTROL(self._control), _T38(lambda *_: 0))
        self._t31 = ctypes.c_void_p(
            self._spandsp.t31_init(None, self._kept[0], None, self._kept[1], None, self._kept[2], None)
        )
        self._spandsp.t31_set_transmit_on_idle(self._t31, 1)
        self._stop = threading.Event()
        self._stopped, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._run)

    def _to_host(self, _at: int, _data: int, text: int, length: int) -> int:
        data = ctypes.string_at(text, length)
        os.write(self._controller, data)
        self._said = (self._said + data)[-64:]
        is_sending = self._heard.rpartition(b"AT+")[2].startswith(b"FT")
        self._takes_data = is_sending and self._said.endswith(b"CONNECT\r\n")
        self._waits_for_program = self._takes_data or self._said.endswith(_FINAL)
        return 0

    def _control(self, _t31: int, _data: int, operation: int, number: int | None) -> int:
        if operation == _CALL:
            self.dialled.append(ctypes.string_at(number).decode() if number else "")
            self.is_in_call = True
            self._spandsp.t31_call_event(self._t31, _CONNECTED)
        elif operation in (2, 4):
            self.is_in_call = False
        elif operation == _CTS:
            self._takes_more = bool(number)
        return 0

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._takes_more:
                self._listen_to_host()
            if self.is_in_call:
                self._exchange_sound()

    def _listen_to_host(self) -> None:
        """Take what the program says. Where it is to speak next, the line stands still until it does."""
        wait_s = _STANDSTILL_S if self._waits_for_program else 0.0 if self.is_in_call else 0.02
        readable, _, _ = select.select([self._controller, self._stopped], [], [], wait_s)
        if self._controller not in readable:
            return
        data = os.read(self._controller, 256)
        self._heard = (self._heard + data)[-64:]
        if self._heard.endswith(b"\x10\x03" if self._takes_data else b"\r"):
            self._waits_for_program = self._takes_data = False
        self._spandsp.t31_at_rx(self._t31, data, len(data))

    def _exchange_sound(self) -> None:
        ours, theirs = _filled(self._spandsp.t31_tx, self._t31), self._machine.say()
        self._spandsp.t31_rx(self._t31, _pointer(theirs), CHUNK)
        self._machine.hear(ours)

    def start(self) -> None:
        """Begin to listen to the program and to the line."""
        self._thread.start()

    def close(self) -> None:
        """End and free it."""
        self._stop.set()
        os.write(self._stopper, b".")
        self._thread.join()
        for descriptor in (self._follower, self._controller, self._stopped, self._stopper):
            os.close(descriptor)
        self._spandsp.t31_free(self._t31)


@contextmanager
def soft_modem(machine: FaxMachine) -> Iterator[SoftModem]:
    """A modem whose every call is answered by that machine."""
    modem = SoftModem(machine)
    modem.start()
    try:
        yield modem
    finally:
        modem.close()
        machine.close()
