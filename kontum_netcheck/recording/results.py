"""What a call came to, in words: a person's answers and a machine's results have one vocabulary. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, Observation, Outcome, Stage, message
from kontum_netcheck.recording.answers import ANSWERS

RESULT_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "ring": message("rings"),
        "answered": message("answered"),
        "congestion": message("network busy"),
        "no_such_number": message("no such number"),
        "rejected": message("call rejected"),
        "no_carrier": message("no modem answered"),
        "fax_answered": message("fax machine answered"),
        "dial_tone": message("dial tone heard"),
        **{answer.key: answer.label for answer in ANSWERS},
    }
)
"""By the metric `result`."""


_CALLED = frozenset({"call", "fax"})
_NOT_BEGUN = frozenset({Stage.PLAN, Stage.LINK})


def was_called(observation: Observation) -> bool:
    """Whether somebody was called: by a person, or by a machine, also where the call was broken off."""
    if observation.probe not in _CALLED:
        return False
    if observation.outcome is not Outcome.SKIPPED:
        return True
    return observation.failure is not None and observation.failure.stage not in _NOT_BEGUN


def word_of(observation: Observation) -> Message | str:
    """The result's own word; another program's result stays as it is."""
    if observation.probe in _CALLED and observation.outcome is Outcome.SKIPPED:
        return message("broken off") if was_called(observation) else message("not called")
    if observation.probe in _CALLED and observation.outcome is Outcome.ERROR:
        return message("could not call")
    key = str(observation.metrics.get("result", observation.outcome))
    return RESULT_WORDS.get(key, key)


def result_of(observation: Observation) -> Message | str:
    """What was answered, in words, with what was counted."""
    label = word_of(observation)
    pages, quality = observation.metrics.get("pages_count"), observation.metrics.get("voice_quality")
    if pages is not None:
        return message("{result} (pages: {count})", result=label, count=pages)
    if quality is not None:
        return message("{result} (voice quality {quality} of 5)", result=label, quality=quality)
    return label


def key_of(observation: Observation) -> str | None:
    """The result for programs: the metric; of a call that broke off or was not possible, the cause."""
    failure = observation.failure
    if failure is not None and observation.outcome in (Outcome.SKIPPED, Outcome.ERROR):
        return failure.cause.value
    result = observation.metrics.get("result")
    return None if result is None else str(result)
