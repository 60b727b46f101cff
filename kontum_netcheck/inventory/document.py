"""YAML text → plain data: dicts, lists and texts, with the place of each. Every scalar stays text.

Built from the parser's events in one loop: no recursion that deep nesting could exhaust, equal keys are seen,
and aliases can't blow up. Positions are looked up only when something is wrong, from a second reading.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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

from kontum_netcheck.inventory import syntax
from kontum_netcheck.inventory.problem import InventoryError
from kontum_netcheck.model import Message, message

MAX_BYTES = 32_000_000
MAX_DEPTH = 40
MAX_NODES = 4_000_000
MAX_ALIASED_NODES = 200_000

Path = tuple[str | int, ...]
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"
_PLAIN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))})


@dataclass(frozen=True)
class Document:
    """One file's data; `problems` are what the text itself has wrong. With a problem, data may be partial."""

    file: str
    text: str
    data: Any
    problems: tuple[InventoryError, ...] = ()
    _roots: list[yaml.Node | None] = field(default_factory=list, repr=False)

    def position(self, path: Path, *, of_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`, or of its key; or of the nearest parent."""
        if not self._roots:
            self._roots.append(yaml.compose(self.text, Loader=yaml.CBaseLoader))
        node, mark = self._roots[0], None
        for number, part in enumerate(path, start=1):
            step = _child(node, part)
            if step is None:
                break
            key, node = step
            mark = (key or node).start_mark if of_key and number == len(path) else node.start_mark
        mark = mark or (node.start_mark if node else None)
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """The key's and the value's node; merged keys are found where they stand."""
    if isinstance(node, yaml.SequenceNode):
        fits = isinstance(part, int) and part < len(node.value)
        return (None, node.value[part]) if fits else None
    if not isinstance(node, yaml.MappingNode):
        return None
    merged: list[yaml.Node] = []
    for key, value in node.value:
        if key.value == part:
            return key, value
        if key.value == _MERGE:
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    return next((found for source in merged if (found := _child(source, part))), None)


def read(content: bytes, file: str) -> Document:
    """Read one file's bytes. Never raises: what is wrong is in the document's `problems`."""
    if len(content) > MAX_BYTES:
        return _refused(file, message("The file is larger than {limit} MB.", limit=MAX_BYTES // 1_000_000))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        hint = message("Save it as UTF-8 in your editor.")
        return _refused(file, message("The file is not UTF-8 text."), line, column, hint)
    if place := syntax.control_character(text):
        return _refused(file, syntax.CONTROL[0], *place, syntax.CONTROL[1])
    text = unicodedata.normalize("NFC", text)
    builder = _Builder(file)
    try:
        builder.build(yaml.parse(text, Loader=yaml.CBaseLoader))
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        problem, hint_, mark = syntax.explain(error, text)
        builder.complain(mark, problem, hint_)
    except yaml.YAMLError:
        builder.complain(None, *syntax.OTHER)
    return Document(file, text, builder.data, tuple(builder.problems))


def _refused(
    file: str, problem: Message, line: int = 0, column: int = 0, hint: Message | None = None
) -> Document:
    return Document(file, "", None, (InventoryError(file, line, column, "", problem, hint),))


class _Stop(Exception):
    """The rest of the file can't or must not be read."""


class _Frame:
    """A list or mapping that is still open."""

    __slots__ = ("anchor", "data", "key", "merges", "nodes_before")

    def __init__(self, data: dict[str, Any] | list[Any], anchor: str | None, nodes_before: int) -> None:
        self.data = data
        self.anchor = anchor
        self.nodes_before = nodes_before
        self.key: str | None = None  # of a mapping: read, and its value not yet
        self.merges: list[Any] = []


class _Builder:
    """Puts events together. Never holds more than the limits allow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: Any = None
        self.problems: list[InventoryError] = []
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliased_nodes = 0
        self._documents = 0

    def complain(self, mark: Any, problem: Message, hint: Message | None = None) -> None:
        """Note a problem at its place."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        where = "/".join(_names(self._open))
        self.problems.append(InventoryError(self.file, line, column, where, problem, hint))

    def build(self, events: Iterator[Any]) -> None:
        """Read all events. Raises _Stop behind a complaint, and the parser's YAMLError."""
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
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

    def _stop(self, event: yaml.Event, problem: Message, hint: Message | None = None) -> "_Stop":
        self.complain(event.start_mark, problem, hint)
        return _Stop()

    def _scalar(self, event: ScalarEvent) -> None:
        value: str | None = event.value
        if event.implicit[0]:
            frame = self._open[-1] if self._open else None
            is_key = frame is not None and frame.key is None and type(frame.data) is dict
            if value in _NULLS and not is_key:
                value = None
        elif event.tag not in _PLAIN_TAGS:
            self._complain_of_tag(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, event)

    def _start(self, data: dict[str, Any] | list[Any], event: MappingStartEvent | SequenceStartEvent) -> None:
        if event.tag not in _PLAIN_TAGS:
            self._complain_of_tag(event)
        if len(self._open) >= MAX_DEPTH:
            raise self._stop(event, message("This is nested deeper than {limit} levels.", limit=MAX_DEPTH))
        self._open.append(_Frame(data, event.anchor, self._nodes))

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        frame = self._open.pop()
        for merged in frame.merges:
            for key, value in merged.items():
                frame.data.setdefault(key, value)  # type: ignore[union-attr]
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.data, self._nodes - frame.nodes_before + 1)
        self._add(frame.data, event)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor is None or event.anchor not in self._anchors:
            raise self._stop(event, message("There is no &{name} before this *{name}.", name=event.anchor))
        value, nodes = self._anchors[event.anchor]
        self._nodes += nodes
        self._aliased_nodes += nodes
        if self._aliased_nodes > MAX_ALIASED_NODES:
            raise self._stop(
                event, message("The references (*{name}) blow the file up beyond all use.", name=event.anchor)
            )
        self._add(value, event)

    def _add(self, value: Any, event: yaml.Event) -> None:
        """Put a finished value into what is open: as an item, as a key, or as the value of the last key."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._stop(event, message("The file holds more than {limit} values.", limit=MAX_NODES))
        if not self._open:
            self.data = value
            return
        frame = self._open[-1]
        data = frame.data
        if type(data) is list:
            data.append(value)
        elif frame.key is None:
            self._key(frame, value, event)
        else:
            self._entry(frame, value, event)

    def _key(self, frame: _Frame, key: Any, event: yaml.Event) -> None:
        if not isinstance(key, str):
            raise self._stop(
                event,
                message("A list or block stands here where a key belongs."),
                message("Put texts with brackets or braces in quotes."),
            )
        if key in frame.data:
            self.complain(event.start_mark, message("The key {key} stands here twice.", key=key))
        frame.key = key

    def _entry(self, frame: _Frame, value: Any, event: yaml.Event) -> None:
        key, frame.key = frame.key, None
        if key == _MERGE:
            sources = value if isinstance(value, list) else [value]
            if all(isinstance(source, dict) for source in sources):
                frame.merges += sources
            else:
                self.complain(event.start_mark, message("Only blocks can be merged with <<."))
        elif key not in frame.data:  # an equal key has been complained of
            frame.data[key] = value  # type: ignore[index, call-overload]

    def _complain_of_tag(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        self.complain(
            event.start_mark,
            message(
                "Tags such as {tag} are not used here.",
                tag=(event.tag or "").replace("tag:yaml.org,2002:", "!!"),
            ),
            message("Delete the tag, or put the text in quotes."),
        )


def _names(frames: Sequence[_Frame]) -> Iterator[str]:
    for frame in frames:
        if isinstance(frame.data, list):
            yield str(len(frame.data) + 1)
        elif frame.key is not None:
            yield frame.key
