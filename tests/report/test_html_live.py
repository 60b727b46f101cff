"""The page that a watch keeps current, in a real browser: it loads itself anew, and says when nobody does."""

from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from markupsafe import escape
from playwright.sync_api import Browser, Page, expect

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Readiness, message
from kontum_netcheck.report.html import render
from kontum_netcheck.report.live import Live, LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import visible
from tests.report.province import HOSTILE, INVENTORY
from tests.report.test_html_browser import REPORT, browser, shown

__all__ = ["browser"]

pytestmark = pytest.mark.xdist_group("chromium")  # one worker, so that the browser starts once

MADE = REPORT.run.finished_at


def page_of(said: str = "no answer", *, is_over: bool = False) -> str:
    row = LiveRow(MADE, Readiness.NOT_READY, "Trường THPT A · Internet ftth", message("{said}", said=said))
    following = None if is_over else MADE + timedelta(minutes=5)
    live = Live(60, 660, following, troubles=[row], troubles_count=31, changes=[row], remarks=[row])
    return render(REPORT, Options(Language("en"), zone=INVENTORY.zone, live=live))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "status.html"
    path.write_text(page_of(), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """Opened just when it was made; in the end nothing was complained of, and nothing left the file."""
    said: list[str] = []
    requests: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.on("console", lambda each: said.append(each.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.clock.install(time=MADE)
    opened.goto(file.as_uri())
    yield opened
    context.close()
    assert said == []
    assert set(requests) == {file.as_uri()}


def test_it_loads_itself_anew_and_keeps_what_the_reader_has_filtered(page: Page, file: Path) -> None:
    expect(page.locator("#live")).to_contain_text("Not in order (31)")
    page.fill("#query", "duy tan")
    page.locator("#query").blur()
    before = shown(page)
    file.write_text(page_of("another reason"), encoding="utf-8")
    with page.expect_navigation():
        page.clock.run_for(61_000)
    expect(page.locator("#live")).to_contain_text("another reason")
    assert page.input_value("#query") == "duy tan"
    assert shown(page) == before == ["Trường THPT Duy Tân reserve"]


def test_it_waits_while_somebody_types(page: Page, file: Path) -> None:
    file.write_text(page_of("another reason"), encoding="utf-8")
    page.focus("#query")
    page.clock.run_for(61_000)
    expect(page.locator("#live")).not_to_contain_text("another reason")


def test_it_waits_where_somebody_has_stopped_it(page: Page, file: Path) -> None:
    file.write_text(page_of("another reason"), encoding="utf-8")
    page.uncheck("#current input")
    page.clock.run_for(61_000)
    expect(page.locator("#live")).not_to_contain_text("another reason")


def test_it_says_when_nobody_keeps_it_current(page: Page) -> None:
    expect(page.locator("#stale")).to_be_hidden()
    page.uncheck("#current input")
    page.clock.fast_forward("12:00")
    expect(page.locator("#stale")).to_be_visible()


def test_one_whose_watch_has_ended_says_so_and_refreshes_no_more() -> None:
    source = page_of(is_over=True)
    assert '<p class="warning">The watch has ended.' in source
    assert 'http-equiv="refresh"' not in source
    assert 'id="current"' not in source


def test_axe_finds_nothing_in_it_that_keeps_anybody_out(page: Page) -> None:
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run('#live', {resultTypes: ['violations']})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_hostile_reasons_are_text() -> None:
    source = page_of("\n".join(HOSTILE))
    assert source.count("<script>") == 2
    assert all(str(escape(visible(text))) in source for text in HOSTILE)
