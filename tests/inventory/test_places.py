"""Names of places: one under many spellings, and in Vietnamese order."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.inventory.places import fold, nearest, sort_key

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


def test_names_stand_in_the_order_of_a_vietnamese_dictionary() -> None:
    """As ICU with locale vi has them: letters before tones (ngang huyền hỏi ngã sắc nặng), tones before case."""
    in_order = [
        "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Bá Thiên", "Băng", "Bân", "Cần", "Dân", "Đà", "Đắk Glei", "Đắk Hà",
        "Đắk Tô", "Ia H'Drai", "Kon Plông", "Kon Rẫy", "Kon Tum", "Ngọc Hồi", "Oanh", "Ông", "Ơn", "sa thầy",
        "Sa Thầy", "Trường 2", "Trường A", "Tu Mơ Rông", "Ung", "Ưng", "Yên",
    ]  # fmt: skip
    shuffled = list(dict.fromkeys(in_order[::3] + in_order[1::3] + in_order[2::3]))
    assert sorted(shuffled, key=sort_key) == in_order


@given(st.text(max_size=40))
def test_any_text_folds_once_and_sorts(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert sort_key(text) == sort_key(unicodedata.normalize("NFD", text))
