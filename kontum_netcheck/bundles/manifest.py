"""`manifest.json`: what is in a bundle, who made it and when, with a hash for each member. It is what is signed."""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.model import message

FORMAT, VERSION = "kontum-netcheck/bundle", 1

_Text = Annotated[str, Field(max_length=1000)]
_Count = Annotated[int, Field(ge=0)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Member(BaseModel):
    """One file of the bundle, before compression."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes_count: _Count
    entries_count: _Count | None = None  # lines; None: it is an attachment
    sha256: _Hash


class Manifest(BaseModel):
    """The facts about a bundle. `operator` and `vantage` are claims, which the key vouches for or nobody does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    version: int = VERSION
    created_at: AwareDatetime
    tool_version: _Text
    operator: _Text
    vantage: _Text
    selection: tuple[_Text, ...] = ()  # the options of the export, as they are typed
    key: _Text | None = None  # the public key's line; None: not signed
    content_sha256: _Hash
    members: dict[str, Member]

    @property
    def entries_count(self) -> int:
        """All lines of all members."""
        return sum(member.entries_count or 0 for member in self.members.values())

    @property
    def attachments_count(self) -> int:
        """How many files came along."""
        return sum(member.entries_count is None for member in self.members.values())

    def encoded(self) -> bytes:
        """The bytes that are signed and stored: JSON that a person can read."""
        data = self.model_dump(mode="json")
        return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def content_hash(members: dict[str, Member]) -> str:
    """SHA-256 over names and hashes of the members: the same facts give the same, whoever sends them and when."""
    lines = "".join(f"{member.sha256}  {name}\n" for name, member in sorted(members.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_manifest(data: bytes) -> Manifest:
    """The manifest in `data`. Raises Refused for a foreign one, one of a newer version, and a wrong one."""
    try:
        found: Any = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused(message("Its manifest.json can't be read: the bundle is damaged.")) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refused(message("It is no bundle of evidence: its manifest.json is that of something else."))
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise Refused(
            message(
                "It is a bundle of version {version}, and this program knows versions up to {known}: update it.",
                version=version,
                known=VERSION,
            )
        )
    try:
        manifest = Manifest.model_validate_json(data, strict=True)
    except ValidationError as wrong:
        where = ".".join(str(part) for part in wrong.errors(include_url=False)[0]["loc"])
        raise Refused(message("Its manifest.json is not right, at {where}.", where=where)) from None
    if manifest.version != VERSION or manifest.content_sha256 != content_hash(manifest.members):
        raise Refused(message("Its manifest.json is not right, at {where}.", where="content_sha256"))
    return manifest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice could mean one thing to one reader and another to the next."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def made_now(now: datetime, **facts: Any) -> Manifest:
    """A manifest dated `now` (aware, UTC), with its content's hash."""
    return Manifest(created_at=now, content_sha256=content_hash(facts["members"]), **facts)
