"""What a person can answer, and what each answer means: the one table of `record`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kontum_netcheck.inventory.places import fold, nearest
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Message, ServiceKind, Stage, WrongValue, message

_CALLED = frozenset({ServiceKind.PHONE, ServiceKind.FAX})
_PHONE = frozenset({ServiceKind.PHONE})
_FAX = frozenset({ServiceKind.FAX})
_ALL = frozenset({ServiceKind.PHONE, ServiceKind.FAX, ServiceKind.CHECKLIST})

_SURELY_MEANT = 0.8
"""A wrong guess would be evidence that is wrong: better ask once more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Its number stands on paper sheets, so it never changes its meaning."""

    key: str  # `result` in metrics
    number: int
    label: Message
    kinds: frozenset[ServiceKind]
    stage: Stage | None = None  # with `cause`: the line failed. Without: it was tried and worked
    cause: Cause | None = None
    voice: bool = False  # somebody was heard: a voice quality can go with it
    pages: bool = False  # a page went over: their number can go with it
    tone: bool | None = None  # whether this answer says that a fax tone was heard
    other_words: tuple[str, ...] = ()  # folded, as people write them in sheets

    def failure(self, note: str) -> Failure | None:
        """Why the line does not work, with the person's own words; None: it works."""
        return None if self.stage is None or self.cause is None else Failure(self.stage, self.cause, note)


ANSWERS: tuple[Answer, ...] = (
    Answer(
        "ok",
        1,
        message("in order"),
        _ALL,
        voice=True,
        pages=True,
        other_words=("tot", "dat", "duoc", "binh thuong", "hoat dong tot", "good", "yes", "co"),
    ),
    Answer(
        "busy",
        2,
        message("busy"),
        _CALLED,
        Stage.CONNECT,
        Cause.BUSY,
        other_words=("ban", "may ban", "duong day ban"),
    ),
    Answer(
        "no_answer",
        3,
        message("no answer"),
        _CALLED,
        Stage.CONNECT,
        Cause.NO_ANSWER,
        other_words=("khong ai nghe", "khong nghe may", "khong bat may", "khong tra loi", "khong nhac may"),
    ),
    Answer(
        "no_dial_tone",
        4,
        message("no dial tone"),
        _CALLED,
        Stage.CONNECT,
        Cause.NO_DIAL_TONE,
        other_words=("mat tin hieu", "mat tin hieu moi quay so", "dead", "no dialtone"),
    ),
    Answer(
        "wrong_party",
        5,
        message("wrong party"),
        _CALLED,
        Stage.EXPECTATION,
        Cause.WRONG_PARTY,
        other_words=("nham so", "nham may", "sai so", "sai nguoi", "wrong number"),
    ),
    Answer(
        "noisy",
        6,
        message("noisy, hard to understand"),
        _PHONE,
        voice=True,
        other_words=("noisy", "on", "nghe re", "re", "nhieu", "nghe kho", "noise"),
    ),
    Answer(
        "fax_tone",
        7,
        message("fax tone heard"),
        _FAX,
        tone=True,
        other_words=("tone", "tin hieu fax", "co tin hieu fax", "nghe tin hieu fax"),
    ),
    Answer(
        "page_received",
        8,
        message("page received"),
        _FAX,
        pages=True,
        other_words=("nhan duoc trang", "da nhan", "nhan duoc", "received", "pages received"),
    ),
    Answer(
        "failed",
        9,
        message("does not work"),
        _ALL,
        Stage.EXPECTATION,
        Cause.PERSON_SAID_NO,
        other_words=("hong", "khong duoc", "khong dat", "loi", "fail", "no", "khong"),
    ),
    Answer(
        "no_fax_tone",
        0,
        message("no fax tone"),
        _FAX,
        Stage.REPLY,
        Cause.NO_FAX_TONE,
        tone=False,
        other_words=("khong tin hieu fax", "no tone"),
    ),
)
"""Every answer; their order is that of the lists that people see.

A fax `in order` is a person's word for it, and every word is signed: no answer is taken without a name.
"""


def allowed(kind: ServiceKind) -> tuple[Answer, ...]:
    """The answers that something of this kind can have."""
    return tuple(answer for answer in ANSWERS if kind in answer.kinds)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """For each answer's key all that means it, folded: number, key, label in both languages, other words."""
    speakers = (Language("en"), Language("vi"))
    return {
        answer.key: (
            str(answer.number),
            fold(answer.key.replace("_", " ")),
            *(fold(speaker.say(answer.label)) for speaker in speakers),
            *answer.other_words,
        )
        for answer in ANSWERS
    }


def answer_of(text: str, kind: ServiceKind) -> Answer:
    """The answer that `text` means: its number, its key, its label in either language, another word for it.

    Raises WrongValue with the nearest right word, or with all of them.
    """
    plain = fold(text.replace("_", " ").replace("-", " ")).rstrip(".!")
    choices = allowed(kind)
    for answer in choices:
        if plain in _words()[answer.key]:
            return answer
    raise _unknown(text, plain, choices)


def _unknown(text: str, plain: str, choices: Sequence[Answer]) -> WrongValue:
    known = {word: answer for answer in choices for word in _words()[answer.key] if len(word) > 1}
    near = nearest(plain, known, likeness=_SURELY_MEANT)
    elsewhere = next((a for a in ANSWERS if plain in _words()[a.key] and a not in choices), None)
    if elsewhere is not None:
        problem = message("“{answer}” is no answer for this kind of line.", answer=elsewhere.label)
    else:
        problem = message("“{value}” is no answer that is known here.", value=text)
    if near is not None and elsewhere is None:
        return WrongValue(problem, message("Did you mean {nearest}?", nearest=_shown(known[near])))
    words = tuple(_shown(answer) for answer in choices)
    return WrongValue(problem, message("Write one of {words}.", words=words))


def _shown(answer: Answer) -> Message:
    """As it can be typed and as it is said: `2 = busy`."""
    return message("{number} = {label}", number=answer.number, label=answer.label)
