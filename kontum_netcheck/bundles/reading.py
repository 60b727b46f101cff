"""A bundle as it is opened: container, manifest and signature are checked first, then line by line what it holds."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from kontum_netcheck.bundles import limits
from kontum_netcheck.bundles.container import ATTACHMENT, MANIFEST, SIGNATURE, Container
from kontum_netcheck.bundles.manifest import Manifest, read_manifest
from kontum_netcheck.bundles.public_key import PublicKey, public_key
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.bundles.signing import SIGNATURE_BYTES, is_signed_by
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.store.entries import KINDS, Entry, entry_id


class Bundle:
    """An open bundle. Its signature is right, or it has none; whether its key is trusted is the caller's to ask."""

    def __init__(self, file: BinaryIO) -> None:
        """Check all that can be checked without unpacking the entries.

        Raises Refused with the reason; OSError where the file can't be read.
        """
        self._container = Container(file)
        signed = self._container.small(MANIFEST)
        self.manifest: Manifest = read_manifest(signed)
        self._is_checked = False
        self._check_names()
        self.key: PublicKey | None = self._signed_by(signed)

    def entries(self) -> Iterator[Entry]:
        """Every entry, kind by kind, in the order of their ids; what stands in them is not looked at.

        Raises Refused before the first where anything is not what the manifest says, or on the way.
        """
        self._check_members()
        for kind, about in KINDS.items():
            name = f"{kind}.jsonl"
            listed = self.manifest.members.get(name)
            if listed is None:
                continue
            before, count = "", 0
            for line in _lines(self._container.checked(name, listed), name, about.most_bytes):
                found = Entry(kind, entry_id(kind, line), line)
                if found.id <= before:
                    raise Refused(message("{name} in it is not in order.", name=name))
                before, count = found.id, count + 1
                yield found
            if count != listed.entries_count:
                raise Refused(message("{name} in it does not have as many lines as it says.", name=name))

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """The SHA-256 and the content of each photo or file that came along."""
        for name, member in sorted(self.manifest.members.items()):
            if ATTACHMENT.fullmatch(name):
                yield name.removeprefix("files/"), b"".join(self._container.checked(name, member))

    def _check_members(self) -> None:
        """Once: every member is what the manifest says, so that a damaged bundle is told as such."""
        if not self._is_checked:
            for name, member in self.manifest.members.items():
                for _ in self._container.checked(name, member):
                    pass
        self._is_checked = True

    def _check_names(self) -> None:
        """The zip holds what the manifest lists, and the manifest lists nothing that this version doesn't know."""
        listed = self.manifest.members
        kinds = {f"{kind}.jsonl" for kind in KINDS}
        strange = {name for name in listed if name not in kinds and not ATTACHMENT.fullmatch(name)}
        strange |= {name for name in self._container.names - {MANIFEST, SIGNATURE} if name not in listed}
        for name in sorted(strange):
            raise Refused(message("It holds {name}, which no bundle has.", name=name))
        for name in sorted(listed.keys() - self._container.names):
            raise Refused(message("{name} was taken out of it.", name=name))
        for name, member in sorted(listed.items()):
            attached = ATTACHMENT.fullmatch(name) is not None
            if attached != (member.entries_count is None) or (attached and name[6:] != member.sha256):
                raise Refused(message("Its manifest.json is not right, at {where}.", where=name))
        if self.manifest.attachments_count > limits.FILES_COUNT:
            raise Refused(message("It has more than {limit} attached files.", limit=limits.FILES_COUNT))

    def _signed_by(self, signed: bytes) -> PublicKey | None:
        has_signature = SIGNATURE in self._container.names
        if self.manifest.key is None and not has_signature:
            return None
        if self.manifest.key is None or not has_signature:
            raise Refused(message("Its signature was taken out of it."))
        try:
            key = public_key(self.manifest.key)
        except WrongValue as wrong:
            raise Refused(wrong.problem) from None
        signature = self._container.small(SIGNATURE)
        if len(signature) != SIGNATURE_BYTES or not is_signed_by(key, signature, signed):
            raise Refused(message("Its signature is not right: the bundle was changed after it was signed."))
        return key


def _lines(pieces: Iterable[bytes], name: str, most_bytes: int) -> Iterator[bytes]:
    """The lines of a text that comes in pieces; each ends with a newline and is bounded."""
    rest: list[bytes] = []
    size = 0
    for piece in pieces:
        first, *others = piece.split(b"\n")
        rest.append(first)
        size += len(first)
        if others:
            yield b"".join(rest)
            *whole, last = others
            yield from whole
            rest, size = [last], len(last)
        if size > most_bytes:
            raise Refused(message("{name} in it has a line that is too long.", name=name))
    if size:
        raise Refused(message("{name} in it ends in the middle of a line.", name=name))
