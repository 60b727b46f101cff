"""A bundle gives back exactly what was put in, and says the same of the same facts whatever their order."""

import hashlib
import io
import json
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.bundles.reading import Bundle
from tests.bundles.made import AN, bundle, call, in_order, kept

FACTS = kept(call(), call(5, "busy"), call(9, "no_answer", "Bình"))
minutes = st.lists(st.integers(0, 100_000), unique=True, max_size=20)


@given(minutes=minutes)
def test_what_goes_in_comes_out(minutes: list[int]) -> None:
    facts = kept(*(call(minute) for minute in minutes))
    data, manifest = bundle(facts)
    assert list(Bundle(io.BytesIO(data)).entries()) == in_order(facts)
    assert manifest.entries_count == len(facts)


@given(data=st.data(), minutes=minutes)
def test_the_same_facts_in_any_order_are_the_same_bundle(data: st.DataObject, minutes: list[int]) -> None:
    facts = kept(*(call(minute) for minute in minutes))
    assert bundle(facts)[0] == bundle(data.draw(st.permutations(facts)))[0]


def test_the_content_s_hash_does_not_depend_on_who_signs() -> None:
    signed, unsigned = bundle(FACTS)[1], bundle(FACTS, None)[1]
    assert signed.content_sha256 == unsigned.content_sha256
    assert signed.content_sha256 != bundle(FACTS[:-1])[1].content_sha256


def test_a_bundle_of_nothing_can_be_read() -> None:
    assert list(Bundle(io.BytesIO(bundle([])[0])).entries()) == []


def test_the_key_that_signed_is_told() -> None:
    assert Bundle(io.BytesIO(bundle(FACTS)[0])).key == AN.public
    assert Bundle(io.BytesIO(bundle(FACTS, None)[0])).key is None


def test_attached_files_come_along_by_their_hash() -> None:
    photo = b"\xff\xd8 a photo"
    sha256 = hashlib.sha256(photo).hexdigest()
    opened = Bundle(io.BytesIO(bundle(FACTS, attachments={sha256: photo})[0]))
    assert list(opened.attachments()) == [(sha256, photo)]


def test_people_can_look_into_it_with_what_they_have(tmp_path: Path) -> None:
    if shutil.which("unzip") is None:
        pytest.skip("needs unzip (Debian package unzip)")
    (tmp_path / "a.knc.zip").write_bytes(bundle(FACTS)[0])
    subprocess.run(["unzip", "-q", "a.knc.zip"], cwd=tmp_path, check=True, capture_output=True)
    lines = (tmp_path / "observation.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["metrics"]["result"] for line in lines) == ["busy", "no_answer", "ok"]


def test_openssl_finds_the_signature_right(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl (Debian package openssl)")
    with ZipFile(io.BytesIO(bundle(FACTS)[0])) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "key.pem").write_bytes(AN.pem())
    command = "openssl pkeyutl -verify -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
