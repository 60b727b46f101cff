"""Sentences that become text in the reader's language only at the edge, and the faults that carry them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kontum_netcheck.model.scales import Cause, Stage


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence and its values; it becomes text in the reader's language only at the edge.

    `text` is the English sentence with `{name}` fields and also the key of its translation. Values may be
    numbers, datetimes, timedeltas, Readiness, other Messages: the language formats each of them.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


def message(text: str, **values: object) -> Message:
    """Make a Message; translators' tools look for calls of this name."""
    return Message(text, values)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no good measurement: stage and cause from closed lists, the raw text for people."""

    stage: Stage
    cause: Cause
    detail: str = ""


class WrongValue(ValueError):
    """A value that a person typed and that cannot be; carries the Message that says why and what to write.

    `hint` is a sentence of its own, where what to write needs one.
    """

    def __init__(self, problem: Message, hint: Message | None = None) -> None:
        super().__init__(problem.text.format(**problem.values))
        self.problem = problem
        self.hint = hint


class CannotMeasure(Exception):
    """Raised by engines where the fault is ours (no permission, no socket); carries the Failure.

    `metrics` are what was found out all the same: the bytes that it cost.
    """

    def __init__(
        self,
        failure: Failure,
        metrics: Mapping[str, float | int | str | bool | tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(f"{failure.stage}: {failure.cause}: {failure.detail}")
        self.failure = failure
        self.metrics = dict(metrics or {})
