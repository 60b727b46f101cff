"""Pinging through the system's own ping program, where sockets are closed to us."""

import asyncio
import contextlib
import math
import os
import subprocess
import sys

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.icmp.ping_output import meaning_of, parse_unix
from kontum_netcheck.net.icmp.series import EchoPlan, EchoSeries, Method

_AT_ONCE = 32  # processes
_SHORTEST_INTERVAL_S = 0.2  # that ping programs grant to users
_START_AND_END_S = 5.0
_OUTPUT_MAX_BYTES = 1 << 20
_TRIAL = EchoPlan(count=1, interval_s=_SHORTEST_INTERVAL_S, timeout_s=1.0, payload_bytes=56)
_TRIAL_S = 2.0


class SystemPing:
    """Runs one process a burst, some at a time. Kills them when it is closed."""

    def __init__(self, program: str, source_address: str | None, *, platform: str = sys.platform) -> None:
        self._program = program
        self._source_address = source_address
        self._platform = platform
        self._turn = asyncio.Semaphore(_AT_ONCE)

    @property
    def method(self) -> Method:
        """`system-ping`."""
        return Method.SYSTEM_PING

    async def ping(self, address: str, plan: EchoPlan) -> EchoSeries | Failure:
        """Run the program and read what it prints."""
        command = command_line(self._program, self._platform, address, plan, self._source_address)
        interval_s = max(plan.interval_s, _SHORTEST_INTERVAL_S)
        limit_s = plan.count * (interval_s + plan.timeout_s) + _START_AND_END_S
        async with self._turn:
            output, complaint = await _run(command, limit_s)
        if output.strip() and "PING" in output.upper():
            return parse_unix(output, address, plan)
        return refusal_of(complaint or output)

    async def close(self) -> None:
        """Nothing outlives a burst."""


def may_send(program: str, loopback_address: str, *, platform: str = sys.platform) -> bool:
    """Whether that program is allowed to send echoes here: tried with one to loopback. Blocks, two seconds at most."""
    try:
        ended = subprocess.run(
            command_line(program, platform, loopback_address, _TRIAL, None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_in_english(),
            timeout=_TRIAL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # it waits for an answer, so it has sent
    except OSError:  # its file has capabilities that a container may not give away, say
        return False
    return not _is_forbidden(ended.stderr.decode(errors="replace"))


def command_line(
    program: str, platform: str, address: str, plan: EchoPlan, source_address: str | None
) -> list[str]:
    """The arguments by which each system's ping sends that burst."""
    count, size = str(plan.count), str(plan.payload_bytes)
    timeout_ms = str(math.ceil(plan.timeout_s * 1000))
    interval = f"{max(plan.interval_s, _SHORTEST_INTERVAL_S):g}"
    if platform == "darwin":
        is_ipv6 = ":" in address
        source = ["-S", source_address] if source_address else []
        wait = [] if is_ipv6 else ["-W", timeout_ms]  # ping6 has no such option
        name = f"{program}6" if is_ipv6 else program
        return [name, "-n", "-c", count, "-i", interval, *wait, "-s", size, *source, address]
    source = ["-I", source_address] if source_address else []
    wait = ["-W", str(math.ceil(plan.timeout_s))]  # whole seconds, for the sake of old ones
    return [program, "-n", "-c", count, "-i", interval, *wait, "-s", size, *source, address]


def refusal_of(complaint: str) -> Failure:
    """What a program means that ended without a burst. Raises CannotMeasure where the fault is ours."""
    detail = complaint.strip()[:200] or "the ping program said nothing"
    lowered = detail.lower()
    if _is_forbidden(detail):
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_PERMISSION, detail))
    if "unreachable" in lowered or "no route" in lowered:
        return Failure(Stage.REQUEST, meaning_of(detail), detail)
    if "assign requested address" in lowered:
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, detail))
    raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_SOCKET, detail))


def _is_forbidden(complaint: str) -> bool:
    lowered = complaint.lower()
    return "not permitted" in lowered or "denied" in lowered or "lacking privilege" in lowered


def _in_english() -> dict[str, str]:
    """The environment in which the program's output is the one that we know."""
    return {**os.environ, "LC_ALL": "C"}


async def _run(command: list[str], limit_s: float) -> tuple[str, str]:
    """Standard output and error, bounded in time and size. Raises CannotMeasure where it can't be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_in_english(),
        )
    except OSError as error:  # its file has capabilities that a container may not give away, say
        detail = f"{command[0]}: {error.strerror}"
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_PERMISSION, detail)) from error
    assert process.stdout is not None and process.stderr is not None
    output = complaint = b""
    try:
        async with asyncio.timeout(limit_s):
            output, complaint = await asyncio.gather(_read(process.stdout), _read(process.stderr))
            await process.wait()
    except TimeoutError:
        complaint = b"the ping program did not end"
    finally:
        if process.returncode is None:  # killing one that has ended would take its exit status away
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return output.decode(errors="replace"), complaint.decode(errors="replace")


async def _read(stream: asyncio.StreamReader) -> bytes:
    """All of it, or as much as is bearable."""
    chunks = []
    left_bytes = _OUTPUT_MAX_BYTES
    while left_bytes > 0 and (chunk := await stream.read(left_bytes)):
        chunks.append(chunk)
        left_bytes -= len(chunk)
    return b"".join(chunks)
