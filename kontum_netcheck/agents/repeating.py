"""What is sent again and again, remembered, so that an agent that is cut off can go on by itself. Pure."""

from dataclasses import dataclass, field

from kontum_netcheck.agents.measuring import Work
from kontum_netcheck.model import Message, message

MOST_CHECKS_COUNT = 50_000
"""Of all that is remembered; the oldest series goes first."""

NOTE: Message = message(
    "The database was out of reach: the agent asked again by itself what it was last sent."
)


@dataclass(slots=True)
class Series:
    """The newest run of one series, as far as it came to this agent."""

    run_id: str
    every_s: float
    began_s: float  # monotonic: when its first job came, or was last repeated
    works: list[Work] = field(default_factory=list)


class Repeating:
    """Which series there are, and when each is due again."""

    def __init__(self, most_checks_count: int = MOST_CHECKS_COUNT) -> None:
        self._most_checks_count = most_checks_count
        self._series: dict[str, Series] = {}

    def remember(self, work: Work, now_s: float) -> None:
        """A job came; one that is sent only once is not remembered."""
        job = work.job
        if job.every_s is None:
            return
        name = job.series or f"{job.run.inventory_hash} {job.every_s:g}"
        series = self._series.get(name)
        if series is None or series.run_id != job.run.id:
            self._series.pop(name, None)  # the newest stands last
            series = self._series[name] = Series(job.run.id, job.every_s, now_s)
        series.works.append(work)
        while self._checks_count > self._most_checks_count and len(self._series) > 1:
            del self._series[next(iter(self._series))]

    def due(self, now_s: float) -> list[Series]:
        """The series whose next turn has come; it begins now."""
        due = [series for series in self._series.values() if now_s >= series.began_s + series.every_s]
        for series in due:
            series.began_s = now_s
        return due

    @property
    def _checks_count(self) -> int:
        return sum(len(work.checks) for series in self._series.values() for work in series.works)
