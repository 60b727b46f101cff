"""The JSON Schemas of docs/, as strict as tests want them."""

import json
from pathlib import Path
from typing import Any

_DOCS = Path(__file__).parents[1] / "docs"


def schema(name: str) -> dict[str, Any]:
    """The schema of `docs/NAME.schema.json`."""
    found: dict[str, Any] = json.loads((_DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def closed(schema: Any) -> Any:
    """The schema without room for keys that it doesn't describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: closed(value) for key, value in schema.items()}
    return {**parts, "additionalProperties": False} if "required" in schema else parts
