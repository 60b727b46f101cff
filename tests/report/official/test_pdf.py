"""The record as PDF: the same facts, a type with every Vietnamese letter inside, and names that want to be code."""

import io
from typing import Any, cast

import pytest
from pypdf import PdfReader

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.official import pdf
from tests.report.official.made import (
    ENGLISH,
    VIETNAMESE,
    in_pdf,
    made,
    pages,
    pdf_text,
    squeezed,
    texts,
    typed,
)
from tests.report.province import HOSTILE, WHEN, hostile_report


@pytest.mark.parametrize("language", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_every_text_of_the_record_stands_in_it(language: Language) -> None:
    data = made(
        language, filled=typed("Trần Văn Minh, Phó Giám đốc", fill=("chair=Lê C, Giám đốc", "agency=Sở"))
    )
    found = pdf_text(in_pdf(data, language))
    assert [text for text in texts(data.as_data()) if squeezed(text) not in found] == []


def test_it_is_a4_and_numbered_from_the_second_page() -> None:
    (first, *others) = PdfReader(io.BytesIO(in_pdf(made()))).pages
    assert [round(float(side) * 25.4 / 72) for side in first.mediabox[2:]] == [210, 297]
    starts = [text.split()[0] for text in pages(in_pdf(made()))]
    assert starts[1:] == [str(number) for number in range(2, len(others) + 2)]
    assert starts[0] != "1"


def test_its_type_is_inside_and_named() -> None:
    made_pdf = pdf.render(made(), VIETNAMESE, WHEN)
    fonts = [
        font.get_object()["/BaseFont"]
        for page in PdfReader(io.BytesIO(made_pdf.content)).pages
        for font in cast(Any, page["/Resources"])["/Font"].values()
    ]
    assert all("+" in font for font in fonts), "a subset is embedded"
    assert any(made_pdf.font.replace(" ", "") in font.replace(" ", "") for font in fonts)


def test_the_hash_can_be_copied() -> None:
    data = made()
    text = " ".join(pages(in_pdf(data)))
    assert data.evidence_sha256 in text
    assert f"--as-of {data.evidence_commands[0].split()[6]}" in " ".join(text.split())


def test_the_same_record_is_the_same_file() -> None:
    assert pdf.render(made(), VIETNAMESE, WHEN).content == in_pdf(made())


def test_hostile_names_stay_text() -> None:
    evil = HOSTILE + ' #import "x" #sys.inputs $1/0$ *b* `r` @x <y> // /* \\ ] [ ~ -- ' + "W" * 200
    data = made(report=hostile_report(evil), filled=typed(f"#x, {evil[:150]}"))
    found = pdf_text(in_pdf(data))
    assert squeezed("#sys.inputs $1/0$ *b* `r` @x <y> // /* \\ ] [ ~ --") in found
    assert "W" * 200 in found
