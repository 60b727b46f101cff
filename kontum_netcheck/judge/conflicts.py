"""Two people, one line, different results within an hour. Pure: both answers stay, and the worse one counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from unicodedata import normalize

from kontum_netcheck.model import Observation, Outcome
from kontum_netcheck.probes.by_hand import FAIR_VOICE, is_by_hand

WITHIN = timedelta(hours=1)
"""A line may well change in longer than that (project policy)."""

_ANSWERED = frozenset({Outcome.MEASURED, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two answers to one question that can't both hold; `earlier` and `later` by when they were given."""

    earlier: Observation
    later: Observation

    @property
    def check_id(self) -> str:
        """The question that both answered."""
        return self.earlier.check_id


def conflicting(observations: Iterable[Observation]) -> tuple[Conflict, ...]:
    """Every pair of people's answers to one check that differ and lie within an hour, in the order of check and time.

    What machines measured at two moments is change, not conflict. Who answered again within the hour has
    corrected himself: only his later answer counts here.
    """
    by_hand = [found for found in observations if _is_a_persons_answer(found)]
    by_hand.sort(key=_order)
    return tuple(
        conflict
        for _, answers in groupby(by_hand, key=lambda found: found.check_id)
        for conflict in _of_one_check(list(answers))
    )


def _of_one_check(answers: list[Observation]) -> Iterator[Conflict]:
    standing = [
        answer for index, answer in enumerate(answers) if not _is_corrected(answer, answers[index + 1 :])
    ]
    for index, earlier in enumerate(standing):
        for later in standing[index + 1 :]:
            if later.started_at - earlier.started_at > WITHIN:
                break
            if person_of(later) != person_of(earlier) and result_of(later) != result_of(earlier):
                yield Conflict(earlier, later)


def _is_corrected(answer: Observation, after: list[Observation]) -> bool:
    """Whether the same person answered again within the hour; `after` is in the order of time."""
    for later in after:
        if later.started_at - answer.started_at > WITHIN:
            return False
        if person_of(later) == person_of(answer):
            return True
    return False


def _order(answer: Observation) -> tuple[object, ...]:
    """By check and time; of a person's two answers at one moment the worse one comes last, and stands."""
    failure, metrics = answer.failure, answer.metrics
    return (
        answer.check_id,
        answer.started_at,
        person_of(answer),
        failure is not None,
        str(failure),
        str(metrics),
    )


def person_of(observation: Observation) -> str:
    """The name of who answered, as names are compared."""
    return normalize("NFC", observation.operator).casefold()


def _is_a_persons_answer(observation: Observation) -> bool:
    return is_by_hand(observation) and observation.outcome in _ANSWERED


def result_of(observation: Observation) -> object:
    """What the answer comes to: why it does not work, or whether it works well. Words for the same are no conflict."""
    if observation.failure is not None:
        return observation.failure.cause
    quality = observation.metrics.get("voice_quality", FAIR_VOICE)
    return isinstance(quality, int) and quality >= FAIR_VOICE
