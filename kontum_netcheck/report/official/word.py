"""The record for Word: a template's fields filled in. The template is the office's own, or the shipped one."""

import re
import zipfile
from collections.abc import Mapping, Set
from dataclasses import fields
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.report.official.contents import Contents
from kontum_netcheck.report.official.gaps import with_gaps

if TYPE_CHECKING:
    from docxtpl.template import DocxTemplate
    from jinja2 import Environment

FIELDS = frozenset(each.name for each in fields(Contents)) | {"more_participants", "more_remarks"}
"""What a template can name."""

REQUIRED = ("sites", "limits", "conclusion", "evidence_sha256")
"""Without these it is no record: what was found, by which limits, what follows, and on what it rests."""

_MOST_BYTES = 20_000_000
_MOST_UNPACKED_BYTES = 100_000_000
_BLANK_LINES = ("began", "where", "chair", "secretary", "remarks", "ended")
_DOCXTPL_ESCAPE = re.compile("(?<=[{}%])_(?=[{}%])")
_OF_EXPRESSIONS = (ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError)
"""What an expression in a template may raise, or the XML that comes of it."""
_BRACKETS = (("{{", "}}"), ("{%", "%}"))
_SHOWN_LENGTH = 80
_TITLE_LENGTH = 255  # the most that Word's property takes


def _values(data: Contents) -> dict[str, Any]:
    """What nobody filled in is a tab: a dotted line where the template has a tab stop."""
    values = with_gaps(data)
    whole = values | {name: values[name] or "\t" for name in _BLANK_LINES}
    return {name: _escaped(value) for name, value in whole.items()}


def _escaped(value: Any) -> Any:
    """Text as XML; `{_{` and its like with a character reference, for docxtpl takes it for a way to write `{{`."""
    from markupsafe import Markup, escape

    match value:
        case str():
            return Markup(_DOCXTPL_ESCAPE.sub("&#95;", str(escape(value))))
        case dict():
            return {name: _escaped(part) for name, part in value.items()}
        case list() | tuple():
            return [_escaped(part) for part in value]
    return value


def own_names(template: bytes) -> frozenset[str]:
    """The fields that the template names and no record has. WrongValue where it is no template."""
    from jinja2 import TemplateSyntaxError

    document = _opened(template)
    try:
        return frozenset(document.get_undeclared_template_variables(_environment())) - FIELDS
    except TemplateSyntaxError as wrong:
        raise _wrong_syntax(str(wrong.message)) from None


def render(template: bytes, data: Contents, own: Mapping[str, str]) -> bytes:
    """The document. WrongValue names a field that the template wants and nobody has, or that it lacks."""
    from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError

    document, environment = _opened(template), _environment()
    try:
        named = document.get_undeclared_template_variables(environment)
    except TemplateSyntaxError as wrong:
        raise _wrong_syntax(str(wrong.message)) from None
    _refuse_wrong_fields(named, own)
    try:
        document.render({**_escaped(own), **_values(data)}, environment, autoescape=True)
    except UndefinedError as wrong:
        raise _no_such_field(_name_in(str(wrong))) from None
    except (TemplateError, *_OF_EXPRESSIONS) as wrong:
        raise _wrong_syntax(str(wrong)) from None
    rendered: Any = document.docx
    rendered.core_properties.title = data.title[:_TITLE_LENGTH]
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _refuse_wrong_fields(named: Set[str], own: Mapping[str, str]) -> None:
    missing = next((name for name in REQUIRED if name not in named), None)
    if missing is not None:
        raise WrongValue(message("it lacks the field {name}, without which it is no record", name=missing))
    unknown = next(iter(sorted(named - FIELDS - own.keys())), None)
    if unknown is not None:
        raise _no_such_field(unknown)


def _no_such_field(name: str) -> WrongValue:
    return WrongValue(
        message("it names the field {name}, which the record does not have", name=name),
        message("Correct its name, or give it a text: --fill {name}=TEXT", name=name),
    )


def _name_in(said: str) -> str:
    """The field in jinja's words: “'nmae' is undefined”, “'dict object' has no attribute 'nmae'”."""
    found = re.match(r"'(\w+)' is undefined|.*'(\w+)'$", said)
    return (found[1] or found[2]) if found else said


def _opened(template: bytes) -> "DocxTemplate":
    """WrongValue where it is no .docx, or too large to be one."""
    from docxtpl.template import DocxTemplate

    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise _no_document() from None
    if len(template) > _MOST_BYTES or size > _MOST_UNPACKED_BYTES:
        raise WrongValue(message("it is too large for a template"))
    document = DocxTemplate(BytesIO(template))
    try:
        document.init_docx()
    except (KeyError, ValueError, zipfile.BadZipFile):
        raise _no_document() from None
    _refuse_open_fields(document)
    return document


def _refuse_open_fields(document: "DocxTemplate") -> None:
    """What follows a field that nobody closed would be taken for a part of it, and vanish from the record."""
    body: Any = document.docx
    for paragraph in body.element.body.iter("{*}p"):
        text = "".join(paragraph.itertext("{*}t"))
        if any(text.count(opening) != text.count(closing) for opening, closing in _BRACKETS):
            raise WrongValue(
                message("a field in it is opened and not closed: {field}", field=text.strip()[:_SHOWN_LENGTH])
            )


def _environment() -> "Environment":
    """A template may come from anybody: it can name fields and loop, and reach nothing else."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _no_document() -> WrongValue:
    return WrongValue(message("it is no Word document (.docx)"))


def _wrong_syntax(what: str) -> WrongValue:
    return WrongValue(message("a field in it is not written right: {what}", what=what.rstrip(".")))
