"""A limit's source is read in the reader's language."""

import re

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.plan.loads import committed_source
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report.limit_sources import source_words

ENGLISH_WORDS = re.compile(r"\b(and|own|policy|is|nothing|only|less|the|of|later)\b")
DECLARED = sorted({limit.source for probe in PROBES.values() for limit in probe.limits})


@pytest.mark.parametrize("source", [*DECLARED, committed_source(100), committed_source(0.512)])
def test_no_english_sentence_is_the_source_of_a_limit_in_vietnamese(source: str) -> None:
    assert not ENGLISH_WORDS.search(Language("vi").show(source_words(source)))


def test_the_committed_speed_of_a_line_stays_in_its_source() -> None:
    assert "tốc độ cam kết 0,512 Mbit/s" in Language("vi").show(source_words(committed_source(0.512)))


@pytest.mark.parametrize("source", [*DECLARED, committed_source(100)])
def test_in_english_a_source_reads_as_it_is_kept(source: str) -> None:
    assert Language("en").show(source_words(source)) == source


def test_a_source_that_nobody_knows_is_shown_as_it_is() -> None:
    assert source_words("Điều lệ của tỉnh") == "Điều lệ của tỉnh"
