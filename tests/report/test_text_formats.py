"""The formats that people read: table, plain, markdown. What they look like stands in the snapshots."""

import re
import subprocess
import sys
from typing import Literal

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Readiness, Verdicts
from kontum_netcheck.report import FORMATS, By
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.options import Options
from tests.report.province import HOSTILE, INVENTORY, LAB_REPORT, REPORT, RUN, hostile_report

Code = Literal["vi", "en"]
TEXT_FORMATS = ("table", "plain", "markdown")
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
    lines = [line for line in _text(name, LAB_REPORT, "en", by).split("\n") if line]
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
    assert max(cell_len(line) for line in _text("table", report, by=by, width=width).split("\n")) <= width


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
    assert "<img" not in text.replace(r"\<img", "")


def test_the_command_to_type_next_stands_on_its_own_line() -> None:
    assert "kontum-netcheck check --site thpt-kon-tum" in _text("table", width=60).split("\n")


def test_after_the_demonstration_comes_an_inventory_of_ones_own() -> None:
    assert _text("table", LAB_REPORT).rstrip().endswith("kontum-netcheck init")


@pytest.mark.parametrize("name", TEXT_FORMATS)
@pytest.mark.parametrize("by", [None, "district", "site", "check"])
def test_an_empty_report_says_that_nothing_was_selected(name: str, by: By | None) -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), RUN, INVENTORY)
    assert "nothing was selected" in _text(name, report, "en", by, width=200)


def test_a_format_loads_only_what_it_needs() -> None:
    code = (
        "import sys; from kontum_netcheck.report import FORMATS; from kontum_netcheck.report import comma_separated;"
        "assert not {'rich', 'tabulate', 'babel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_of_formats_loads_next_to_nothing() -> None:
    code = "import sys; from kontum_netcheck.report import FORMATS; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
