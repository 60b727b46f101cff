"""What `demo --agents` counts at its end: every question answered, and none counted twice. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from kontum_netcheck.agents.waiting import Question
from kontum_netcheck.model import KeptObservation, Message, Observation, Outcome, Stage, message


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a run over agents."""

    asked_count: int
    once_count: int  # questions with one answer in the report
    twice_count: int  # with more
    lost_count: int  # with none in the report, or none in the store
    again_count: int  # answers in the store beside the one that counts

    @classmethod
    def of(
        cls,
        questions: Sequence[Question],
        reported: Iterable[Observation],
        kept: Iterable[KeptObservation],
    ) -> Self:
        """Count what was reported, and hold it against what the store has of that run."""
        named = {(question.check.id, question.vantage) for question in questions}
        stored = Counter(_key(each.observation, named) for each in kept)
        answers = Counter(_key(each, named) for each in reported if not _is_unasked(each))
        return cls(
            asked_count=len(questions),
            once_count=sum(answers[key] == 1 and stored[key] > 0 for key in named),
            twice_count=sum(answers[key] > 1 for key in named),
            lost_count=sum(not (answers[key] and stored[key]) for key in named),
            again_count=sum(max(0, stored[key] - 1) for key in named),
        )

    @property
    def is_whole(self) -> bool:
        """Whether each question has its one answer."""
        return self.once_count == self.asked_count

    @property
    def sentence(self) -> Message:
        """All of it in one line."""
        return message(
            "Asked: {asked}. Answered once: {once}, twice: {twice}, lost: {lost}. Measured a second time after"
            " the kill: {again}; both are kept, one counts.",
            asked=self.asked_count,
            once=self.once_count,
            twice=self.twice_count,
            lost=self.lost_count,
            again=self.again_count,
        )


def _key(observation: Observation, named: set[tuple[str, str]]) -> tuple[str, str]:
    """The question that it answers: that of its place, else that of anywhere."""
    key = (observation.check_id, observation.vantage)
    return key if key in named else (observation.check_id, "")


def _is_unasked(observation: Observation) -> bool:
    failure = observation.failure
    return observation.outcome is Outcome.SKIPPED and failure is not None and failure.stage is Stage.PLAN
