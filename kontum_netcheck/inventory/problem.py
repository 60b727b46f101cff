"""What is wrong with an inventory: where, what, and what to write instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from kontum_netcheck.model import Message

_SHOWN_PARTS = 10


@dataclass(frozen=True, slots=True)
class InventoryError:
    """One thing that is wrong. Lines and columns count from 1; line 0: it is about the file as a whole."""

    file: str
    line: int
    column: int
    where: str  # the way to it through the inventory: sites/thpt-kon-tum/internet/ftth; "" at the top
    problem: Message
    hint: Message | None = None


def shown_path(parts: Sequence[str]) -> str:
    """The parts behind one another; of a deep path the beginning and the end."""
    if len(parts) > _SHOWN_PARTS:
        parts = [*parts[: _SHOWN_PARTS // 2], "…", *parts[-2:]]
    return "/".join(parts)


class InventoryErrors(Exception):
    """Raised by `load` with everything that is wrong, in the order of the files and their lines."""

    def __init__(self, errors: tuple[InventoryError, ...]) -> None:
        super().__init__("; ".join(f"{e.file}:{e.line}:{e.column}: {e.problem.text}" for e in errors[:10]))
        self.errors = errors
