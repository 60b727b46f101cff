"""The record for Word: the decree's form, the office's own template, and names that want to be markup."""

import io

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import WrongValue
from kontum_netcheck.report.official import word
from tests.report.official.made import (
    ENGLISH,
    VIETNAMESE,
    in_word,
    made,
    opened,
    squeezed,
    template,
    texts,
    typed,
    word_text,
)
from tests.report.province import HOSTILE, hostile_report


def edited(*paragraphs: str, without: str = "") -> bytes:
    """The shipped template as an office might change it in Word."""
    document = opened(template())
    for text in paragraphs:
        document.add_paragraph(text)
    if without:
        for paragraph in document.paragraphs:
            if without in paragraph.text:
                paragraph.text = ""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("language", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_every_text_of_the_record_stands_in_it(language: Language) -> None:
    data = made(
        language, filled=typed("Trần Văn Minh, Phó Giám đốc", fill=("chair=Lê C, Giám đốc", "agency=Sở"))
    )
    found = word_text(in_word(data, language))
    assert [text for text in texts(data.as_data()) if squeezed(text) not in found] == []


def test_the_head_is_that_of_the_decree() -> None:
    text = word_text(in_word(made()))
    assert squeezed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc") in text
    assert squeezed("BIÊN BẢN Kiểm tra đường truyền Internet, điện thoại, fax") in text


def test_the_page_is_a4_with_the_decrees_margins_and_type() -> None:
    document = opened(in_word(made()))
    (section,) = document.sections
    sides = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides if side] == [210, 297, 30, 15]
    assert [round(side.mm) for side in (section.top_margin, section.bottom_margin) if side] == [20, 20]
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 13)


def test_pages_are_numbered_in_the_upper_margin_but_the_first() -> None:
    (section,) = opened(in_word(made())).sections
    assert section.different_first_page_header_footer
    (paragraph,) = section.header.paragraphs
    assert paragraph.alignment is WD_ALIGN_PARAGRAPH.CENTER
    assert "PAGE" in paragraph._p.xml
    assert section.first_page_header.is_linked_to_previous or not section.first_page_header.paragraphs[0].text


def test_headers_of_tables_stand_on_each_page_and_no_row_is_parted() -> None:
    for table in opened(in_word(made())).tables[2:-2]:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_no_heading_stands_alone_at_the_end_of_a_page() -> None:
    paragraphs = opened(in_word(made())).paragraphs
    headings = [one for one in paragraphs if one.text in ("Thành phần tham dự:", "Nội dung:")]
    assert [one.paragraph_format.keep_with_next for one in headings] == [True, True]


def test_what_nobody_filled_in_is_a_dotted_line() -> None:
    chair = next(p for p in opened(in_word(made())).paragraphs if p.text.startswith("Chủ trì:"))
    assert chair.text == "Chủ trì: \t"
    assert 'w:leader="dot"' in chair._p.xml


def test_hostile_names_stay_text() -> None:
    evil = (
        HOSTILE + " {{ sites }} {% for x in y %} {_{ &amp; <w:p/> ]]> \ufffe \U0001f4de \u202e " + "W" * 200
    )
    data = made(report=hostile_report(evil), filled=typed(f"{'{{ chair }} <b>&'}, {evil[:150]}"))
    found = word_text(in_word(data))
    assert [text for text in texts(data.as_data()) if squeezed(text) not in found] == []
    assert not set("\u202e\x1b\ufffe") & set(found)


def test_an_own_field_is_filled_in() -> None:
    text = word_text(word.render(edited("Phòng họp: {{ room }}"), made(), {"room": "A <1> & {_{"}))
    assert squeezed("Phòng họp: A <1> & {_{") in text
    assert word.own_names(edited("{{ room }} {{ title }}")) == {"room"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (edited("{{ room }}"), "the field room, which"),
        (edited("{% for s in sites %}{{ s.nmae }}{% endfor %}"), "the field nmae, which"),
        (edited(without="evidence_sha256"), "lacks the field evidence_sha256"),
        (edited("{{ title"), "opened and not closed: {{ title"),
        (edited("{% for s in sites %}"), "not written right"),
        (edited("{{ title|nofilter }}"), "not written right"),
        (edited("{{ ''.__class__.__mro__ }}"), "__class__|not written right"),
        (edited("{{ title.__init__.__globals__ }}"), "__init__|__globals__|not written right"),
        (edited("{{ 1/0 }}"), "not written right"),
        (b"", "no Word document"),
        (b"PK\x05\x06" + bytes(18), "no Word document"),
        (b"plain text", "no Word document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_template_is_refused_with_the_field(wrong: bytes, said: str) -> None:
    with pytest.raises(WrongValue, match=said):
        word.render(wrong, made(), {})


def test_a_field_that_is_not_closed_swallows_nothing_of_the_record() -> None:
    document, file = opened(template()), io.BytesIO()
    document.paragraphs[3].add_run("{{ title ")  # what follows would close it
    document.save(file)
    with pytest.raises(WrongValue, match="opened and not closed"):
        word.render(file.getvalue(), made(), {})


def test_the_shipped_template_names_no_field_that_there_is_not() -> None:
    assert word.own_names(template(ENGLISH)) == frozenset()
