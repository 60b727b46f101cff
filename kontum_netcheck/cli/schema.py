"""`schema`: the JSON Schema of the inventory."""

import json

import typer

from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.shell import shell_of


def schema(context: typer.Context, lang: LangOption = None) -> None:
    """Print the JSON Schema; an editor that is given it completes and checks the inventory while you type."""
    from kontum_netcheck.inventory.json_schema import json_schema

    shell_of(context).put(json.dumps(json_schema(), ensure_ascii=False, indent=2))
