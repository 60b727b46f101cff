"""From what a person said to an Observation: what goes together, what can't be. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kontum_netcheck.model import MetricValue, Observation, Outcome, ServiceKind, WrongValue, message
from kontum_netcheck.probes.by_hand import FAIR_VOICE
from kontum_netcheck.recording.answers import Answer
from kontum_netcheck.recording.items import Item

_MAX_NAME = 100
_MAX_NOTE = 1000
_MAX_PAGES = 1000
_POOR_VOICE = FAIR_VOICE - 1


@dataclass(frozen=True, slots=True)
class Witness:
    """Who tried it, from where, and why. Without a name nothing counts."""

    operator: str
    vantage: str = ""
    purpose: str = ""

    def __post_init__(self) -> None:
        """Raises WrongValue where the name is none."""
        name = self.operator.strip()
        if not any(character.isalpha() for character in name):
            raise WrongValue(
                message("A name is missing: who tried it?"),
                message("Evidence counts only with the name of the person who vouches for it."),
            )
        for text in (name, self.vantage, self.purpose):
            if len(text) > _MAX_NAME or not text.isprintable():
                raise WrongValue(
                    message(
                        "“{value}” is no name: write at most {count} characters on one line.",
                        value=text[:_MAX_NAME],
                        count=_MAX_NAME,
                    )
                )


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or file that proves it: its name, and the SHA-256 of its content in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person answered about one line, as it was typed and understood."""

    answer: Answer
    at: datetime  # aware
    voice_quality: int | None = None
    pages_count: int | None = None
    tone: bool | None = None
    note: str = ""
    attachment: Attachment | None = None
    corrects: str = ""  # the id of the evidence that was wrong


def observation(item: Item, said: Said, witness: Witness) -> Observation:
    """The fact to keep: the same words give the same fact, so that a sheet can be read in twice.

    Raises WrongValue where the parts of the answer contradict each other.
    """
    _refuse_contradictions(item, said)
    failure = said.answer.failure(said.note)
    return Observation(
        check_id=item.check.id,
        probe=item.check.probe,
        target=item.check.target,
        outcome=Outcome.MEASURED if failure is None else Outcome.FAILED,
        started_at=said.at.astimezone(UTC),
        duration_ms=0.0,
        metrics=dict(_metrics(said, witness)),
        failure=failure,
        vantage=witness.vantage.strip(),
        operator=" ".join(witness.operator.split()),
    )


def _metrics(said: Said, witness: Witness) -> Iterator[tuple[str, MetricValue]]:
    """What was said, and nothing that was not."""
    yield "result", said.answer.key
    tone = said.answer.tone if said.tone is None else said.tone
    if tone is not None:
        yield "tone", tone
    quality = said.voice_quality
    if quality is None and said.answer.key == "noisy":
        quality = _POOR_VOICE  # what the word means on the scale of P.800
    if quality is not None:
        yield "voice_quality", quality
    if said.pages_count is not None:
        yield "pages_count", said.pages_count
    if said.note.strip():
        yield "note", said.note.strip()
    if witness.purpose.strip():
        yield "purpose", witness.purpose.strip()
    if said.attachment is not None:
        yield "attachment_name", said.attachment.name
        yield "attachment_sha256", said.attachment.sha256
    if said.corrects:
        yield "corrects", said.corrects


def _refuse_contradictions(item: Item, said: Said) -> None:
    answer, kind = said.answer, item.check.kind
    if kind not in answer.kinds:
        raise WrongValue(message("“{answer}” is no answer for this kind of line.", answer=answer.label))
    refuse_quality(kind, answer, said.voice_quality)
    refuse_pages(kind, answer, said.pages_count)
    if said.tone is not None and kind is not ServiceKind.FAX:
        raise WrongValue(message("A tone is something to hear on a fax line only."))
    if said.tone is not None and answer.tone is not None and said.tone is not answer.tone:
        raise WrongValue(
            message("The answer “{answer}” and the tone contradict each other.", answer=answer.label)
        )
    if said.tone is False and answer.cause is None and not said.pages_count:
        raise WrongValue(
            message("A fax without a tone and without a page is not in order."),
            message("Write no_fax_tone, or how many pages were received."),
        )
    if len(said.note) > _MAX_NOTE:
        raise WrongValue(message("The note is too long: at most {count} characters.", count=_MAX_NOTE))


def check_quality(quality: int | None, answer: Answer) -> int | None:
    """The voice quality, where it is on the scale and fits the answer. Raises WrongValue."""
    if quality is None:
        return None
    if not 1 <= quality <= 5:
        raise WrongValue(message("The voice quality is a whole number from 1 (bad) to 5 (excellent)."))
    if answer.key == "noisy" and quality > _POOR_VOICE:
        raise WrongValue(
            message("A noisy call has a voice quality of 1 or 2."),
            message("Write ok with that quality, or a lower one."),
        )
    return quality


def check_pages(pages: int | None, answer: Answer) -> int | None:
    """The number of pages, where the answer needs or takes one. Raises WrongValue."""
    if pages is None:
        if answer.key == "page_received":
            raise WrongValue(message("How many pages were received? Write their number."))
        return None
    if not 1 <= pages <= _MAX_PAGES:
        raise WrongValue(
            message("The number of pages is a whole number from 1 to {most}.", most=_MAX_PAGES),
            message("If none came, answer no_fax_tone, no_answer or failed."),
        )
    return pages


def refuse_quality(kind: ServiceKind, answer: Answer, quality: int | None) -> None:
    """Raises WrongValue where the voice quality is off its scale, or goes with no such line or answer."""
    if quality is not None and (kind is not ServiceKind.PHONE or not answer.voice):
        raise WrongValue(
            message(
                "A voice quality goes only with a call that was answered, not with “{answer}”.",
                answer=answer.label,
            )
        )
    check_quality(quality, answer)


def refuse_pages(kind: ServiceKind, answer: Answer, pages: int | None) -> None:
    """Raises WrongValue where the number of pages is missing, can't be, or goes with no such line or answer."""
    if pages is not None and (kind is not ServiceKind.FAX or not answer.pages):
        raise WrongValue(
            message(
                "A number of pages goes only with a fax that was received, not with “{answer}”.",
                answer=answer.label,
            )
        )
    check_pages(pages, answer)
