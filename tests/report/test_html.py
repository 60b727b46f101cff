"""The page: well formed, self-contained, the same each time, and nothing that a stranger chooses becomes markup."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kontum_netcheck
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import KeptObservation, MetricValue, Observation, Outcome, Readiness, Verdicts
from kontum_netcheck.report import FORMATS
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.check_lines import fingerprint
from kontum_netcheck.report.html.sparkline import HEIGHT, Sparkline
from kontum_netcheck.report.html.spreading import spread
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.past import Earlier, Followed, Past
from tests.report.province import HOSTILE, INVENTORY, LAB_REPORT, REPORT, RUN, VERDICTS, WHEN, hostile_report

TEMPLATES = Path(kontum_netcheck.__file__).parent / "report" / "html" / "templates"
FOLLOWED = Followed(
    "rtt_avg_ms",
    tuple(Earlier(WHEN - timedelta(hours=h), None if h == 2 else 10.5 + h) for h in (3, 2, 1)),
)
EVIL = [
    HOSTILE,
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus=alert(1) '",
    "javascript:alert(1)",
    "--><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#x3c;",
    "\u202egnp.exe\u2066\u200f",
    "nul\x00bell\x07escape\x1b[31m\x85\u2028",
    "🎓" * 100,
    "x" * 200,
]


def page(report: Report = REPORT, code: LanguageCode = "en") -> str:
    rendered = FORMATS["html"].render(report, Options(Language(code), zone=INVENTORY.zone))
    assert isinstance(rendered, str)
    return rendered


class Outline(HTMLParser):
    """What a browser sees of it: elements in order, with their attributes, and the text between."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, frozenset[str]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, frozenset(name for name, _ in attrs)))
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_what_a_stranger_chooses_is_text_and_never_markup(text: str) -> None:
    plain, evil = Outline(page(hostile_report("harmless"))), Outline(page(hostile_report(text)))
    assert evil.elements == plain.elements
    shown = " ".join(Options(Language("en")).text(text).split())
    assert shown in evil.texts


@settings(max_examples=30, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("<>\"'&{}%/=`\x00\n "), st.characters()), min_size=1, max_size=40
    )
)
def test_no_name_at_all_changes_the_elements_of_the_page(text: str) -> None:
    assert Outline(page(hostile_report(text))).elements == Outline(page(hostile_report("a"))).elements


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else() -> None:
    document = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', document)
    assert policy is not None
    found = dict(part.strip().split(" ", 1) for part in unescape(policy[1]).split(";"))
    for tag in ("style", "script"):
        [inline] = re.findall(f"<{tag}>(.*?)</{tag}>", document, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert found.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert found == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def test_no_attribute_leads_out_of_the_page_or_runs_anything() -> None:
    for name, value in Outline(page(LAB_REPORT)).attributes:
        assert not name.startswith("on") and name not in ("style", "src", "srcset", "action")
        assert name != "href" or value.startswith("#")


def test_only_the_programs_own_files_are_written_unescaped() -> None:
    unsafe = re.compile(r"\|\s*safe|autoescape|Markup")
    assert not [path.name for path in TEMPLATES.glob("*.html") if unsafe.search(path.read_text("utf-8"))]


def test_the_same_report_gives_the_same_page() -> None:
    assert page() == page()


@pytest.mark.parametrize("code", ["vi", "en"])
def test_says_its_language_what_it_rests_on_and_the_reasons(code: LanguageCode) -> None:
    options = Options(Language(code), zone=INVENTORY.zone)
    document = page(code=code)
    texts = Outline(document).texts
    assert f'<html lang="{code}">' in document
    for said in (fingerprint(REPORT, options), RUN.inventory_hash, "QCVN 34:2019", "14:05"):
        assert any(said in text for text in texts), said
    for site in REPORT.sites:
        assert all(options.text(reason) in texts for reason in site.all_reasons)


def test_a_districts_sites_stand_in_its_own_table_and_one_without_sites_says_so() -> None:
    texts = Outline(page()).texts
    assert "no exam site" in texts
    assert page().count('<table class="sites">') == sum(bool(row.verdict.sites) for row in REPORT.districts)


def test_the_labs_results_say_so_at_the_top() -> None:
    texts = Outline(page(LAB_REPORT)).texts
    heading = texts.index("Readiness of Kon Tum")
    assert any(text.startswith("LAB RESULTS") for text in texts[:heading])


def test_an_empty_report_says_why_it_is_empty() -> None:
    report = build(Verdicts((), (), Readiness.NOT_CHECKED), replace(RUN, partial=True), INVENTORY)
    document = page(report)
    assert "Nothing of the inventory is selected by these options." in Outline(document).texts
    assert 'id="query"' not in document


def test_the_past_of_a_line_is_bars_and_words() -> None:
    report = replace(REPORT, past=Past(followed={"lien-viet/ftth/ping": FOLLOWED}))
    document = page(report)
    assert document.count("<span class=past>") == 1
    assert "2 of 3 answered since 2024-06-26 11:05: 11.5 to 13.5 ms" in Outline(document).texts


def test_an_answer_that_failed_is_a_cross_and_no_bar() -> None:
    spark = Sparkline.of(FOLLOWED, Options(Language("en")))
    assert (spark.bars.count("M"), spark.missed.count("M")) == (2, 1)
    assert f"M3 {HEIGHT}V1" in spark.bars  # the greatest value


def test_sites_with_coordinates_are_on_the_plan_and_the_rest_are_counted() -> None:
    at = {"thpt-kon-tum": (14.354, 108.003), "duy-tan": (14.354, 108.003), "ia-hdrai": (14.0, 107.6)}
    sites = tuple(
        site.model_copy(update=dict(zip(("lat", "lon"), at[site.id], strict=True))) if site.id in at else site
        for site in INVENTORY.sites
    )
    document = page(build(VERDICTS, RUN, INVENTORY.model_copy(update={"sites": sites})))
    dots = re.findall(r'<use href="#shape(\d)" class="v\d" x="(\d+)" y="(\d+)" data-site="(s\d+)">', document)
    assert [(shape, site) for shape, _x, _y, site in dots] == [("0", "s3"), ("0", "s5"), ("3", "s1")]
    assert len({(x, y) for _, x, y, _ in dots}) == 3
    assert "2 sites have no coordinates in the inventory." in document


def test_a_large_report_counts_the_checks_of_what_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kontum_netcheck.report.html.rows._MOST_LISTED", 1)
    texts = Outline(page()).texts
    assert "· 1 checks in order" in texts
    assert any(text.startswith("This report is large") for text in texts)
    assert "https://thpt-kon-tum.example/" in texts  # of a line that is not ready


def test_without_coordinates_there_is_no_plan() -> None:
    assert "<svg viewBox" not in page()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=12))
def test_dots_that_are_spread_do_not_hide_each_other(points: list[tuple[float, float]]) -> None:
    found = spread(points, 19)
    for at, (x, y) in enumerate(found):
        assert all((x - a) ** 2 + (y - b) ** 2 > 12**2 for a, b in found[:at])


def called(**metrics: MetricValue) -> KeptObservation:
    """A call of Liên Việt's, as people record it."""
    seen = Observation(
        "lien-viet/phone/call", "call", "+842603000004", Outcome.MEASURED, WHEN, 0.0,
        {"result": "ok", **metrics}, None, "Sở GDĐT", "An <b>", False,
    )  # fmt: skip
    return KeptObservation("run", "", seen, "0123456789abcdef" * 4)


def test_the_call_log_tells_all_that_is_kept_of_a_call() -> None:
    past = Past(calls=(called(voice_quality=4, note="<i>crackles</i>"),))
    text = " ".join(Outline(page(replace(REPORT, past=past)).partition('id="calls"')[2]).texts)
    for said in (
        "0260 3000 004",
        "An <b>",
        "Sở GDĐT",
        "<i>crackles</i>",
        "Voice quality, 1 to 5: 4",
        "0123456789ab",
    ):
        assert said in text
    assert "Why: line test before the exam" in text


def test_a_long_call_log_ends_with_the_newest_calls_and_says_so() -> None:
    past = Past(calls=tuple(called(note=f"call {number}") for number in range(301)))
    text = page(replace(REPORT, past=past)).partition('id="calls"')[2]
    assert "The last 300 of 301 calls; the workbook (XLSX) lists all." in text
    assert "call 300" in text and "call 0<" not in text


def test_without_a_call_there_is_no_log() -> None:
    assert 'id="calls"' not in page(build(Verdicts((), (), Readiness.NOT_CHECKED), RUN, INVENTORY))
