"""Makes the pictures of the README from `demo`: the table as a terminal shows it, and the page as a browser does.

    python docs/pictures/make.py [FOLDER]

writes table.svg and page.png, in Vietnamese. Needs the extra `test` (playwright), Chromium (Debian package
chromium), and a Unix (a pseudo-terminal shows the colours). Times and addresses differ from run to run.
"""

import os
import pty
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COMMAND = ("demo", "--lang", "vi")
COLUMNS = 100
PAGE_WIDTH, PAGE_HEIGHT = 1120, 1016
THEME = TerminalTheme(
    (24, 26, 31),
    (224, 226, 230),
    [
        (24, 26, 31), (245, 115, 105), (125, 205, 125), (240, 195, 90),
        (115, 165, 245), (195, 160, 255), (95, 200, 200), (224, 226, 230),
    ],
)  # fmt: skip
"""Every colour at least 7 : 1 on the background."""
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "Liberation Mono", Consolas, Menlo, "Fira Code", monospace;
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own, without fonts from the network."""


def main() -> None:
    """Run `demo` once, and make both pictures of it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.html"
        printed = in_terminal([sys.executable, "-m", "kontum_netcheck", *COMMAND, "-o", str(page)])
        (folder / "table.svg").write_text(drawn(printed), encoding="utf-8")
        photograph(page, folder / "page.png")


def in_terminal(command: list[str]) -> str:
    """What the command prints to a terminal that is so wide and knows colours."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    printed = b""
    try:
        while part := os.read(ours, 65536):
            printed += part
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 2, "the lab has faults"
    return printed.decode().replace("\r\n", "\n")


def drawn(printed: str) -> str:
    """The terminal as a picture."""
    console = Console(
        record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text.from_ansi(printed), end="")
    title = " ".join(("kontum-netcheck", *COMMAND))
    return console.export_svg(title=title, theme=THEME, code_format=FRAME, unique_id="demo")


def photograph(page: Path, picture: Path) -> None:
    """The beginning of the page, as it opens."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        window = browser.new_page(
            viewport={"width": PAGE_WIDTH, "height": PAGE_HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
        window.goto(page.as_uri())
        window.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
