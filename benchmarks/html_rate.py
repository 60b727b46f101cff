"""How fast a report of 2,323 sites becomes a page, how large it is, and how soon Chromium shows it.

    python benchmarks/html_rate.py [SITES]

The inventory and the store are those of workbook_rate.py, each site with coordinates besides. `report` is a process of
its own, start of Python included; "without" writes no file: what reading and judging take. The page is then opened from
its file in headless Chromium (Debian package chromium), five times, and searched once for each of a few words.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import workbook_rate
from playwright.sync_api import Page, sync_playwright

OPENED_COUNT = 5
WORDS = ("so 74", "vnpt", "0260 3000 100", "khong co")
TIMING = "(t => [t.domContentLoadedEventEnd, t.loadEventEnd])(performance.getEntriesByType('navigation')[0])"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    """Fill a store, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else workbook_rate.SITES_COUNT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sites.yaml").write_text(_placed(workbook_rate._inventory(count)), encoding="utf-8")
        moment = workbook_rate._fill(folder).isoformat()
        _tell(f"{count:,} sites{'':20}{'wall':>8}{'CPU':>9}{'peak':>9}{'size':>10}")
        words = ["report", "--as-of", moment, "-q", "--lang", "vi"]
        workbook_rate._measure(folder, "without", words)
        workbook_rate._measure(folder, "report.html", [*words, "-o", "report.html"])
        _open(folder / "report.html")


def _placed(inventory: str) -> str:
    """Each site somewhere in Viet Nam."""
    lines = []
    for number, line in enumerate(inventory.splitlines()):
        lines.append(line)
        if line.startswith("    district:"):
            lat, lon = 8.6 + number * 37 % 1000 / 69.4, 102.5 + number * 91 % 997 / 144.5
            lines += [f"    lat: {lat:.3f}", f"    lon: {lon:.3f}"]
    return "\n".join(lines) + "\n"


def _open(file: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "chromium", args=["--no-sandbox"]
        )
        found = []
        for _ in range(OPENED_COUNT):
            page = browser.new_page()
            page.goto(file.as_uri())
            page.wait_for_timeout(200)
            ready, loaded = page.evaluate(TIMING)
            found.append((page.evaluate(FIRST_PAINT) or loaded, ready, loaded))
            last = page
        for label, column in zip(
            ("first paint", "filter ready", "loaded"), zip(*found, strict=True), strict=True
        ):
            _tell(f"{label:31}{statistics.median(column):6.0f} ms (worst {max(column):.0f})")
        for word in WORDS:
            _search(last, word)
        browser.close()


def _search(page: Page, word: str) -> None:
    """From the last key to the told count; the page waits 120 ms for another key."""
    before = page.inner_text("#shown")
    began = time.perf_counter()
    page.fill("#query", word)
    while page.inner_text("#shown") == before:  # the page's policy forbids to wait inside it
        time.sleep(0.005)
    _tell(f"search “{word}”: {(time.perf_counter() - began) * 1000:.0f} ms, {page.inner_text('#shown')}")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
