"""Making a bundle: entries as lines of JSON in the order of their ids, hashed as they are written, then signed."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from kontum_netcheck.bundles.container import MANIFEST, SIGNATURE
from kontum_netcheck.bundles.manifest import Manifest, Member, made_now
from kontum_netcheck.bundles.signing import Signer
from kontum_netcheck.store.entries import Entry

_PIECE_BYTES = 1 << 18


def write_bundle(
    out: BinaryIO,
    entries: Iterable[Entry],
    signer: Signer | None,
    *,
    now: datetime,
    attachments: Iterable[tuple[str, bytes]] = (),  # SHA-256 and content, in order; asked after the entries
    **claims: object,
) -> Manifest:
    """Write a bundle of `entries`, which come kind by kind and in the order of their ids within each.

    `claims` are the manifest's tool_version, operator, vantage and selection. The same entries give the same
    content_sha256. Raises ValueError for entries out of order; OSError where it can't be written.
    """
    members: dict[str, Member] = {}
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for kind, group in groupby(entries, key=lambda found: found.kind):
            name = f"{kind}.jsonl"
            if name in members:
                raise ValueError(f"{name}: entries don't come kind by kind")
            members[name] = _write_lines(archive, _info(name, now), group)
        for sha256, content in attachments:
            name = f"files/{sha256}"
            members[name] = Member(bytes_count=len(content), sha256=sha256)
            archive.writestr(_info(name, now, ZIP_STORED), content)
        key = signer.public.line if signer else None
        manifest = made_now(now, key=key, members=members, **claims)
        encoded = manifest.encoded()
        archive.writestr(_info(MANIFEST, now), encoded)
        if signer is not None:
            archive.writestr(_info(SIGNATURE, now, ZIP_STORED), signer.sign(encoded))
    return manifest


def _info(name: str, now: datetime, packing: int = ZIP_DEFLATED) -> ZipInfo:
    """The same member gives the same bytes on every system."""
    info = ZipInfo(name, (max(1980, now.year), now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type, info.create_system, info.external_attr = packing, 3, 0o100644 << 16
    return info


def _write_lines(archive: ZipFile, info: ZipInfo, entries: Iterable[Entry]) -> Member:
    digest, bytes_count, entries_count = hashlib.sha256(), 0, 0
    with archive.open(info, "w") as member:
        for piece, count in _pieces(entries):
            digest.update(piece)
            bytes_count += member.write(piece)
            entries_count += count
    return Member(bytes_count=bytes_count, entries_count=entries_count, sha256=digest.hexdigest())


def _pieces(entries: Iterable[Entry]) -> Iterator[tuple[bytes, int]]:
    """Lines in pieces of some size (a zip takes its time for each), with the number of lines in each."""
    lines, size, before = [], 0, ""
    for found in entries:
        if found.id <= before:
            raise ValueError(f"{found.kind}: entries don't come in the order of their ids")
        before = found.id
        lines += [found.body, b"\n"]
        size += len(found.body) + 1
        if size >= _PIECE_BYTES:
            yield b"".join(lines), len(lines) // 2
            lines, size = [], 0
    if lines:
        yield b"".join(lines), len(lines) // 2
