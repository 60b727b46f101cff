"""The HTML page as a user asks for it: what the store knows of earlier, and through a pipe."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.process import Port, Program


def test_the_page_shows_what_the_store_knows_of_earlier(
    program: Program, inventory: Callable[..., Path], listening: Port, tmp_path: Path
) -> None:
    inventory(f"{{tcp: {listening}}}")
    assert program("check", "-q").code == 0
    assert program("check", "-q", "-o", "now.html", "--lang", "en").code == 0
    page = (tmp_path / "now.html").read_text(encoding="utf-8")
    assert "2 of 2 answered since" in page


def test_the_page_goes_through_a_pipe(
    program: Program, inventory: Callable[..., Path], listening: Port
) -> None:
    inventory(f"{{tcp: {listening}}}")
    assert program("check", "--format", "html", "--no-store").out.startswith("<!doctype html>")
