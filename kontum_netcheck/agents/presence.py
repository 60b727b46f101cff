"""What an agent says of itself every ten seconds: who it is, what runs, how fast it goes."""

import socket
import time
import uuid
from collections import deque
from datetime import datetime

from kontum_netcheck import __version__
from kontum_netcheck.agents.feed import Feed
from kontum_netcheck.agents.job import JOB_VERSION
from kontum_netcheck.agents.measuring import Work
from kontum_netcheck.store.agents import AgentReport

_RATE_OVER_S = 60


class Presence:
    """Who this agent is. The status in its report, plain JSON:

    `state`: `ready`, `clock` (its clock is wrong: it takes no jobs), `ending`; `jobs`: the numbers of those under way;
    `running_count`: checks being asked; `rate_per_min`: answers within the last minute; `waiting_count`: entries still
    to be handed in; `last_run_id`: the run of the last job that it took.
    """

    def __init__(self, vantage: str, name: str, started_at: datetime, feed: Feed) -> None:
        self.id = uuid.uuid4().hex
        self.vantage = vantage
        self.name = name
        self.host = socket.gethostname()
        self.jobs: dict[int, Work] = {}
        self.is_ending = False
        self._started_at = started_at
        self._started_s = time.monotonic()
        self._last_run_id = ""
        self._answers: deque[tuple[int, int]] = deque(maxlen=_RATE_OVER_S)  # second, how many in it
        self._feed = feed

    def begin(self, job_id: int, work: Work) -> None:
        """A job is under way."""
        self.jobs[job_id] = work
        self._last_run_id = work.run_id

    def end(self, job_id: int) -> None:
        """It is over."""
        self.jobs.pop(job_id, None)

    def count(self) -> None:
        """A check has been answered."""
        second = int(time.monotonic())
        before = self._answers.pop()[1] if self._answers and self._answers[-1][0] == second else 0
        self._answers.append((second, before + 1))

    def report(
        self, clock_offset_s: float | None, waiting_count: int, *, clock_is_right: bool
    ) -> AgentReport:
        """What to say now."""
        state = "ending" if self.is_ending else "ready" if clock_is_right else "clock"
        return AgentReport(
            id=self.id,
            vantage=self.vantage,
            name=self.name,
            host=self.host,
            tool_version=__version__,
            job_version=JOB_VERSION,
            started_at=self._started_at,
            clock_offset_s=clock_offset_s,
            status={
                "state": state,
                "jobs": sorted(self.jobs),
                "running_count": self._feed.running_count,
                "rate_per_min": round(self._rate_per_min(), 1),
                "waiting_count": waiting_count,
                "last_run_id": self._last_run_id,
            },
        )

    def _rate_per_min(self) -> float:
        now_s = time.monotonic()
        count = sum(count for second, count in tuple(self._answers) if second >= now_s - _RATE_OVER_S)
        return count * 60 / max(1.0, min(_RATE_OVER_S, now_s - self._started_s))
