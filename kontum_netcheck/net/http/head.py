"""The head of an answer: the lines that came before the body, and trailers after it. No I/O."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

Pair = tuple[str, str]

_BLANK = (b"\r\n", b"\n")


class Head(Sequence[Pair]):
    """Header names in lower case, and values, in their order. Read when somebody looks, which is seldom."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    @cached_property
    def _pairs(self) -> list[Pair]:
        return _read(self._lines)[0]

    def has_ended(self, status: int) -> bool:
        """Whether the last head is whole; `status` is libcurl's, 0 where it has none."""
        if status >= 200 and self._lines and self._lines[-1] in _BLANK:
            return True
        return _read(self._lines)[1]

    def __len__(self) -> int:
        return len(self._pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._pairs)

    @overload
    def __getitem__(self, place: int) -> Pair: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Pair]: ...
    def __getitem__(self, place: int | slice) -> Pair | Sequence[Pair]:
        return self._pairs[place]


def _read(lines: Sequence[bytes]) -> tuple[list[Pair], bool]:
    """Those of the last head, for 100 or 103 come before it; whether it ended."""
    headers: list[Pair] = []
    ended = is_early = False
    for line in lines:
        if line[:5] == b"HTTP/":
            headers.clear()
            ended, is_early = False, line.partition(b" ")[2][:1] == b"1"
            continue
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
        elif line in _BLANK:
            ended = not is_early
    return headers, ended
