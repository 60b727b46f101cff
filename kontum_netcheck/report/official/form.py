"""What an office writes into a record: its name, the number, who was present. What it leaves out is a dotted line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.model import WrongValue, message

_LONGEST = 300

FILLABLE = (
    "agency_above",  # the body that the issuing office belongs to
    "agency",  # the issuing office
    "number",  # with its symbol: 12/BB-SGDĐT
    "place",  # in front of the date
    "day",  # of issue
    "began",
    "ended",
    "where",
    "chair",  # name, post
    "secretary",  # name, post
    "remarks",
    "recipients",  # several with ; between them
)
"""What `--fill NAME=TEXT` takes."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a post, or without one."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed for one record. `own` are fields of the office's own template."""

    participants: tuple[Person, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """The person filled in under that name; an empty one where nobody was."""
        return person(self.filled[name]) if name in self.filled else Person("")


def form(participants: Sequence[str], fill: Sequence[str], own_names: frozenset[str]) -> Form:
    """The options as typed. `own_names`: fields that only the office's template has.

    Raises WrongValue for what is no NAME=TEXT, or names no field.
    """
    filled: dict[str, str] = {}
    own: dict[str, str] = {}
    for word in fill:
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals or not text.strip():
            raise WrongValue(
                message("--fill: write NAME=TEXT, not “{word}”.", word=word[:_LONGEST]),
                message("Names: {names}.", names=FILLABLE),
            )
        if name not in FILLABLE and name not in own_names:
            raise _no_such_field(name, own_names)
        (filled if name in FILLABLE else own)[name] = _short(f"--fill {name}", text)
    return Form(
        tuple(person(_short("--participant", word)) for word in participants if word.strip()), filled, own
    )


def person(text: str) -> Person:
    """“Name, post” taken apart at the first comma."""
    name, _, post = text.partition(",")
    return Person(" ".join(name.split()), " ".join(post.split()))


def _short(option: str, text: str) -> str:
    if len(text) > _LONGEST:
        raise WrongValue(
            message("{option}: at most {count} characters fit there.", option=option, count=_LONGEST)
        )
    return text.strip()


def _no_such_field(name: str, own_names: frozenset[str]) -> WrongValue:
    known = [*FILLABLE, *sorted(own_names)]
    near = nearest(name, known)
    return WrongValue(
        message("--fill: the record has no field {name}.", name=name),
        message("Did you mean {nearest}?", nearest=near)
        if near
        else message("Names: {names}.", names=tuple(known)),
    )
