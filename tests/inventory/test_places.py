"""Names of places: one under many spellings."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.inventory.places import fold, nearest

DISTRICTS = [
    "Thành phố Kon Tum",
    "Đắk Glei",
    "Ngọc Hồi",
    "Đắk Tô",
    "Kon Plông",
    "Kon Rẫy",
    "Đắk Hà",
    "Sa Thầy",
]


@pytest.mark.parametrize(
    "text", ["Đắk Hà", "Đăk Hà", "ĐẮK HÀ", "dak ha", " Đắk  Hà ", unicodedata.normalize("NFD", "Đắk Hà")]
)
def test_spellings_of_one_place_fold_to_one(text: str) -> None:
    assert fold(text) == "dak ha"


@pytest.mark.parametrize("text", ["Ia H'Drai", "Ia H’Drai", "Ia Hʼdrai", "ia hdrai"])
def test_the_apostrophe_does_not_count(text: str) -> None:
    assert fold(text) == "ia hdrai"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("dak ha", "Đắk Hà"), ("Ngoc Hoii", "Ngọc Hồi"), ("kon ray", "Kon Rẫy"), ("Sa Thay", "Sa Thầy")],
)
def test_the_nearest_name_is_found(word: str, meant: str) -> None:
    assert nearest(word, DISTRICTS) == meant


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("xyzzy", DISTRICTS) is None


@given(st.text(max_size=40))
def test_any_text_folds_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
