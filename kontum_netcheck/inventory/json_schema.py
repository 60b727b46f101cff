"""The inventory's JSON Schema (Draft 2020-12), by which editors complete and check while one types.

Made from the models. It takes what the loader takes: an editor gives scalars their types as YAML 1.2 does, so
where we take text it may see a number (`district: 608`), and short forms stand beside the whole ones.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from kontum_netcheck.inventory.endpoints import ASKABLE
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.probes.declaration import AnyProbe

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_YES_OR_NO = [True, False, "yes", "no", "on", "off"]
_SHORT_ENDPOINT = {"type": "string", "description": "Short form: a host to ping, or a URL to fetch."}
_SHORT_LINE = {"type": ["string", "integer"], "description": "Short form: just the number."}
_ONE_LIMIT = {"type": "number", "description": "ready up to here, not ready beyond"}
_LIMIT = {
    "anyOf": [
        _ONE_LIMIT,
        {
            "type": "array",
            "description": "[ready, degraded]; ~ for degraded: beyond ready it only degrades",
            "prefixItems": [{"type": "number"}, {"type": ["number", "null"]}],
            "items": False,
            "minItems": 1,
        },
    ]
}


def json_schema() -> dict[str, Any]:
    """The whole schema, as plain data for `json.dumps`."""
    schema = Inventory.model_json_schema(schema_generator=_AsTyped)
    definitions = schema["$defs"]
    definitions["Limit"] = _LIMIT
    for probe in ASKABLE.values():
        _describe_endpoint(probe, definitions)
    definitions["ProbeDefaults"] = {"anyOf": [_ref(_defaults_name(probe)) for probe in ASKABLE.values()]}
    portal = definitions["Portal"]["properties"]
    portal["vantage"] = _one_for_many(portal["vantage"])
    for section, model in (("phones", "Phone"), ("faxes", "Fax")):
        definitions["Site"]["properties"][section]["items"] = {"anyOf": [_ref(model), _SHORT_LINE]}
        definitions[model]["required"].remove("id")
    return {"$schema": _DIALECT, "title": "kontum_netcheck inventory", **schema}


def _describe_endpoint(probe: AnyProbe, definitions: dict[str, Any]) -> None:
    """Which metrics can be limited, single values for lists; and the probe's defaults in profiles."""
    endpoint = definitions[probe.params.__name__]
    endpoint["title"] = probe.name
    endpoint["properties"] |= {
        "limits": {
            "type": "object",
            "description": "metric: [ready, degraded]",
            "properties": {
                metric.name: {"description": metric.label.text, **_ref("Limit")}
                for metric in probe.metrics
                if metric.lower_is_better is not None
            },
            "additionalProperties": False,
        }
    }
    for name, field in endpoint["properties"].items():
        endpoint["properties"][name] = _one_for_many(field)
        referred = definitions.get(str(field.get("$ref", "")).rpartition("/")[2], {})
        for key, inner in referred.get("properties", {}).items():
            referred["properties"][key] = _one_for_many(inner)
    definitions[_defaults_name(probe)] = {
        **endpoint,
        "title": f"defaults for {probe.name}",
        "properties": {
            "probe": {"const": probe.name, "description": "Defaults for every end point of this probe."},
            **{
                name: field
                for name, field in endpoint["properties"].items()
                if name not in (probe.name, "id")
            },
        },
        "required": ["probe"],
    }


def _one_for_many(field: dict[str, Any]) -> dict[str, Any]:
    """The field; where it is a list of plain values, also one of them."""
    choices = field.get("anyOf", [])
    if choices and all(choice.get("type") in ("array", "null") for choice in choices):
        return {**field, "anyOf": [_one_for_many(choice) for choice in choices]}
    if field.get("type") != "array" or "type" not in field.get("items", {}):
        return field
    about: dict[str, Any] = {key: field[key] for key in ("description", "default") if key in field}
    bare = {key: value for key, value in field.items() if key not in about}
    return {**about, "anyOf": [bare, field["items"]]}


def _defaults_name(probe: AnyProbe) -> str:
    return f"{probe.params.__name__}Defaults"


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


class _AsTyped(GenerateJsonSchema):
    """Scalars as an editor sees them, before the loader takes them as text."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        """Editors show the key itself."""
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A number is a text, too."""
        made = super().str_schema(schema)
        return {**made, "type": ["string", "number"]} if made.get("type") == "string" else made

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """`yes` is a text in YAML 1.2, and means true here."""
        return {"enum": _YES_OR_NO}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without the defaults that say nothing."""
        made = super().default_schema(schema)
        if made.get("default") in (None, [], {}) or isinstance(made.get("default"), dict):
            made.pop("default", None)
        return made

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Any one will do; of end points there is a short form."""
        made = super().tagged_union_schema(schema)
        short = [] if "(defaults)" in schema["choices"] else [_SHORT_ENDPOINT]
        return {"anyOf": [*made["oneOf"], *short]}
