"""An agent of `demo --agents`, seen from the program that starts, kills and ends it."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

from kontum_netcheck.cli.demo_agent import Told

_ENDS_S = 5.0


class AgentProcess:
    """A process; what it says is passed on line by line. A context manager: it is gone with the block."""

    def __init__(self, told: Told, say: Callable[[str], None]) -> None:
        self.told = told
        self._say = say
        self._process: subprocess.Popen[str] | None = None
        self._listening: threading.Thread | None = None

    def start(self) -> None:
        """Start it, or start it once more."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kontum_netcheck.cli.demo_agent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is for the demo, which ends its agents itself
        )
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write(self.told.written())
        process.stdin.flush()
        self._process = process
        self._listening = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listening.start()

    @property
    def is_over(self) -> bool:
        """Whether it has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """As the power does it (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._reap(self._process)

    def end(self) -> None:
        """As a service is stopped (SIGTERM); killed where that takes long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reap(self._process)

    def _reap(self, process: "subprocess.Popen[str]") -> None:
        process.wait()
        if self._listening is not None:
            self._listening.join()
        for stream in (process.stdin, process.stderr):
            if stream is not None:
                stream.close()
        self._process = None

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            self._say(line.rstrip())
