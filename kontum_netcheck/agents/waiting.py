"""Who still owes an answer: the checks that were sent, the jobs that they are in, and what came back. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kontum_netcheck.agents.job import can_be_sent
from kontum_netcheck.model import Cause, Check, Failure, Observation, Outcome, Stage

MOST_TIMES_SENT = 3
"""What three agents took and none brought back is not sent a fourth time: it may be what ends them."""


class Key(NamedTuple):
    """A check, and from where it is asked; no vantage: from anywhere."""

    check_id: str
    vantage: str


@dataclass(frozen=True, slots=True)
class Question:
    """A check that is asked from a vantage; "": from anywhere."""

    check: Check
    vantage: str

    @property
    def key(self) -> Key:
        """By what its answers are known."""
        return Key(self.check.id, self.vantage)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the questions to one vantage are; "": to anywhere."""

    vantage: str
    asked_count: int
    answered_count: int
    given_up_count: int

    @property
    def is_over(self) -> bool:
        """Whether nothing more is waited for."""
        return self.answered_count + self.given_up_count >= self.asked_count


def questions_of(checks: Iterable[Check]) -> Iterator[Question]:
    """What is sent: each check to each of its vantages, or once to whoever takes it."""
    for check in checks:
        if can_be_sent(check):
            for vantage in check.vantages or ("",):
                yield Question(check, vantage)


class Waiting:
    """The questions of a run. An answer counts once, however often it was asked for."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._questions = {question.key: question for question in questions}
        self._open = dict.fromkeys(self._questions)  # in the order of the plan
        self._jobs: dict[int, set[Key]] = {}  # what of each job is open
        self._jobs_of: dict[Key, list[int]] = {}
        self._answered: dict[Key, Observation] = {}
        self._given_up: dict[Key, Cause] = {}

    def sent(self, job_id: int, questions: Iterable[Question]) -> None:
        """They are in this job."""
        self._jobs[job_id] = {question.key for question in questions}
        for key in self._jobs[job_id]:
            self._jobs_of.setdefault(key, []).append(job_id)

    def take(self, observation: Observation) -> Check | None:
        """Its check, where it answers for the first time; also what was given up already."""
        for key in (Key(observation.check_id, observation.vantage), Key(observation.check_id, "")):
            if key in self._questions:
                known = self._answered.get(key)
                if known is None or observation.started_at > known.started_at:
                    self._answered[key] = observation
                self._given_up.pop(key, None)
                self._close(key)
                return self._questions[key].check if known is None else None
        return None

    def jobs(self) -> list[int]:
        """The jobs of which something is still waited for."""
        return list(self._jobs)

    def left_in(self, job_id: int) -> list[Question]:
        """What of a job is still waited for."""
        return [self._questions[key] for key in sorted(self._jobs.get(job_id, ()))]

    def vantage_of(self, job_id: int) -> str:
        """Where a job that is waited for is to be done; "": anywhere."""
        return next(iter(self._jobs[job_id])).vantage

    def forget(self, job_id: int) -> None:
        """Nothing more comes of that job."""
        self._jobs.pop(job_id, None)

    def give_up(self, questions: Iterable[Question], cause: Cause) -> None:
        """They are not waited for."""
        for question in questions:
            self._given_up[question.key] = cause
            self._close(question.key)

    def once_more(self, questions: Sequence[Question]) -> list[Question]:
        """Those that may be sent again; what was sent often enough is given up."""
        again = [each for each in questions if len(self._jobs_of.get(each.key, ())) < MOST_TIMES_SENT]
        kept = {each.key for each in again}
        self.give_up([each for each in questions if each.key not in kept], Cause.AGENT_FAILED)
        return again

    @property
    def open(self) -> list[Question]:
        """What is still waited for."""
        return [self._questions[key] for key in self._open]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is waited for."""
        return not self._open

    def given_up_by(self, cause: Cause) -> list[Question]:
        """What is not waited for, because of that."""
        return [self._questions[key] for key, why in self._given_up.items() if why is cause]

    def tallies(self) -> list[Tally]:
        """How far it is, vantage by vantage, in the order of the plan."""
        asked = Counter(key.vantage for key in self._questions)
        answered = Counter(key.vantage for key in self._answered)
        given_up = Counter(key.vantage for key in self._given_up)
        return [Tally(name, asked[name], answered[name], given_up[name]) for name in asked]

    def observations(self, now: datetime, operator: str) -> tuple[Observation, ...]:
        """The answers, and for each question that was given up, that it was not asked and why."""
        return (
            *self._answered.values(),
            *(_unasked(self._questions[key], cause, now, operator) for key, cause in self._given_up.items()),
        )

    def _close(self, key: Key) -> None:
        self._open.pop(key, None)
        for job_id in self._jobs_of.get(key, ()):
            if (left := self._jobs.get(job_id)) is not None:
                left.discard(key)
                if not left:
                    del self._jobs[job_id]


def _unasked(question: Question, cause: Cause, now: datetime, operator: str) -> Observation:
    check = question.check
    return Observation(
        check_id=check.id,
        probe=check.probe,
        target=check.target,
        outcome=Outcome.SKIPPED,
        started_at=now,
        duration_ms=0.0,
        failure=Failure(Stage.PLAN, cause, question.vantage if cause is Cause.NO_AGENT else ""),
        vantage=question.vantage,
        operator=operator,
    )
