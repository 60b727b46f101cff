"""Corrections: nothing is overwritten, the same is not kept twice, and what was corrected no longer stands. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.model import KeptObservation, Observation, Outcome, WrongValue, message

_ANSWERED = (Outcome.MEASURED, Outcome.FAILED)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one, as names are compared: without case, marks and double spaces."""
    return fold(one) == fold(other)


def standing(kept: Iterable[KeptObservation]) -> list[KeptObservation]:
    """Without what its own author has corrected since. The corrected ones stay in the store and in the call log."""
    all_kept = list(kept)
    corrected = {
        (str(corrects), fold(each.observation.operator))
        for each in all_kept
        if (corrects := each.observation.metrics.get("corrects"))
    }
    return [each for each in all_kept if (each.id, fold(each.observation.operator)) not in corrected]


def latest(kept: Iterable[KeptObservation]) -> KeptObservation | None:
    """The newest answer of a check that still stands."""
    answered = [each for each in standing(kept) if each.observation.outcome in _ANSWERED]
    return max(answered, key=lambda each: each.observation.started_at, default=None)


def settled(new: Observation, past: Sequence[KeptObservation], *, ever: bool = False) -> Observation | None:
    """What is to be kept of `new` beside the `past` of its check; None: it is there already.

    Another answer of the same person for the same moment is a correction of the earlier one. With `ever`, what was
    said once and corrected since is there too: an old sheet that is read in again changes nothing.
    """
    same_moment = [each for each in past if _same_moment(each.observation, new)]
    known = same_moment if ever else standing(same_moment)
    if any(_same_words(each.observation, new) for each in known):
        return None
    stands = standing(same_moment)
    if not stands or "corrects" in new.metrics:
        return new
    return replace(new, metrics={**new.metrics, "corrects": stands[-1].id})


def corrected_by(word: str, past: Sequence[KeptObservation], operator: str) -> KeptObservation:
    """The evidence that `word` means: `last`, or the beginning of its id. Raises WrongValue."""
    stands = sorted(standing(past), key=lambda each: each.observation.started_at)
    found = stands[-1:] if word == "last" else [e for e in past if len(word) >= 6 and e.id.startswith(word)]
    if len(found) != 1:
        ids = ", ".join(each.id[:12] for each in reversed(stands[-5:]))
        raise WrongValue(
            message("No evidence of this line has the id {word}.", word=word),
            message("The latest have: {ids}.", ids=ids) if ids else None,
        )
    author = found[0].observation.operator
    if not same_person(author, operator):
        raise WrongValue(
            message("This evidence is by {author}, and only {author} can correct it.", author=author),
            message("Record what you found yourself: both stay, and the worse one counts."),
        )
    return found[0]


def _same_moment(one: Observation, other: Observation) -> bool:
    return (
        one.check_id == other.check_id
        and one.started_at == other.started_at
        and same_person(one.operator, other.operator)
    )


def _same_words(one: Observation, other: Observation) -> bool:
    return _without_corrects(one) == _without_corrects(other)


def _without_corrects(observation: Observation) -> Observation:
    """A fact without what it corrects, and without how it was called in the store."""
    metrics = {name: value for name, value in observation.metrics.items() if name != "corrects"}
    return replace(observation, metrics=metrics)
