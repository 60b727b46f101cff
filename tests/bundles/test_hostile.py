"""Bundles that were changed, cut, forged or made to hurt: each is refused with a reason, and never anything else."""

import contextlib
import hashlib
import io
import json
import struct
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.bundles import limits
from kontum_netcheck.bundles.contents import Contents
from kontum_netcheck.bundles.manifest import Member, content_hash
from kontum_netcheck.bundles.reading import Bundle
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.bundles.signing import new_signer
from kontum_netcheck.locale.language import Language
from tests.bundles.made import AN, bundle, call, kept

WHOLE = bundle(kept(*(call(minute) for minute in range(50))))[0]
LINES = "observation.jsonl"


def read(data: bytes) -> list[object]:
    """All that is in it, looked at as an import does."""
    opened = Bundle(io.BytesIO(data))
    return [*Contents(datetime.now(UTC)).noting(opened.entries()), *opened.attachments()]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return Language("en").say(caught.value.problem)


def repacked(change: Callable[[dict[str, bytes]], object], data: bytes = WHOLE) -> bytes:
    """The bundle unpacked, changed and packed again by somebody without the key."""
    with ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def forged(content: bytes, name: str = LINES, count: int | None = 1, **facts: object) -> bytes:
    """A bundle with these lines under a true signature: what a broken or malicious program could make."""

    def change(members: dict[str, bytes]) -> None:
        members[name] = content
        manifest = json.loads(members["manifest.json"])
        sha256 = hashlib.sha256(content).hexdigest()
        manifest["members"][name] = {"bytes_count": len(content), "entries_count": count, "sha256": sha256}
        listed = {each: Member(**about) for each, about in manifest["members"].items()}
        manifest |= {"content_sha256": content_hash(listed), **facts}
        members["manifest.json"] = json.dumps(manifest).encode()
        members["manifest.sig"] = AN.sign(members["manifest.json"])

    return repacked(change)


def test_repacking_alone_changes_nothing() -> None:
    assert read(repacked(lambda members: None)) == read(WHOLE)


@settings(max_examples=150)
@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_refused_or_means_nothing(at: int, bit: int) -> None:
    data = bytearray(WHOLE)
    data[at] ^= 1 << bit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(Refused):
            assert read(bytes(data)) == read(WHOLE)  # a date in the zip, say, which nobody reads


@given(cut=st.integers(0, len(WHOLE) - 1))
def test_a_part_of_a_bundle_is_refused(cut: int) -> None:
    assert refusal(WHOLE[:cut])


@given(data=st.binary(max_size=200))
def test_other_files_are_refused(data: bytes) -> None:
    assert refusal(data)
    assert refusal(b"PK\x03\x04" + data)


def test_half_a_bundle_is_told_from_a_foreign_file() -> None:
    assert refusal(WHOLE[:-100]).startswith("It is not whole")
    assert refusal(b"%PDF-1.7") == "It is no bundle of evidence."
    assert refusal(b"").startswith("The file is empty")


def test_a_zip_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert refusal(out.getvalue()) == "It is no bundle of evidence."


def test_a_changed_line_is_refused() -> None:
    changed = repacked(lambda members: members.update({LINES: members[LINES].replace(b'"ok"', b'"no"', 1)}))
    assert refusal(changed) == f"{LINES} in it was changed after the bundle was made, or was damaged."


def test_a_line_taken_out_is_refused() -> None:
    changed = repacked(lambda members: members.update({LINES: members[LINES].split(b"\n", 1)[1]}))
    assert "was changed" in refusal(changed)


def test_a_manifest_fitted_to_the_changed_lines_has_no_signature() -> None:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace("Văn An".encode(), "Văn Ân".encode())

    assert "signature is not right" in refusal(repacked(change))


def test_a_signature_taken_out_is_missed() -> None:
    assert "taken out" in refusal(repacked(lambda members: members.pop("manifest.sig")))


def test_a_member_taken_out_is_missed() -> None:
    assert refusal(repacked(lambda members: members.pop(LINES))) == f"{LINES} was taken out of it."


def test_another_s_signature_is_refused() -> None:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.sig"] = new_signer("Bình").sign(members["manifest.json"])

    assert "signature is not right" in refusal(repacked(change))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "files/../x",
        "files/abc",
        "x.jsonl",
        "files/",
        "observation.jsonl/",
    ],
)
def test_a_name_that_no_bundle_has_is_refused(name: str) -> None:
    assert "no bundle has" in refusal(repacked(lambda members: members.update({name: b"x"})))


def test_a_member_that_stands_twice_is_refused() -> None:
    out = io.BytesIO(WHOLE)
    with warnings.catch_warnings(), ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(LINES, b"")
    assert refusal(out.getvalue()) == f"It holds {LINES} twice."


def test_a_newer_version_is_told_as_such() -> None:
    newer = forged(b"", "something_new.jsonl", 0, version=2, something_new=True)
    assert refusal(newer).startswith("It is a bundle of version 2, and this program knows versions up to 1")


def test_a_manifest_with_an_unknown_field_is_refused() -> None:
    assert "manifest.json is not right, at surprise" in refusal(forged(b"", count=0, surprise=1))


def test_a_manifest_that_says_something_twice_is_refused() -> None:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b"{", b'{"version": 1,', 1)

    assert "can't be read" in refusal(repacked(change))


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"null", b"{}"])
def test_a_manifest_that_is_none_is_refused(content: bytes) -> None:
    assert "manifest.json" in refusal(repacked(lambda members: members.update({"manifest.json": content})))


*_, LAST = Bundle(io.BytesIO(WHOLE)).entries()
LINE = LAST.body


@pytest.mark.parametrize(
    ("content", "count", "why"),
    [
        (b"{}\n", 1, "is not right"),
        (b"nonsense\n", 1, "is not right"),
        (b"{}", 1, "ends in the middle of a line"),
        (LINE + b"\n" + LINE + b"\n", 2, "not in order"),
        (b"{}\n", 2, "is not right"),
        (b"", 1, "as many lines"),
        (b"x" * 2_000_000, 1, "too long"),
    ],
)
def test_lines_that_are_no_entries_are_refused_even_when_signed(content: bytes, count: int, why: str) -> None:
    assert why in refusal(forged(content, "observation.jsonl", count))


def test_an_attachment_that_is_not_what_its_name_says_is_refused() -> None:
    assert "manifest.json is not right" in refusal(forged(b"a photo", f"files/{'0' * 64}", None))


def test_a_bomb_is_refused_by_what_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINES_BYTES", 1 << 20)
    assert "is larger than 1 MB" in refusal(
        repacked(lambda members: members.update({LINES: b"\0" * (2 << 20)}))
    )


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_further() -> None:
    """The directory says 1,000 bytes; ten million would come out."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 10_000_000)
    data = out.getvalue()
    lying = data.replace(struct.pack("<L", 10_000_000), struct.pack("<L", 1000))
    assert lying != data
    assert refusal(lying)


def test_everything_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOTAL_BYTES", 1 << 10)
    assert "larger than a bundle may be" in refusal(WHOLE)


def test_a_file_too_large_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUNDLE_BYTES", 1 << 10)
    assert "larger than a bundle may be" in refusal(WHOLE)


def test_a_directory_of_a_million_names_is_not_read() -> None:
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, limits.DIRECTORY_BYTES + 1, 4, 0)
    assert "larger than a bundle may be" in refusal(b"PK\x03\x04" + b"\0" * 5_000_000 + tail)


def test_a_way_of_packing_that_bundles_do_not_have_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(ZipInfo("manifest.json"), b"{}", ZIP_BZIP2)
    assert "packed in a way" in refusal(out.getvalue())


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(WHOLE)
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1
    assert "packed in a way" in refusal(bytes(data))
