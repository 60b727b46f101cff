"""What the tests of the official record share: records of the small province, and reading documents back."""

import io
import re
import zipfile
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import docx
from docx.document import Document
from pypdf import PdfReader

from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.official import pdf, word
from kontum_netcheck.report.official.contents import Contents, Subject, contents
from kontum_netcheck.report.official.evidence import EvidenceLines
from kontum_netcheck.report.official.form import Form, form
from kontum_netcheck.report.official.template import shipped
from kontum_netcheck.report.options import Options
from tests.report.province import REPORT, WHEN

VIETNAMESE, ENGLISH = Language("vi"), Language("en")
CITY = Subject("608", "Thành phố Kon Tum", is_district=True)
EVIDENCE = EvidenceLines.of([b'{"b":2}', b'{"a":1}', b'{"b":2}'])
NOTHING_TYPED = Form()


def typed(*participants: str, fill: tuple[str, ...] = ()) -> Form:
    """The options of a command line."""
    return form(participants, fill, frozenset())


def made(
    language: Language = VIETNAMESE,
    *,
    report: Report = REPORT,
    subject: Subject = CITY,
    filled: Form = NOTHING_TYPED,
    issued_on: date = date(2024, 6, 5),
) -> Contents:
    """The contents of a record about the province's city."""
    options = Options(language, zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    return contents(report, subject, filled, EVIDENCE, issued_on, options)


@cache
def template(language: Language = VIETNAMESE) -> bytes:
    """The shipped one, drawn once."""
    return shipped(language)


@cache
def in_word(data: Contents, language: Language = VIETNAMESE) -> bytes:
    """The document from the shipped template."""
    return word.render(template(language), data, {})


@cache
def in_pdf(data: Contents, language: Language = VIETNAMESE) -> bytes:
    """The document by typst."""
    return pdf.render(data, language, WHEN).content


@cache
def pages(document: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def opened(document: bytes) -> Document:
    """As Word's own parts."""
    return docx.Document(io.BytesIO(document))


def word_text(document: bytes) -> str:
    """All text of the body, tables too, in order; a space between paragraphs and cells, none for line ends."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
    body = opened(document).element.body
    return squeezed(" ".join("".join(p.itertext("{*}t")) for p in body.iter("{*}p")))


def pdf_text(document: bytes) -> str:
    """All text of all pages."""
    return squeezed(" ".join(pages(document)))


def squeezed(text: str) -> str:
    """Without white space and places to break: how lines end is the layout's affair."""
    return re.sub(r"[\s\u200b]+", "", text)


def texts(value: object) -> list[str]:
    """Every text of a record, at any depth."""
    match value:
        case str():
            return [value] if value else []
        case dict():
            return [text for part in value.values() for text in texts(part)]
        case list() | tuple():
            return [text for part in value for text in texts(part)]
    raise AssertionError(value)
