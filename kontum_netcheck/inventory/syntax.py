"""What the YAML parser complains of, in our own words."""

import re

from yaml import Mark, MarkedYAMLError

from kontum_netcheck.inventory.typing_slips import space_missing
from kontum_netcheck.model import Message, message

_TAB = (
    message("There is a tab here."),
    message("YAML takes spaces only: put two spaces for each step to the right."),
)
_QUOTE = (
    message("A quote is opened here and never closed."),
    message("Close it with the same sign: \"…\" or '…'."),
)
_INDENTATION = (
    message("This line stands too far to the left or to the right."),
    message("Lines of one list or block begin in the same column."),
)
_COLON = (
    message("A colon and a space stand in the middle of a text."),
    message('Put the whole text in quotes: name: "Site 1: main building".'),
)
_COLON_ABOVE = (
    message("A value begins here, but the line above isn't finished."),
    message("Either the line above has no colon, or this line stands too far to the right."),
)
_NO_COLON = (
    message("This key has no colon."),
    message("Write it as key: value, with a space after the colon."),
)
_NO_SPACE = message("There is no space behind this colon.")
_BRACKET = (
    message("A bracket is opened and not closed before here."),
    message("Close it: [a, b] or {{key: value}}."),
)
_START_SIGN = (message("A value can't begin with this sign."), message("Put the value in quotes."))
CONTROL = (message("There is a control character here."), message("Delete it and type the line again."))
_DASH = (
    message("A list can't begin here."),
    message("Put each “- ” on a line of its own, below its key."),
)
_ESCAPE = (
    message("This backslash means nothing here."),
    message("Use 'single quotes' for texts with backslashes."),
)
_ANCHOR = (message("This name is used with * but nothing before it has it with &."), None)
OTHER = (
    message("This can't be read as YAML."),
    message("Look at this line and the one above: a colon, a quote, a bracket or a space is missing."),
)

_PROBLEMS = {
    "did not find expected key": _INDENTATION,
    "did not find expected '-' indicator": _INDENTATION,
    "mapping values are not allowed in this context": _COLON,
    "could not find expected ':'": _NO_COLON,
    "did not find expected ',' or ']'": _BRACKET,
    "did not find expected ',' or '}'": _BRACKET,
    "did not find expected node content": _BRACKET,
    "found unexpected end of stream": _QUOTE,
    "found unexpected document indicator": _QUOTE,
    "found character that cannot start any token": _START_SIGN,
    "control characters are not allowed": CONTROL,
    "block sequence entries are not allowed in this context": _DASH,
    "found unknown escape character": _ESCAPE,
    "found undefined alias": _ANCHOR,
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
}
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WHERE_IT_BEGAN = (_QUOTE, _NO_COLON)


def explain(error: MarkedYAMLError, text: str) -> tuple[Message, Message | None, Mark | None]:
    """The problem, a hint, and where; the beginning of what was never closed rather than the file's end."""
    words = _PROBLEMS.get(error.problem or "", OTHER)
    mark = error.problem_mark
    if words in _WHERE_IT_BEGAN and error.context_mark:
        mark = error.context_mark
    line = _line(text, mark) if mark else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        words = _TAB  # the cause of several complaints
    elif mark and words in (_NO_COLON, _COLON, _COLON_ABOVE) and (slip := _slip_near(text, mark)):
        return slip
    elif words is _COLON and mark and ":" not in line[: mark.column]:
        words = _COLON_ABOVE
    return words[0], words[1], mark


def _slip_near(text: str, mark: Mark) -> tuple[Message, Message, Mark] | None:
    """`name:Trường A` in this line or in the one above."""
    lines = text.split("\n", mark.line + 1)
    for at in (mark.line, mark.line - 1):
        if 0 <= at < len(lines) and (hint := space_missing(lines[at])):
            line = lines[at]
            column = len(line) - len(line.lstrip())
            return _NO_SPACE, hint, Mark(mark.name, mark.index, at, column, None, 0)
    return None


def control_character(text: str) -> tuple[int, int] | None:
    """Line and column, from 1, of the first character that YAML doesn't allow."""
    found = _NOT_ALLOWED.search(text)
    if not found:
        return None
    return text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())


def _line(text: str, mark: Mark) -> str:
    lines = text.split("\n", mark.line + 1)
    return lines[mark.line] if mark.line < len(lines) else ""
