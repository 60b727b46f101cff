"""The formats that people read: table, plain, markdown. What they look like stands in the snapshots."""

import re
import subprocess
import sys
from dataclasses import replace
from typing import Literal

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Readiness, Verdicts
from kontum_netcheck.report import FORMATS, By
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.options import Options
from tests.report.province import (
    HOSTILE,
    INVENTORY,
    LAB_REPORT,
    REPORT,
    RUN,
    VERDICTS,
    cut_off,
    hostile_report,
)

Code = Literal["vi", "en"]
TEXT_FORMATS = ("table", "plain", "markdown")
COMMAND = "kontum-netcheck"
SGR = re.compile(r"\x1b\[[0-9;]*m")


def _text(
    name: str,
    report: Report = REPORT,
    code: Code = "vi",
    by: By | None = None,
    width: int = 80,
    colour: bool = False,
) -> str:
    rendered = FORMATS[name].render(report, Options(Language(code), by, INVENTORY.zone, width, colour))
    assert isinstance(rendered, str)
    return rendered


@pytest.mark.parametrize("by", [None, "district", "site", "check"])
@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_looks_as_it_did(name: str, code: Code, by: By | None, snapshot: SnapshotAssertion) -> None:
    assert _text(name, code=code, by=by) == snapshot


def test_a_wide_terminal_has_room_for_reasons(snapshot: SnapshotAssertion) -> None:
    assert _text("table", by="site", width=120) == snapshot


@pytest.mark.parametrize("name", TEXT_FORMATS)
@pytest.mark.parametrize("by", [None, "district", "site", "check"])
def test_lab_sample_and_interruption_come_first(name: str, by: By | None) -> None:
    lines = [line for line in _text(name, LAB_REPORT, "en", by, width=100).split("\n") if line]
    assert [re.sub(r"[^A-Z ]", "", line.split(":")[0]).strip() for line in lines[:3]] == [
        "LAB RESULTS",
        "SAMPLE INVENTORY",
        "INTERRUPTED",
    ]


@pytest.mark.parametrize("by", [None, "district", "site", "check"])
@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(
    "report", [REPORT, LAB_REPORT, hostile_report(HOSTILE)], ids=["real", "lab", "hostile"]
)
def test_no_line_of_the_table_is_wider_than_the_terminal(report: Report, width: int, by: By | None) -> None:
    lines = _text("table", report, by=by, width=width).split("\n")
    assert max(cell_len(line) for line in lines if not line.startswith(COMMAND)) <= width


@pytest.mark.parametrize("by", [None, "district", "site", "check"])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_of_plain_text_is_wider_than_wanted(width: int, by: By | None) -> None:
    lines = _text("plain", by=by, width=width).split("\n")
    assert max(cell_len(line) for line in lines if not line.startswith(COMMAND)) <= width


@pytest.mark.parametrize("name", ["table", "plain"])
@pytest.mark.parametrize("by", [None, "district", "site", "check"])
def test_forty_columns_drop_no_name_and_no_verdict(name: str, by: By | None) -> None:
    text = " ".join(_text(name, by=by, width=40).split())  # a name may be wrapped, but never be cut
    names = [row.verdict.name for row in (*REPORT.sites, *REPORT.portals)]
    if by in (None, "district"):
        names = [*(row.verdict.name for row in REPORT.districts), *(names if by is None else ())]
    assert [name for name in names if name not in text] == []
    assert "…" not in text
    assert set("✓!?✗") <= set(text) or name == "plain"


def test_forty_columns_look(snapshot: SnapshotAssertion) -> None:
    assert "\n\n".join(_text("table", by=by, width=40) for by in (None, "site")) == snapshot


def test_a_command_longer_than_the_terminal_is_not_broken() -> None:
    run = replace(RUN, inventory="a/folder/with/a/very/long/name/of/sites.yaml")
    for name in ("table", "plain"):
        text = _text(name, build(VERDICTS, run, INVENTORY), width=40)
        assert f"{COMMAND} check {run.inventory} --site thpt-kon-tum\n" in text


@pytest.mark.parametrize("name", TEXT_FORMATS)
@pytest.mark.parametrize("by", [None, "district", "site", "check"])
def test_notes_stand_under_the_title(name: str, by: By | None) -> None:
    lines = [line for line in _text(name, LAB_REPORT, "en", by, width=200).split("\n") if line]
    title = next(at for at, line in enumerate(lines) if "Readiness of" in line)
    assert lines[title + 1].lstrip("- ") == "own link down"


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_run_that_its_deadline_cut_says_how_much_is_missing(name: str) -> None:
    report = build(cut_off(Cause.DEADLINE, "duy-tan", "lien-viet"), RUN, INVENTORY)
    assert "DEADLINE: 2 checks were not asked in time." in _text(name, report, "en")


@pytest.mark.parametrize("name", ["table", "plain"])
def test_checks_stand_under_their_site_with_metrics_in_words(name: str) -> None:
    text = _text(name, by="check", width=100)
    assert "Trường THPT Kon Tum · Thành phố Kon Tum" in text
    assert "Internet ftth · ping" in text
    assert "độ trễ khứ hồi trung bình 12,3 ms" in text
    assert "rtt_avg_ms" not in text


def test_a_district_of_many_sites_names_three_and_counts_the_rest() -> None:
    report = build(cut_off(Cause.QUIET, *(f"site-{number:02}" for number in range(30))), RUN, INVENTORY)
    for name in ("table", "plain"):
        text = " ".join(_text(name, report, "en", "district").split())
        assert "site-00, site-01, site-02 and 27 more" in text
    assert "site-29" in _text("markdown", report, "en", "district")


def test_a_certificate_s_day_is_written_as_the_reader_writes_days() -> None:
    assert "01/01/2024" in _text("table", code="vi")
    assert "2024-01-01" in _text("table", code="en")


def test_names_are_unbroken_at_80_columns() -> None:
    text = _text("table")
    names = [row.verdict.name for row in (*REPORT.sites, *REPORT.portals)]
    names += [row.verdict.name for row in REPORT.districts]
    assert [name for name in names if name not in text] == []


def test_nothing_is_cut_from_a_long_word() -> None:
    word = "x" * 300
    assert re.sub(r"\s", "", _text("table", hostile_report(word))).count(word) >= 3


def test_colour_never_says_what_the_words_do_not() -> None:
    coloured = _text("table", LAB_REPORT, colour=True)
    without = "\n".join(line.rstrip() for line in SGR.sub("", coloured).split("\n"))
    assert coloured != without == _text("table", LAB_REPORT)


def test_markup_in_a_name_stays_data() -> None:
    assert "[b]x[/b]" in _text("table", hostile_report("[b]x[/b]"))


def test_a_name_cannot_make_a_column_or_a_tag_in_markdown() -> None:
    text = _text("markdown", hostile_report("a|b <img src=x>"))
    assert r"a\|b \<img src=x\>" in text
    cells = [line for line in text.split("\n") if not line.startswith(f"    {COMMAND}")]  # a block of code
    assert "<img" not in "\n".join(cells).replace(r"\<img", "")


def test_the_command_to_type_next_stands_on_its_own_line() -> None:
    assert "kontum-netcheck check --site thpt-kon-tum" in _text("table", width=60).split("\n")


def test_after_the_demonstration_comes_an_inventory_of_ones_own() -> None:
    assert _text("table", LAB_REPORT).rstrip().endswith("kontum-netcheck init")


@pytest.mark.parametrize("name", TEXT_FORMATS)
@pytest.mark.parametrize("by", [None, "district", "site", "check"])
def test_an_empty_report_says_that_nothing_was_selected_and_no_more(name: str, by: By | None) -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), replace(RUN, partial=True), INVENTORY)
    text = _text(name, report, "en", by, width=200)
    assert text.endswith("Nothing of the inventory is selected by these options.\n")
    assert "Sites:" not in text


def test_an_inventory_without_sites_is_told_from_an_empty_selection() -> None:
    empty = INVENTORY.model_copy(update={"sites": ()})
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), RUN, empty)
    assert "lists no site" in _text("table", report, "en")


def test_a_format_loads_only_what_it_needs() -> None:
    code = (
        "import sys; from kontum_netcheck.report import FORMATS; from kontum_netcheck.report import comma_separated;"
        "assert not {'rich', 'tabulate', 'babel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_of_formats_loads_next_to_nothing() -> None:
    code = "import sys; from kontum_netcheck.report import FORMATS; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
