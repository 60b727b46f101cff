"""The modem at hand, for asyncio: each question is a thread of its own, that ends with the line put down."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage
from kontum_netcheck.net.modem.calls import dial_tone, phone_call
from kontum_netcheck.net.modem.class1 import fax_call
from kontum_netcheck.net.modem.class2 import fax_call as class2_call
from kontum_netcheck.net.modem.dialling import dial_string, wake
from kontum_netcheck.net.modem.identity import About, about, classes
from kontum_netcheck.net.modem.line import Line
from kontum_netcheck.net.modem.patience import Patience

if TYPE_CHECKING:
    from kontum_netcheck.net.modem.page import Page

T = TypeVar("T")
_HANG_UP_S = 5.0


class Modem:
    """One modem. Ask it one thing at a time; a question that is cancelled puts the line down first."""

    def __init__(
        self,
        device: str,
        *,
        prefix: str = "",
        patience: Patience | None = None,
        rate_bit_per_s: int = 115_200,
    ) -> None:
        """`prefix` gets an outside line (`9,`). Nothing is opened yet."""
        self.device = device
        self._prefix = prefix
        self._patience = patience or Patience()
        self._rate_bit_per_s = rate_bit_per_s

    async def about(self) -> About:
        """What it is and what it can do; the line is not touched. Raises PortFault."""
        return await self._talk(lambda line: about(line, self._patience))

    async def dial_tone(self) -> Measurement:
        """Whether its own line has a dial tone, without a call. Raises PortFault."""
        return await self._talk(lambda line: dial_tone(line, self._patience))

    async def call(self, number: str, *, ring_for_s: float | None = None) -> Measurement:
        """Call a phone: busy, ring, answered or not. Raises CannotMeasure where our side is at fault, ValueError.

        `ring_for_s` is enough ringing, where the modem tells of it; else until somebody lifts or 40 s are over.
        """
        digits = dial_string(number, self._prefix)
        return await self._talk(lambda line: phone_call(line, digits, self._patience, ring_for_s))

    async def call_fax(self, number: str) -> Measurement:
        """Call a fax and read how it introduces itself, in Class 1 or else 2; no page is sent. Raises as `call`."""
        digits = dial_string(number, self._prefix)
        return await self._talk(lambda line: self._call_fax(line, digits))

    async def send_page(self, number: str, page: "Page") -> Measurement:
        """Send one page and say what the far end confirmed. Raises as `call`."""
        from kontum_netcheck.net.modem.sending import send_page

        digits = dial_string(number, self._prefix)
        return await self._talk(lambda line: send_page(line, digits, page, self._patience))

    def _call_fax(self, line: Line, digits: str) -> Measurement:
        wake(line, self._patience)
        known = classes(line, self._patience)
        if "1" in known:
            return fax_call(line, digits, self._patience)
        for name in ("2.0", "2"):
            if name in known:
                return class2_call(line, digits, name, self._patience)
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_MODEM, "this modem can't call faxes"))

    async def _talk(self, conversation: Callable[[Line], T]) -> T:
        """Have a conversation in a thread. Who cancels it waits until the line is put down, five seconds at most."""
        stop = threading.Event()
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[T] = loop.create_future()

        def tell(result: T | None, fault: BaseException | None) -> None:
            if ended.cancelled():
                return
            if fault is not None:
                ended.set_exception(fault)
            else:
                ended.set_result(result)  # type: ignore[arg-type]

        def have_it() -> None:
            result, fault = None, None
            try:
                with Line(self.device, stop, self._rate_bit_per_s) as line:
                    result = conversation(line)
            except BaseException as raised:
                fault = raised
            with contextlib.suppress(RuntimeError):  # nobody waits any more, and the loop is closed
                loop.call_soon_threadsafe(tell, result, fault)

        threading.Thread(target=have_it, name=f"modem {self.device}", daemon=True).start()
        try:
            return await asyncio.shield(ended)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({ended}, timeout=_HANG_UP_S)
            if ended.done():
                ended.exception()  # Stopped: it is what we wanted
            raise
