"""The pictures of the README: small, of this program, and made by a script that runs."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
README = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
PICTURES = ("table.svg", "page.png")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    pytest.importorskip("pty", reason="needs a Unix")
    specification = importlib.util.spec_from_file_location("make_pictures", FOLDER / "make.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_readme_shows_both_and_together_they_are_small() -> None:
    assert all(f"docs/pictures/{name}" in README for name in PICTURES)
    assert sum((FOLDER / name).stat().st_size for name in PICTURES) < 300_000
    assert (FOLDER / "page.png").read_bytes().startswith(PNG)


def test_the_table_is_a_drawing_that_asks_for_nothing_from_elsewhere(make: ModuleType) -> None:
    drawing = make.drawn("\x1b[1;31m✗ Chưa sẵn sàng\x1b[0m Đắk Glei")
    for text in (drawing, (FOLDER / "table.svg").read_text(encoding="utf-8")):
        ElementTree.fromstring(text)
        assert "Chưa&#160;sẵn&#160;sàng" in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "").split("<defs>")[0]
        assert "url(http" not in text and "href" not in text


def test_a_terminal_is_what_the_program_is_told(make: ModuleType) -> None:
    tells = "import os, sys; print(sys.stdout.isatty(), os.environ['COLUMNS']); sys.exit(2)"
    assert make.in_terminal([sys.executable, "-c", tells]) == "True 100\n"


@pytest.mark.xdist_group("chromium")
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium (Debian package chromium)")
def test_a_page_is_photographed(make: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><title>x</title><p>x")
    make.photograph(tmp_path / "page.html", tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(PNG)
