"""The catalogues are complete, and the committed one is what the sources compile to."""

import string
from pathlib import Path

import pytest

from kontum_netcheck.locale import DOMAIN, LOCALE_DIR
from kontum_netcheck.locale.compile import compile_catalogue, read_catalogues
from kontum_netcheck.locale.sources import sentences

VI = LOCALE_DIR / "vi"
FOREIGN = "typer.po"  # its sources stand in typer
TRANSLATIONS = read_catalogues(VI)
SENTENCES = sentences(LOCALE_DIR.parent)


def _fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence)} - {None}


def test_every_sentence_has_a_translation() -> None:
    missing = {sentence: places[0] for sentence, places in SENTENCES.items() if sentence not in TRANSLATIONS}
    assert missing == {}


def test_every_translation_has_the_fields_of_its_sentence() -> None:
    wrong = {source for source, target in TRANSLATIONS.items() if _fields(source) != _fields(target)}
    assert wrong == set()


def test_no_translation_is_without_a_sentence(tmp_path: Path) -> None:
    for path in VI.glob("*.po"):
        if path.name != FOREIGN:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    stale = {s for s in read_catalogues(tmp_path) if s not in SENTENCES and any(c.isalpha() for c in s)}
    assert stale == set()


def test_the_committed_catalogue_is_what_the_sources_compile_to() -> None:
    committed = (VI / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    assert committed == compile_catalogue(TRANSLATIONS), "run: python -m kontum_netcheck.locale.compile"


def test_one_sentence_with_two_translations_is_refused(tmp_path: Path) -> None:
    for name, word in (("a.po", "một"), ("b.po", "hai")):
        (tmp_path / name).write_text(f'msgid "one"\nmsgstr "{word}"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.po: 'one'"):
        read_catalogues(tmp_path)


def test_a_sentence_that_is_no_literal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("message(text)\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.py:1"):
        sentences(tmp_path)


def test_fields_and_signs_alone_need_no_translation(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        'message("{a}: {b}")\nmessage("{a} of {b}")\n_("Help")\n', encoding="utf-8"
    )
    assert list(sentences(tmp_path)) == ["{a} of {b}", "Help"]
