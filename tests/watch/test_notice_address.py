"""Of a notice address nothing is shown but its scheme, and its host where there is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.watch.address import shown, without_secrets

TOKEN = "123456789:abcdefghijKLMNOPqrst"


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        (f"tgram://{TOKEN}/12315544/", "tgram://***"),
        (f"zalo://{TOKEN}/chat", "zalo://***"),
        ("mailtos://user:secret@smtp.example.vn:465?to=a@example.vn", "mailtos://smtp.example.vn"),
        ("json://user:secret@127.0.0.1:8080/hook?token=x", "json://127.0.0.1"),
        ("JSONS://[2001:db8::1]/hook", "jsons://2001:db8::1"),
        ("jsons://", "jsons://***"),
        ("jsons://[", "jsons://***"),
        ("secret", "***"),
        ("a secret://with a space", "***"),
    ],
)
def test_what_is_shown(url: str, seen: str) -> None:
    assert shown(url) == seen


def test_what_a_library_says_of_a_failure_loses_every_part_of_the_address() -> None:
    url = f"tgram://{TOKEN}/12315544/?thread=98765"
    said = f"Failed to send to 12315544:\n bot{TOKEN} (123456789), thread 98765: error=401"
    assert without_secrets(said, url) == "Failed to send to ***: bot*** (***), thread ***: error=401"


def test_the_host_of_a_mail_server_may_stay() -> None:
    url = "mailto://user:pass%20word@smtp.example.vn?to=lan@school.vn"
    said = "user, pass word and lan@school.vn were refused by smtp.example.vn"
    assert without_secrets(said, url) == "***, *** and ***@*** were refused by smtp.example.vn"


@given(st.text(alphabet="abcdefghij0123456789", min_size=8, max_size=20), st.text(max_size=50))
def test_no_token_survives(token: str, around: str) -> None:
    url = f"zalo://1:{token}/{token[::-1]}?to={token}x"
    assert token not in without_secrets(f"{around}{token}{around}", url)
    assert token not in shown(url)
