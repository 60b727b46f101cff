"""The page in a real browser, Debian's Chromium: fold, filter, search, keyboard, print, accessibility, no request."""

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.report.html import render
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.past import Earlier, Followed, Past
from tests.report.province import HOSTILE, INVENTORY, RUN, VERDICTS, WHEN, hostile_report

pytestmark = pytest.mark.xdist_group("chromium")  # one worker, so that the browser starts once

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PLACES = {"thpt-kon-tum": (14.354, 108.003), "duy-tan": (14.338, 108.009), "tu-mo-rong": (14.9, 107.95)}
ANSWERS = tuple(Earlier(WHEN - timedelta(hours=h), None if h == 2 else 10.5 + h) for h in (3, 2, 1))
REPORT = replace(
    build(
        VERDICTS,
        RUN,
        INVENTORY.model_copy(
            update={
                "sites": tuple(
                    site.model_copy(update=dict(zip(("lat", "lon"), PLACES[site.id], strict=True)))
                    if site.id in PLACES
                    else site
                    for site in INVENTORY.sites
                )
            }
        ),
    ),
    past=Past(followed={"lien-viet/ftth/ping": Followed("rtt_avg_ms", ANSWERS)}),
)
SEARCHED = {
    "duy tan": ["Trường THPT Duy Tân reserve"],
    "DUY TÂN": ["Trường THPT Duy Tân reserve"],
    unicodedata.normalize("NFD", "Liên Việt"): ["Trường THCS-THPT Liên Việt Kon Tum"],
    "ia hdrai": ["Trường THPT Ia H'Drai"],
    "Ia H’Drai": ["Trường THPT Ia H'Drai"],
    "tra cuu diem": ["Tra cứu điểm thi"],
    "02603000001": ["Trường THPT Kon Tum"],
    "0260 3000 001": ["Trường THPT Kon Tum"],
    "Trần Thị B": ["Trường THPT Kon Tum"],
    "no such school": [],
}
MARKUP = "</script><img src=//evil.example onerror=alert(1)>"
NAMES_IN_SIGHT = """
[...document.querySelectorAll('.sites > tbody > tr > th')].filter(e => e.checkVisibility()).map(e => e.innerText)
"""
AXE = """
axe.run(document, {resultTypes: ["violations"]}).then((found) => ({
  violations: found.violations.map((each) => [each.id, each.nodes[0].html.slice(0, 200)]),
  passes_count: found.passes.length,
}))
"""
Scheme = Literal["light", "dark"]
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs chromium (Debian package chromium)")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu", *root])
        yield started
        started.close()


class Windows:
    """One window for each look and setting, for all tests; and what was said and asked for in any of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[Scheme, bool], Page] = {}
        self.said: list[str] = []
        self.requests: list[str] = []

    def page(self, scheme: Scheme, scripts: bool) -> Page:
        """The window; as the last test left it."""
        if (scheme, scripts) not in self._pages:
            page = self._browser.new_page(color_scheme=scheme, java_script_enabled=scripts)
            page.set_default_timeout(60_000)
            page.on("console", lambda message: self.said.append(message.text))
            page.on("pageerror", lambda error: self.said.append(str(error)))
            page.on("dialog", self._refuse)
            page.on("request", lambda request: self.requests.append(request.url.partition("#")[0]))
            self._pages[scheme, scripts] = page
        return self._pages[scheme, scripts]

    def _refuse(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def opened(windows: Windows, tmp_path: Path) -> Iterator[Opened]:
    """Opens a report's page from its file; in the end nothing was complained of, and nothing left the file."""
    windows.said.clear()
    windows.requests.clear()
    file = tmp_path / "report.html"

    def open_page(
        report: Report = REPORT,
        code: LanguageCode = "en",
        scheme: Scheme = "light",
        scripts: bool = True,
        place: str = "",
    ) -> Page:
        file.write_text(render(report, Options(Language(code), zone=INVENTORY.zone)), encoding="utf-8")
        page = windows.page(scheme, scripts)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(file.as_uri() + place)
        return page

    yield open_page
    assert windows.said == []
    assert set(windows.requests) == {file.as_uri()}


def shown(page: Page) -> list[str]:
    """The names of the sites and portals that are in sight."""
    found: list[str] = page.evaluate(NAMES_IN_SIGHT)
    return found


def search(page: Page, text: str) -> list[str]:
    page.fill("#query", text)
    return shown(page)


@pytest.mark.parametrize(("code", "scheme"), [("vi", "light"), ("en", "dark")])
def test_axe_finds_nothing_that_keeps_anybody_out(opened: Opened, code: LanguageCode, scheme: Scheme) -> None:
    page = opened(code=code, scheme=scheme)
    page.click("#open")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(AXE)
    assert found["violations"] == []
    assert found["passes_count"] > 20


def test_a_verdict_filters_and_the_count_is_told(opened: Opened) -> None:
    page = opened()
    page.check("input[value='3']")
    assert shown(page) == ["Trường THPT Kon Tum", "Tra cứu điểm thi"]
    assert page.locator("#shown").inner_text() == "2 of 6 shown"
    assert page.locator("#shown").get_attribute("aria-live") == "polite"
    page.check("input[value='2']")
    assert "Trường THPT Tu Mơ Rông" in shown(page)
    page.click("#clear")
    page.locator("#clear").wait_for(state="hidden")
    assert page.locator("#shown").inner_text() == "6 of 6 shown"


def test_search_finds_names_and_numbers_however_they_are_typed(opened: Opened) -> None:
    page = opened()
    assert {text: search(page, text) for text in SEARCHED} == SEARCHED
    assert page.locator("#none").is_visible()


def test_a_search_that_is_given_up_leaves_the_folds_as_they_were(opened: Opened) -> None:
    page = opened()
    before = shown(page)
    assert "Trường THPT Ia H'Drai" in search(page, "drai")  # ready, so it was folded
    page.press("#query", "Escape")
    assert shown(page) == before
    assert "Trường THPT Ia H'Drai" not in before


def test_districts_and_checks_fold_and_unfold(opened: Opened) -> None:
    page = opened()
    page.click("#d1 > summary")
    assert "Trường THPT Kon Tum" not in shown(page)
    page.click("#open")
    assert len(shown(page)) == 6
    assert page.locator("#s1 .checks").is_visible()
    page.click("#close")
    assert shown(page) == []


def test_all_of_it_is_reached_by_the_keyboard(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.focus("#query")
    page.keyboard.type("kon tum")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first verdict: not ready
    assert shown(page) == ["Trường THPT Kon Tum"]
    page.focus("#s1 summary")
    page.keyboard.press("Enter")
    assert page.locator("#s1 .checks").is_visible()


def test_a_link_to_a_site_opens_what_it_is_folded_in(opened: Opened) -> None:
    page = opened(place="#s5")
    assert page.locator("#s5 .checks").is_visible()


def test_a_dot_of_the_plan_leads_to_its_site(opened: Opened) -> None:
    page = opened()
    page.check("input[value='3']")
    page.locator("use[data-site=s3]").click()
    assert page.locator("#s3 .checks").is_visible()


def test_on_paper_everything_is_unfolded_and_a4(opened: Opened) -> None:
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#s5 .checks").bounding_box() is not None
    assert not page.locator(".toolbar").is_visible()
    page.emulate_media(media="null")
    document = page.pdf(prefer_css_page_size=True)
    sizes = {
        tuple(round(float(n)) for n in box.split())
        for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", document)
    }
    assert sizes == {(0, 0, 595, 842)}


def test_without_scripts_it_is_whole_and_folds(opened: Opened) -> None:
    page = opened(scripts=False)
    assert not page.locator(".toolbar").is_visible()
    assert "Trường THPT Kon Tum" in shown(page)
    page.click("#s1 summary")
    assert page.locator("#s1 .checks").is_visible()


@pytest.mark.parametrize("text", [HOSTILE, "x" * 200, MARKUP], ids=range(3))
def test_no_name_runs_anything_or_widens_the_page(opened: Opened, text: str) -> None:
    page = opened(hostile_report(text))
    page.click("#open")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (page.locator("script").count(), page.locator("img").count()) == (1, 0)


def test_on_a_narrow_screen_no_limit_is_broken_within_a_word(opened: Opened) -> None:
    page = opened(code="vi")
    page.set_viewport_size({"width": 390, "height": 900})
    text_lines = """cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return new Set([...range.getClientRects()].map(box => box.top)).size
    }"""
    shown = page.locator(".limits td:is(:nth-child(1), :nth-child(3), :nth-child(4))").all()
    assert shown and {cell.evaluate(text_lines) for cell in shown} == {1}


def test_the_head_of_the_portals_is_as_wide_as_their_table(opened: Opened) -> None:
    page = opened()
    wide = "e => Math.round(e.getBoundingClientRect().width)"
    table = page.locator("#portals .sites")
    assert table.locator("> thead tr").evaluate(wide) == table.evaluate(wide)
