"""The rule for a site's duty room: one fixed phone with a loudspeaker, for every call is made in public. Pure.

Source: Circular 15/2020/TT-BGDĐT as amended by 06/2023/TT-BGDĐT. How the phone is known: docs/decisions/0013.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kontum_netcheck.inventory.places import fold
from kontum_netcheck.inventory.service_numbers import NumberKind, kind_of
from kontum_netcheck.model import Message, message

_ROLES = frozenset({"duty room", "truc", "phong truc", "may truc"})


@dataclass(frozen=True, slots=True)
class RoomPhone:
    """What of a phone matters here. `e164` is None where its number is none."""

    e164: str | None
    role: str
    loudspeaker: bool

    @property
    def is_named(self) -> bool:
        """Whether its role says that it is the duty room's."""
        return fold(self.role.replace("-", " ")) in _ROLES

    @property
    def is_mobile(self) -> bool:
        """Whether it is certainly no fixed phone."""
        return self.e164 is not None and kind_of(self.e164) is not NumberKind.FIXED

    @property
    def fits(self) -> bool:
        """Whether it is fixed and has a loudspeaker."""
        return self.loudspeaker and not self.is_mobile


def candidates(phones: Sequence[RoomPhone]) -> list[int]:
    """The places of those that may be the duty room's: those with the role; where none has it, all."""
    return [at for at, phone in enumerate(phones) if phone.is_named] or list(range(len(phones)))


def lacking(phones: Sequence[RoomPhone]) -> Message | None:
    """What a site with these phones lacks; None: its duty room has what it must have."""
    there = [phones[at] for at in candidates(phones)]
    if any(phone.fits for phone in there):
        return None
    if not there:
        return message("the duty room has no phone; it must have a fixed one with a loudspeaker")
    if not any(phone.is_named for phone in there):
        return message("no phone is a fixed one with a loudspeaker, as the duty room must have")
    if all(phone.is_mobile for phone in there):
        return message("the duty room's phone is no fixed one, as it must be, with a loudspeaker")
    return message("the duty room's phone has no loudspeaker, as it must have")
