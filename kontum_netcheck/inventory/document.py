"""YAML text → plain data: dicts, lists and texts, with the place of each. Every scalar stays text.

Built from the parser's events in one loop: no recursion that deep nesting could exhaust, equal keys are seen,
and aliases can't blow up. Positions are looked up only when something is wrong, from a second reading.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from kontum_netcheck.inventory import syntax
from kontum_netcheck.inventory.building import MERGE, SPLIT_IT, Builder, Stop
from kontum_netcheck.inventory.problem import InventoryError
from kontum_netcheck.model import Message, message

MAX_BYTES = 32_000_000

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One file's data; `problems` are what the text itself has wrong.

    `data` is None where
    the text could not be read to its end, else all but what the problems are about.
    """

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
        if key.value == MERGE:
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    return next((found for source in merged if (found := _child(source, part))), None)


def read(content: bytes, file: str) -> Document:
    """Read one file's bytes. Never raises: what is wrong is in the document's `problems`."""
    if len(content) > MAX_BYTES:
        too_large = message("The file is larger than {limit} MB.", limit=MAX_BYTES // 1_000_000)
        return refused(file, too_large, hint=SPLIT_IT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        hint = message("Save it as UTF-8 in your editor.")
        return refused(file, message("The file is not UTF-8 text."), line, column, hint)
    if place := syntax.control_character(text):
        return refused(file, syntax.CONTROL[0], *place, syntax.CONTROL[1])
    text = unicodedata.normalize("NFC", text)
    builder, data = Builder(file), None
    try:
        builder.build(yaml.CBaseLoader(text).get_event)
        data = builder.data
    except Stop:
        pass
    except yaml.MarkedYAMLError as error:
        problem, hint_, mark = syntax.explain(error, text)
        builder.complain(mark, problem, hint_)
    except yaml.YAMLError:
        builder.complain(None, *syntax.OTHER)
    document = Document(file, text, data, tuple(builder.problems))
    return document if data is None else _with_first_lines(document, builder)


def _with_first_lines(document: Document, builder: Builder) -> Document:
    """Where a key stands twice, the line of its first place is told, too."""
    problems = list(document.problems)
    for number, path in builder.equal_keys:
        line, _ = document.position(path, of_key=True)
        told = message("The key {key} stands here twice: first in line {line}.", key=path[-1], line=line)
        problems[number] = replace(problems[number], problem=told)
    return replace(document, problems=tuple(problems))


def refused(
    file: str, problem: Message, line: int = 0, column: int = 0, hint: Message | None = None
) -> Document:
    """A file that could not be read to its end, and why."""
    return Document(file, "", None, (InventoryError(file, line, column, "", problem, hint),))
