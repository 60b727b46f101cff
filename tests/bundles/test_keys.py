"""Keys as SSH writes them, lists of those that are trusted, and the private half that stays private."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ed448
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.bundles.public_key import PublicKey, public_key
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.bundles.signing import is_signed_by, load_signer, new_signer
from kontum_netcheck.bundles.trust import HEAD, read_trusted, trusted_name
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import WrongValue
from tests.bundles.made import AN

BINH = new_signer("Bình")


def why(refused: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        refused()
    return Language("en").say(caught.value.problem)


def test_a_key_comes_back_from_its_line() -> None:
    assert public_key(AN.public.line) == AN.public


@given(st.binary(min_size=32, max_size=32), st.text(st.characters(categories=["L"]), max_size=20))
def test_every_key_comes_back_from_its_line(raw: bytes, name: str) -> None:
    assert public_key(PublicKey(raw, name).line) == PublicKey(raw, name)


@given(st.text(max_size=200))
def test_any_other_text_is_no_key(text: str) -> None:
    for line in (text, f"ssh-ed25519 {text}", f"ssh-rsa {text}"):
        with pytest.raises(WrongValue):
            public_key(line)


def test_ssh_keygen_shows_the_same_fingerprint(tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs ssh-keygen (Debian package openssh-client)")
    (tmp_path / "trusted_keys").write_text(f"{HEAD}{AN.public.line}\n", encoding="utf-8")
    command = ["ssh-keygen", "-l", "-f", "trusted_keys"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert AN.public.fingerprint in shown
    assert "Nguyễn Văn An" in shown


def test_a_signature_is_of_one_key_and_one_text() -> None:
    signature = AN.sign(b"text")
    assert is_signed_by(AN.public, signature, b"text")
    assert not is_signed_by(BINH.public, signature, b"text")
    assert not is_signed_by(AN.public, signature, b"texts")
    assert not is_signed_by(AN.public, signature[:-1], b"text")


def test_the_private_key_comes_back_from_its_file() -> None:
    assert load_signer(AN.pem(), "An").public.raw == AN.public.raw


def test_a_key_with_a_passphrase_opens_only_with_it() -> None:
    pem = AN.pem(b"secret")
    assert load_signer(pem, "An", b"secret").public.raw == AN.public.raw
    assert "has a passphrase" in why(lambda: load_signer(pem, "An"))
    assert "is not the key's" in why(lambda: load_signer(pem, "An", b"other"))


def test_the_private_half_is_in_no_text_of_a_signer() -> None:
    secret = AN.pem().splitlines()[1].decode()
    assert secret not in repr(AN) and secret not in str(AN.public)


def test_a_key_of_another_kind_is_refused() -> None:
    other = ed448.Ed448PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    assert "not of the kind Ed25519" in why(lambda: load_signer(other, "An"))
    assert "no private key" in why(lambda: load_signer(b"text", "An"))


def test_a_list_has_a_key_a_line_and_comments() -> None:
    text = f"\ufeff{HEAD}\n\n{AN.public.line}\r\n  {BINH.public.line}  \n# {BINH.public.line}\n"
    assert read_trusted(text, "trusted_keys") == (AN.public, BINH.public)


@pytest.mark.parametrize("line", ["ssh-ed25519", "ssh-ed25519 AAAA An", "nonsense", "ssh-rsa AAAAB3 An"])
def test_a_wrong_line_of_a_list_is_named(line: str) -> None:
    assert why(lambda: read_trusted(f"{AN.public.line}\n{line}\n", "keys")).startswith("keys:2: ")


def test_a_private_key_is_recognised_whoever_wrote_it() -> None:
    openssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----\n"
    for text in (AN.pem().decode(), AN.pem(b"secret").decode(), openssh):
        with pytest.raises(WrongValue, match="is a private key: show it to nobody") as wrong:
            public_key(text)
        assert text.splitlines()[1] not in str(wrong.value)
        assert why(partial(read_trusted, text, "keys")).startswith("keys:1: This is a private key")


def test_a_key_on_a_list_needs_a_name() -> None:
    nameless = AN.public.line.rsplit(" ", 3)[0]
    assert "write whose it is" in why(lambda: read_trusted(nameless, "keys"))


def test_the_list_s_name_counts_and_not_the_bundle_s_word_for_it() -> None:
    claimed = PublicKey(BINH.public.raw, "Nguyễn Văn An")
    assert trusted_name(claimed, [AN.public, BINH.public]) == "Bình"


def test_an_unknown_key_is_refused_with_its_fingerprint_and_how_to_take_it() -> None:
    reason = why(lambda: trusted_name(BINH.public, [AN.public]))
    assert f"--accept-key {BINH.public.fingerprint}" in reason
    assert f"evidence trust '{BINH.public.line}'" in reason


def test_an_unknown_key_is_taken_by_its_fingerprint() -> None:
    assert trusted_name(BINH.public, [], [BINH.public.fingerprint]) == "Bình"
    assert why(lambda: trusted_name(BINH.public, [], [AN.public.fingerprint]))


def test_unsigned_is_taken_only_when_asked() -> None:
    assert trusted_name(None, [], accept_unsigned=True) == ""
    assert "--accept-unsigned" in why(lambda: trusted_name(None, [AN.public]))


def test_accepting_the_unsigned_does_not_accept_unknown_keys() -> None:
    assert why(lambda: trusted_name(BINH.public, [], accept_unsigned=True))
