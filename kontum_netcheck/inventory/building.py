"""The parser's events → dicts, lists and texts, in one loop without recursion, within limits."""

from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kontum_netcheck.inventory.problem import InventoryError, shown_path
from kontum_netcheck.inventory.typing_slips import visible
from kontum_netcheck.model import Message, message

MAX_DEPTH = 40
MAX_NODES = 4_000_000
MAX_ALIASED_NODES = 200_000
MERGE = "<<"
SPLIT_IT = message("Make a folder of smaller files of it, one a district.")

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))})


class Stop(Exception):
    """The rest of the file can't or must not be read; why has been told."""


class _Frame:
    """A list or block that is still open."""

    __slots__ = ("anchor", "data", "is_block", "key", "merges", "nodes_before")

    def __init__(self, data: Any, anchor: str | None = None, nodes_before: int = 0) -> None:
        self.data = data
        self.is_block = type(data) is dict
        self.key: str | None = None  # of a block: read, and its value not yet
        self.anchor = anchor
        self.nodes_before = nodes_before
        self.merges: list[dict[str, Any]] = []


class Builder:
    """Puts events together. Never holds more than the limits allow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[InventoryError] = []
        self.equal_keys: list[tuple[int, tuple[str | int, ...]]] = []
        """Which problems tell of a key that stands twice, and the path of that key."""
        self._root: list[Any] = []
        self._top = _Frame(self._root)
        self._open: list[_Frame] = []  # what is around the top
        self._anchors: dict[str | None, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliased_nodes = 0
        self._documents = 0

    @property
    def data(self) -> Any:
        """What has been built."""
        return self._root[0] if self._root else None

    def path(self) -> tuple[str | int, ...]:
        """Where in the data the parser is."""
        frames = [*self._open[1:], self._top] if self._open else []
        keys = (frame.key if frame.is_block else len(frame.data) for frame in frames)
        return tuple(key for key in keys if key is not None)

    def complain(self, mark: Any, problem: Message, hint: Message | None = None) -> None:
        """Note a problem at its place."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        where = shown_path(list(_names(self.path())))
        self.problems.append(InventoryError(self.file, line, column, where, problem, hint))

    def build(self, next_event: Callable[[], Any]) -> None:
        """Read all events. Raises Stop behind a complaint, and the parser's YAMLError."""
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                if value in _NULLS or event.anchor or event.tag not in _PLAIN_TAGS:
                    self._special_scalar(event)
                else:
                    self._add(value, event)
            elif kind is MappingStartEvent:
                self._start({}, event)
            elif kind is SequenceStartEvent:
                self._start([], event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    raise self._stop(
                        event, message("A second document begins here (---): one file holds one.")
                    )

    def _stop(self, event: yaml.Event, problem: Message, hint: Message | None = None) -> Stop:
        self.complain(event.start_mark, problem, hint)
        return Stop()

    def _special_scalar(self, event: ScalarEvent) -> None:
        """One that stands for nothing, or has a name or a tag."""
        value: str | None = event.value
        if value in _NULLS and event.implicit[0]:
            is_key = self._top.is_block and self._top.key is None
            value = value if is_key else None
        elif event.tag not in _PLAIN_TAGS:
            self._complain_of_tag(event)
        if event.anchor:
            self._name(event.anchor, value, 1, event)
        self._add(value, event)

    def _start(self, data: dict[str, Any] | list[Any], event: MappingStartEvent | SequenceStartEvent) -> None:
        if event.tag not in _PLAIN_TAGS:
            self._complain_of_tag(event)
        if len(self._open) >= MAX_DEPTH:
            raise self._stop(
                event,
                message("This is nested deeper than {limit} levels.", limit=MAX_DEPTH),
                message("No inventory needs that: look for brackets that are never closed."),
            )
        self._open.append(self._top)
        self._top = _Frame(data, event.anchor, self._nodes)

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        frame, self._top = self._top, self._open.pop()
        for merged in frame.merges:
            for key, value in merged.items():
                frame.data.setdefault(key, value)
        if frame.anchor:
            self._name(frame.anchor, frame.data, self._nodes - frame.nodes_before + 1, event)
        self._add(frame.data, event)

    def _name(self, anchor: str, value: Any, nodes: int, event: yaml.Event) -> None:
        if anchor in self._anchors:
            raise self._stop(event, message("The name &{name} is given twice.", name=anchor))
        self._anchors[anchor] = (value, nodes)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise self._stop(event, message("There is no &{name} before this *{name}.", name=event.anchor))
        value, nodes = self._anchors[event.anchor]
        self._nodes += nodes
        self._aliased_nodes += nodes
        if self._aliased_nodes > MAX_ALIASED_NODES:
            raise self._stop(
                event,
                message("The references (*{name}) blow the file up beyond all use.", name=event.anchor),
                message("Write the values out in place of *{name}.", name=event.anchor),
            )
        self._add(value, event)

    def _add(self, value: Any, event: yaml.Event) -> None:
        """Put a finished value into what is open: as an item, as a key, or as the value of the last key."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._stop(
                event, message("The file holds more than {limit} values.", limit=MAX_NODES), SPLIT_IT
            )
        frame = self._top
        if not frame.is_block:
            frame.data.append(value)
        elif frame.key is None:
            if type(value) is not str or value in frame.data or not value.isascii():
                value = self._doubtful_key(value, event)
            frame.key = value
        else:
            if frame.key == MERGE:
                self._merge(frame, value, event)
            else:
                frame.data.setdefault(frame.key, value)  # an equal key has been complained of
            frame.key = None

    def _doubtful_key(self, key: Any, event: yaml.Event) -> str:
        """The key, without what can't be seen; why it is wrong has been told."""
        if isinstance(key, str):
            if (plain := visible(key)) is not None:
                hint = message("Delete it and type the key again: {key}", key=plain)
                self.complain(
                    event.start_mark,
                    message("There is a no-break space or an invisible character in this key."),
                    hint,
                )
                key = plain
            if key in self._top.data:
                self.equal_keys.append((len(self.problems), (*self.path(), key)))
                self.complain(event.start_mark, message("The key {key} stands here twice.", key=key))
            return str(key)
        raise self._stop(
            event,
            message("A list or block stands here where a key belongs."),
            message("Put texts with brackets or braces in quotes."),
        )

    def _merge(self, frame: _Frame, value: Any, event: yaml.Event) -> None:
        sources = value if isinstance(value, list) else [value]
        if all(isinstance(source, dict) for source in sources):
            frame.merges += sources
        else:
            self.complain(event.start_mark, message("Only blocks can be merged with <<."))

    def _complain_of_tag(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        self.complain(
            event.start_mark,
            message(
                "Tags such as {tag} are not used here.",
                tag=(event.tag or "").replace("tag:yaml.org,2002:", "!!"),
            ),
            message("Delete the tag, or put the text in quotes."),
        )


def _names(path: tuple[str | int, ...]) -> Iterator[str]:
    """Places in lists count from 1 for people."""
    return (part if isinstance(part, str) else str(part + 1) for part in path)
