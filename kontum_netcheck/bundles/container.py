"""A zip from a stranger: looked at before it is unpacked, and unpacked only into memory, a piece at a time.

No name in it becomes a path. Sizes that it declares are bounded, and never exceeded while unpacking.
"""

import hashlib
import os
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kontum_netcheck.bundles import limits
from kontum_netcheck.bundles.manifest import Member
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.model import Message, message

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LINES = re.compile(r"[a-z_]{1,40}\.jsonl", re.ASCII)
ATTACHMENT = re.compile(r"files/[0-9a-f]{64}", re.ASCII)

_END = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16: end of central directory record
_ZIP64_LOCATOR = b"PK\x06\x07"
_ENCRYPTED = 1
_PIECE_BYTES = 1 << 18
_DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError)


class Container:
    """The members of a zip whose directory is in order; what they hold is not known yet."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory. Raises Refused for what no bundle has; OSError where the file can't be read."""
        _check_ends(file)
        try:
            self._zip = ZipFile(file)
        except _DAMAGED:
            raise Refused(_damaged()) from None
        if MANIFEST not in self._zip.NameToInfo:
            raise Refused(message("It is no bundle of evidence."))
        self._members: dict[str, ZipInfo] = {}
        for info in self._zip.infolist():
            _check_member(info)
            if info.orig_filename in self._members:
                raise Refused(message("It holds {name} twice.", name=info.orig_filename))
            self._members[info.orig_filename] = info
        if sum(info.file_size for info in self._members.values()) > limits.TOTAL_BYTES:
            raise Refused(_too_large(limits.TOTAL_BYTES))

    @property
    def names(self) -> frozenset[str]:
        """The members' names."""
        return frozenset(self._members)

    def small(self, name: str) -> bytes:
        """A whole member that is known to be small."""
        return b"".join(self._pieces(name))

    def checked(self, name: str, member: Member) -> Iterator[bytes]:
        """The member piece by piece. Raises Refused at its end, if not before, where it is not what was declared."""
        digest, left = hashlib.sha256(), member.bytes_count
        for piece in self._pieces(name):
            left -= len(piece)
            if left < 0:
                break
            digest.update(piece)
            yield piece
        if left != 0 or digest.hexdigest() != member.sha256:
            raise Refused(
                message("{name} in it was changed after the bundle was made, or was damaged.", name=name)
            )

    def _pieces(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._members[name]) as member:
                while piece := member.read(_PIECE_BYTES):
                    yield piece
        except _DAMAGED:
            raise Refused(_damaged()) from None


def _check_ends(file: BinaryIO) -> None:
    """Head and tail of the file: a zip, whole, not too large, and with a directory that is not too large."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4)
    if size == 0:
        raise Refused(message("The file is empty: copy it again."))
    if head != b"PK\x03\x04":
        raise Refused(message("It is no bundle of evidence."))
    if size > limits.BUNDLE_BYTES:
        raise Refused(_too_large(limits.BUNDLE_BYTES))
    tail_bytes = min(size, _END.size + 20)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    if len(tail) <= _END.size or tail[-_END.size :][:4] != b"PK\x05\x06":
        raise Refused(message("It is not whole ({bytes} bytes): copy it again.", bytes=size))
    end = _END.unpack(tail[-_END.size :])
    if end[5] > limits.DIRECTORY_BYTES or tail.startswith(_ZIP64_LOCATOR):
        raise Refused(_too_large(limits.DIRECTORY_BYTES))


def _check_member(info: ZipInfo) -> None:
    name = info.orig_filename
    if name in (MANIFEST, SIGNATURE):
        most = limits.MANIFEST_BYTES
    elif LINES.fullmatch(name):
        most = limits.LINES_BYTES
    elif ATTACHMENT.fullmatch(name):
        most = limits.FILE_BYTES
    else:
        raise Refused(message("It holds {name}, which no bundle has.", name=name))
    if info.file_size > most:
        raise Refused(message("{name} in it is larger than {limit} MB.", name=name, limit=most >> 20))
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Refused(message("It is packed in a way that no bundle is."))


def _too_large(limit_bytes: int) -> Message:
    return message("It is larger than a bundle may be ({limit} MB).", limit=limit_bytes >> 20)


def _damaged() -> Message:
    return message("It is damaged: copy it again.")
