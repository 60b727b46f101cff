"""The page's own files, and the policy that lets a browser run them and nothing else."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class PageFiles:
    """What stands inline in every page: it came with the program, and no report changes it."""

    style: "Markup"
    script: "Markup"
    live_script: "Markup"  # empty in a page that nobody keeps current
    policy: str  # Content-Security-Policy, W3C CSP 3


@cache
def environment() -> "Environment":
    """Templates of this package; every value is escaped, and a missing one is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__name__.rpartition(".")[0]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def page_files(*, is_live: bool = False) -> PageFiles:
    """Read once. The hashes are of the very text between the tags."""
    from markupsafe import Markup

    folder = files(__package__ or "") / "templates"
    style = (folder / "page.css").read_text("utf-8")
    script = (folder / "page.js").read_text("utf-8")
    live_script = (folder / "live.js").read_text("utf-8") if is_live else ""
    hashes = " ".join(f"'{_hash(text)}'" for text in (live_script, script) if text)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src {hashes}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return PageFiles(Markup(style), Markup(script), Markup(live_script), policy)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
