"""docs/inventory.md is true: its examples load, its tables are what the models and the numbers say.

After a change of a probe's parameters: python tests/docs/test_inventory_doc.py
"""

import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, ByteSize
from pydantic.fields import FieldInfo

from kontum_netcheck.inventory.document import read
from kontum_netcheck.inventory.endpoints import ASKABLE
from kontum_netcheck.inventory.json_schema import json_schema
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.numbers import parse
from kontum_netcheck.inventory.schema import Inventory, Site
from kontum_netcheck.model import WrongValue
from kontum_netcheck.probes.declaration import ProbeParams

PAGE = Path(__file__).parents[2] / "docs" / "inventory.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
SECRETS = re.findall(r"\$\{([A-Z_]+)\}", TEXT)
FRAME = {
    "version": "version: 1\n",
    "province": "province: {code: '62', name: Kon Tum}\n",
    "carriers": "carriers: [{id: vnpt, name: VNPT}, {id: viettel, name: Viettel}]\n",
    "districts": "districts: [{code: '608', name: Thành phố Kon Tum}, {code: '611', name: Ngọc Hồi}]\n",
}
SITE = {"id": "id: a\n", "name": "name: A\n", "district": "district: '608'\n"}


def _completed(block: str, data: dict[str, Any], frame: dict[str, str]) -> str:
    return "".join(line for key, line in frame.items() if key not in data) + block


def _indented(block: str, first: str, rest: str) -> str:
    lines = block.splitlines()
    return "".join(f"{rest if at else first}{line}\n" for at, line in enumerate(lines))


def framed(block: str) -> str:
    """A whole inventory around what the page shows of one: its top, a site, or a line's end points."""
    data = read(block.encode(), "page").data
    if isinstance(data, list):
        line = "internet:\n  - id: ftth\n    endpoints:\n"
        block, data = line + _indented(block, " " * 6, " " * 6), {"internet": data}
    if set(data) <= set(Site.model_fields):
        block = "sites:\n" + _indented(_completed(block, data, SITE), "  - ", "    ")
        data = {"sites": data}
    assert set(data) <= set(Inventory.model_fields)
    return _completed(block, data, FRAME)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_loads(block: str, tmp_path: Path) -> None:
    file = tmp_path / "sites.yaml"
    file.write_text(framed(block), encoding="utf-8")
    assert load(file, dict.fromkeys(SECRETS, "x")).inventory


def _rows(name: str) -> list[list[str]]:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", TEXT, re.DOTALL)
    assert found
    return [line.strip("|\n ").split(" | ") for line in found[1].splitlines()[2:]]


@pytest.mark.parametrize(("written", "is_"), _rows("accepted"))
def test_numbers_are_read_as_the_page_says(written: str, is_: str) -> None:
    number = parse(written.strip("`"))
    shown = f"`{number.e164}`" + (f", extension {number.extension}" if number.extension else "")
    assert shown == is_


@pytest.mark.parametrize(("written", "why", "instead"), _rows("refused"))
def test_numbers_are_refused_as_the_page_says(written: str, why: str, instead: str) -> None:
    with pytest.raises(WrongValue) as refused:
        parse(written.strip("`"))
    assert why
    if instead.startswith("`"):
        assert refused.value.hint
        said = refused.value.hint
        assert instead.strip("`") in said.text.format(**said.values)


@pytest.mark.parametrize("model", ["Inventory", "Site", "Phone", "Fax", "Line", "Portal", "ChecklistItem"])
def test_every_key_is_on_the_page(model: str) -> None:
    schema = json_schema()
    keys = (schema if model == "Inventory" else schema["$defs"][model])["properties"]
    assert [key for key in keys if not re.search(rf"`(\w+: )?{key}\b|`[^`]*\b{key}:", TEXT)] == []


# The tables of parameters


def _model(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The words of a Literal, wherever it stands in the annotation."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next((found for part in get_args(annotation) if (found := _choices(part))), ())
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return _choices(get_args(annotation)[0]) if get_origin(annotation) is Annotated else ()


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) in (tuple, dict):
        return get_origin(annotation) is tuple
    return any(_is_list(part) for part in get_args(annotation))


def _takes(schema: dict[str, Any], annotation: Any) -> str:
    """What may stand there, in a few words."""
    parts = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    if choices := _choices(annotation):
        return ", ".join(f"`{choice}`" for choice in choices)
    if _is_list(annotation):
        return "list"
    if annotation is ByteSize:
        return "size"
    part = parts[0]
    if part.get("enum", [None])[0] is True:
        return "`true`, `false`"
    words = {"integer": "whole number", "number": "number", "object": "keys and values"}
    kind = part.get("type")
    kind = kind if isinstance(kind, str) else "text"
    low, high = part.get("minimum", part.get("exclusiveMinimum")), part.get("maximum")
    above = "above " if "exclusiveMinimum" in part else ""
    if kind in ("integer", "number") and low is not None and high is not None:
        return f"{words[kind]}, {above}{low:g} to {high:g}"
    return words.get(kind, "text")


def _without(field: FieldInfo) -> str:
    default = field.default
    if field.is_required():
        return "**must be there**"
    if field.default_factory or default in (None, ()):
        return "–"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def _lines(model: type[BaseModel], schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    definitions = json_schema()["$defs"]
    for name, field in model.model_fields.items():
        if issubclass(model, ProbeParams) and model is not ProbeParams and name in ProbeParams.model_fields:
            continue
        if inner := _model(field.annotation):
            yield from _lines(inner, definitions[inner.__name__], f"{name}: ")
            continue
        key = field.alias or name
        takes = _takes(schema["properties"][key], field.annotation)
        cells = (f"`{prefix}{key}`", takes, _without(field), field.description or "")
        yield "| " + " | ".join(cells) + " |\n"


def tables() -> dict[str, str]:
    head = "| key | takes | without it | |\n|---|---|---|---|\n"
    definitions = json_schema()["$defs"]
    first = next(iter(ASKABLE.values())).params
    found = {"common": head + "".join(_lines(ProbeParams, definitions[first.__name__]))}
    for name, probe in ASKABLE.items():
        found[name] = head + "".join(_lines(probe.params, definitions[probe.params.__name__]))
    rows = "".join(
        f"| {name} | {' '.join(f'`{metric}`' for metric in probe.limitable)} |\n"
        for name, probe in ASKABLE.items()
    )
    found["metrics"] = "| probe | metrics |\n|---|---|\n" + rows
    return found


def page_with_tables(page: str) -> str:
    for name, table in tables().items():
        place = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert place.search(page), f"no place for {name}"
        page = place.sub(lambda found, table=table: found[1] + table + found[2], page)  # type: ignore[misc]
    return page


def test_the_tables_are_what_the_probes_declare() -> None:
    assert page_with_tables(TEXT) == TEXT, "run: python tests/docs/test_inventory_doc.py"


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(TEXT), encoding="utf-8")
