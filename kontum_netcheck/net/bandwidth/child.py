"""Another program that measures for us: run to its end, or ended with us, its output bounded."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

_OUTPUT_MAX_BYTES = 4_000_000
_GRACE_S = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: its exit code, and what it said."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool


class Child:
    """One process. A thread waits for it, so that any event loop will do."""

    def __init__(self, command: list[str], given: bytes = b"") -> None:
        self._command, self._given = command, given
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    async def run(self, timeout_s: float) -> Ended:
        """Run it. Where our task is cancelled it is interrupted, as by Ctrl-C, and what it said is in `last`.

        Raises OSError where it can't be started.
        """
        waiting = asyncio.ensure_future(asyncio.to_thread(self._run, timeout_s))
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            self.stop()
            with contextlib.suppress(OSError):
                self.last = await waiting
            raise

    last: Ended | None = None

    def stop(self) -> None:
        """Interrupt it, from any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                _interrupt(self._process)

    def _run(self, timeout_s: float) -> Ended:
        with self._lock:
            self._process = process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_without_proxies(),
                start_new_session=sys.platform != "win32",  # Ctrl-C of the terminal is ours to pass on
            )
            if self._stopped:
                _interrupt(process)
        timed_out = False
        try:
            stdout, stderr = process.communicate(self._given, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            timed_out = True
            _interrupt(process)
            try:
                stdout, stderr = process.communicate(timeout=_GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                stdout, stderr = process.communicate()
        return Ended(process.returncode, stdout[:_OUTPUT_MAX_BYTES], stderr[:_OUTPUT_MAX_BYTES], timed_out)


def _interrupt(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.terminate()
        else:
            process.send_signal(signal.SIGINT)


def _without_proxies() -> dict[str, str]:
    """The environment, whose proxies nothing of ours uses unasked."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
