"""The last resort where no echo can be sent: the time of a TCP connection, marked as such."""

import asyncio
import time

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.errors import failure_of
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, IcmpError, Method

_PORT = 443  # open or refused, a host that lives answers there


class TcpConnect:
    """Connects instead of echoing. A refusal (RST) is an answer too: one round trip, like an open port."""

    def __init__(self, source_address: str | None, *, port: int = _PORT) -> None:
        self._source_address = source_address
        self._port = port

    @property
    def method(self) -> Method:
        """`tcp-connect`."""
        return Method.TCP_CONNECT

    async def ping(self, address: str, plan: EchoPlan) -> EchoSeries | Failure:
        """Connect `plan.count` times, planned from the planned time.

        Raises CannotMeasure where nothing came back at all.
        """
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        attempts = []
        for number in range(plan.count):
            await asyncio.sleep(started_s + number * plan.interval_s - loop.time())
            attempts.append(asyncio.create_task(self._connect(address, plan.timeout_s)))
        try:
            outcomes = await asyncio.gather(*attempts)
        finally:
            for attempt in attempts:
                attempt.cancel()
        errors = tuple(
            IcmpError(outcome.cause, outcome.detail, address)
            for outcome in outcomes
            if isinstance(outcome, Failure)
        )
        if all(outcome is None for outcome in outcomes):
            # A port that is filtered says nothing of the host: that we can't send echoes is our own fault.
            raise CannotMeasure(
                Failure(
                    Stage.SOCKET,
                    Cause.NO_PERMISSION,
                    f"no way to send echoes, and TCP port {self._port} is silent",
                )
            )
        rtts_ms = tuple(outcome if isinstance(outcome, float) else None for outcome in outcomes)
        return EchoSeries(address, self.method, rtts_ms, errors=errors)

    async def _connect(self, address: str, timeout_s: float) -> float | Failure | None:
        """The round trip in ms; None for silence; the failure that a router or our own stack told."""
        local = (self._source_address, 0) if self._source_address else None
        start_ns = time.perf_counter_ns()
        try:
            async with asyncio.timeout(timeout_s):
                _, writer = await asyncio.open_connection(address, self._port, local_addr=local)
        except ConnectionRefusedError:
            return (time.perf_counter_ns() - start_ns) / 1e6
        except TimeoutError:
            return None
        except OSError as error:
            return failure_of(error, Stage.CONNECT)
        rtt_ms = (time.perf_counter_ns() - start_ns) / 1e6
        writer.transport.abort()
        return rtt_ms

    async def close(self) -> None:
        """Nothing is kept open."""
