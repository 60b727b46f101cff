"""Finds every sentence of the package: the literals in `message("…")` and in the shell's `_("…")`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_FIELD = re.compile(r"\{[^{}]*\}")


def sentences(package: Path) -> dict[str, list[str]]:
    """English sentence → the places (`file:line`) that say it.

    A sentence of fields and signs alone (`{code} {name}`) is the same in every language and left out. Raises
    ValueError where `message` has no literal sentence: translators could not find it.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        for name, call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(package.parent).as_posix()}:{call.lineno}"
            first = call.args[0] if call.args else None
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                if name == "message":
                    raise ValueError(f"{place}: the sentence must be a literal")
                continue
            if any(sign.isalpha() for sign in _FIELD.sub("", first.value)):
                found.setdefault(first.value, []).append(place)
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("message", "_")
        ):
            yield node.func.id, node
