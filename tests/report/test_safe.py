"""Nothing that came from the network or a file can steer a terminal, forge a row or hide."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible, visible
from tests.report.province import hostile_report

ANYTHING = st.text(
    st.one_of(
        st.characters(exclude_categories=()),  # surrogates too
        st.sampled_from("\x00\x07\x1b\r\n\t\x7f\x85\x9b\u202e\u2066\u200b\u2028\ufeff|`*_[]<>&=+-@\ud83d{}"),
    ),
    max_size=12,
)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Trường THPT Ia H'Drai", "Trường THPT Ia H'Drai"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x9b31m", r"\x9b31m"),
        ("gnp\u202eexe", r"gnp\u202eexe"),
        ("\udc80", r"\udc80"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_dangerous_characters_become_visible_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_decomposed_vietnamese_stays_as_it_is() -> None:
    assert visible(unicodedata.normalize("NFD", "Đắk Glei")) == unicodedata.normalize("NFD", "Đắk Glei")


@given(ANYTHING)
def test_visible_text_is_one_line_of_utf8(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not any(_is_control(character) for character in shown)
    assert len(shown.splitlines()) <= 1


@given(ANYTHING)
def test_json_means_what_it_meant(text: str) -> None:
    document = json_visible(json.dumps({"x": text}, ensure_ascii=False, indent=1))
    document.encode("utf-8")
    assert json.loads(document) == {"x": text}
    assert not any(_is_control(character) for character in document.replace("\n", ""))


@pytest.mark.parametrize("by", [None, "district", "site", "check"])
@pytest.mark.parametrize("name", ["table", "plain", "markdown", "csv", "json", "jsonl"])
@given(text=ANYTHING)
@settings(max_examples=15, deadline=None)
def test_no_format_lets_a_control_character_through(name: str, by: None, text: str) -> None:
    rendered = FORMATS[name].render(hostile_report(text), Options(Language("vi"), by))
    shown = rendered if isinstance(rendered, str) else rendered.decode("utf-8").replace("\r\n", "\n")
    shown.encode("utf-8")
    assert not any(_is_control(character) for character in shown.replace("\n", ""))
