"""Pinging on Windows without administrator rights: IcmpSendEcho2Ex and Icmp6SendEcho2 of iphlpapi.

Each call waits for its reply, so every burst has a thread; round trips are timed around the call, for the
service itself counts in whole milliseconds.
"""

import asyncio
import ctypes
import ipaddress
import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError, Method
from kontum_netcheck.net.icmp.windows_layouts import EchoReply, EchoReplyV6, socket_address_v6

_THREADS = 128
_ERROR_ROOM_BYTES = 8 + 16  # for an ICMP error and the IO_STATUS_BLOCK, says the documentation
_TIMED_OUT = 11010
_MEANINGS = {
    11002: (Cause.NETWORK_UNREACHABLE, "destination network unreachable"),
    11003: (Cause.HOST_UNREACHABLE, "destination host unreachable"),
    11004: (Cause.PROHIBITED, "destination protocol unreachable, or prohibited"),
    11005: (Cause.REFUSED, "destination port unreachable"),
    11009: (Cause.TOO_LARGE, "packet too big"),
    11013: (Cause.HOST_UNREACHABLE, "time to live exceeded in transit"),
    1231: (Cause.NETWORK_UNREACHABLE, "no route"),
    1232: (Cause.HOST_UNREACHABLE, "no route to host"),
}


class WindowsIcmp:
    """One thread and one handle a burst."""

    def __init__(self, source_address: str | None) -> None:
        self._source_address = source_address
        self._threads = ThreadPoolExecutor(_THREADS, "pinger")
        self._closing = False

    @property
    def method(self) -> Method:
        """`windows-icmp`."""
        return Method.WINDOWS_ICMP

    async def ping(self, address: str, plan: EchoPlan) -> EchoSeries | Failure:
        """Send a burst."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._burst, address, plan)

    async def close(self) -> None:
        """Bursts in flight end with the echo that they wait for."""
        self._closing = True
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    def _burst(self, address: str, plan: EchoPlan) -> EchoSeries | Failure:
        echo = (_EchoV6 if ":" in address else _EchoV4)(address, self._source_address, plan)
        rtts_ms: list[float | None] = []
        errors: list[IcmpError] = []
        planned_s = time.perf_counter()
        try:
            while len(rtts_ms) < plan.count and not self._closing:
                time.sleep(max(0.0, planned_s - time.perf_counter()))
                rtt_ms, error = echo.send()
                if error is not None and not rtts_ms and not error.reporter:
                    return Failure(Stage.REQUEST, error.cause, error.text)
                rtts_ms.append(rtt_ms)
                errors += [error] if error else []
                planned_s += plan.interval_s
        finally:
            echo.close()
        late_count = sum(rtt_ms is not None and rtt_ms > plan.timeout_s * 1000 for rtt_ms in rtts_ms)
        in_time = (rtt if rtt is not None and rtt <= plan.timeout_s * 1000 else None for rtt in rtts_ms)
        return EchoSeries(address, self.method, tuple(in_time), late_count=late_count, errors=tuple(errors))


class _Echo:
    """What IPv4 and IPv6 share: a handle, buffers, and one timed call an echo."""

    _create = ""
    _reply: Any = None

    def __init__(self, address: str, source_address: str | None, plan: EchoPlan) -> None:
        self._library = _library()
        self._address = address
        self._source_address = source_address
        self._timeout_ms = max(1, round(plan.timeout_s * 1000))
        self._payload = secrets.token_bytes(plan.payload_bytes)
        self._buffer = ctypes.create_string_buffer(
            ctypes.sizeof(self._reply) + plan.payload_bytes + _ERROR_ROOM_BYTES
        )
        create = getattr(self._library, self._create)
        create.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(create())
        if self._handle.value in (None, ctypes.c_void_p(-1).value):
            raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_SOCKET, f"{self._create} failed"))

    def send(self) -> tuple[float | None, IcmpError | None]:
        """The round trip in ms, or why there is none; neither for silence."""
        start_ns = time.perf_counter_ns()
        count = self._call()
        rtt_ms = (time.perf_counter_ns() - start_ns) / 1e6
        if not count:
            return None, self._error(_last_error(), "")
        reply = self._reply.from_buffer(self._buffer)
        if reply.status == 0:
            return rtt_ms, None
        return None, self._error(reply.status, self._reporter(reply))

    def _error(self, status: int, reporter: str) -> IcmpError | None:
        if status in (0, _TIMED_OUT):
            return None
        cause, text = _MEANINGS.get(status, (Cause.HOST_UNREACHABLE, f"Windows error {status}"))
        return IcmpError(cause, text, reporter)

    def _call(self) -> int:
        raise NotImplementedError

    def _reporter(self, reply: Any) -> str:
        raise NotImplementedError

    def close(self) -> None:
        """Give the handle back."""
        self._library.IcmpCloseHandle(self._handle)


class _EchoV4(_Echo):
    _create = "IcmpCreateFile"
    _reply = EchoReply

    def _call(self) -> int:
        source = ipaddress.IPv4Address(self._source_address or "0.0.0.0")
        return int(
            self._library.IcmpSendEcho2Ex(
                *(self._handle, None, None, None),
                ctypes.c_uint32(int.from_bytes(source.packed, sys.byteorder)),
                ctypes.c_uint32(int.from_bytes(ipaddress.IPv4Address(self._address).packed, sys.byteorder)),
                *(self._payload, ctypes.c_uint16(len(self._payload)), None),
                *(self._buffer, ctypes.c_uint32(len(self._buffer)), ctypes.c_uint32(self._timeout_ms)),
            )
        )

    def _reporter(self, reply: Any) -> str:
        return str(ipaddress.IPv4Address(bytes(reply.address)))


class _EchoV6(_Echo):
    _create = "Icmp6CreateFile"
    _reply = EchoReplyV6

    def _call(self) -> int:
        source = socket_address_v6(self._source_address)
        destination = socket_address_v6(self._address)
        return int(
            self._library.Icmp6SendEcho2(
                *(self._handle, None, None, None),
                *(ctypes.byref(source), ctypes.byref(destination)),
                *(self._payload, ctypes.c_uint16(len(self._payload)), None),
                *(self._buffer, ctypes.c_uint32(len(self._buffer)), ctypes.c_uint32(self._timeout_ms)),
            )
        )

    def _reporter(self, reply: Any) -> str:
        return str(ipaddress.IPv6Address(bytes(reply.address.address)))


def _library() -> Any:
    if sys.platform != "win32":
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_SOCKET, "this is not Windows"))
    return ctypes.WinDLL("iphlpapi", use_last_error=True)


def _last_error() -> int:
    if sys.platform != "win32":
        return 0
    return ctypes.get_last_error()
