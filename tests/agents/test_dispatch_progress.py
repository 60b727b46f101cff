"""The live table of `dispatch`: a row a vantage, as a person in a terminal sees it."""

import io
from datetime import UTC, datetime

from kontum_netcheck.agents.dispatching import Progress
from kontum_netcheck.agents.waiting import Tally
from kontum_netcheck.cli.dispatch_progress import dispatch_progress, progress_table
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.model import Readiness, message
from tests.agents.seen import agent, answer, check

PROGRESS = Progress(
    (Tally("noc", 120, 90, 0), Tally("pleiku", 20, 0, 20), Tally("", 60, 15, 0)),
    (agent("noc", "one"), agent("noc", "two"), agent("dak-to")),
)


class Screen(io.StringIO):
    """A terminal that remembers all that was written."""

    def isatty(self) -> bool:
        return True


def shell(language: LanguageCode = "en") -> Shell:
    return Shell(language, io.StringIO(), Screen())


def drawn(language: LanguageCode = "en", progress: Progress = PROGRESS) -> list[str]:
    from rich.console import Console

    file = io.StringIO()
    table = progress_table(shell(language), progress, {Readiness.READY: 100, Readiness.NOT_READY: 5}, 75)
    Console(file=file, width=78, no_color=True).print(table)
    return [" ".join(line.split()) for line in file.getvalue().splitlines()]


def test_it_shows_what_each_vantage_was_asked_and_who_is_there() -> None:
    head, noc, pleiku, anywhere, counts = drawn()
    assert head == "Vantage Asked Answered Agents"
    assert noc.startswith("noc 120 90 2 ━")
    assert pleiku == "pleiku 20 0 0"
    assert anywhere.startswith("anywhere 60 15 3 ━")
    assert counts == "1:15 ✓ 100 ✗ 5"


def test_of_many_vantages_those_are_shown_that_most_is_waited_for() -> None:
    done = tuple(Tally(f"done-{number}", 5, 5, 0) for number in range(40))
    rows = drawn(progress=Progress((*done, Tally("slow", 5, 1, 0)), ()))
    assert len(rows) == 21
    assert any(row.startswith("slow 5 1 0") for row in rows)
    assert "and 23 more" in rows


def test_it_speaks_vietnamese() -> None:
    assert drawn("vi")[0] == "Nơi đo Đã giao Có kết quả Máy đo"


def test_each_check_counts_once_by_all_that_is_known_of_it() -> None:
    seen = shell()
    asked = check("one", "noc", "dak-to")
    with dispatch_progress(seen, (), wanted=True) as watcher:
        for vantage in asked.vantages:
            watcher.on_observation(asked, answer(asked, vantage, datetime.now(UTC)))
            watcher.on_progress(PROGRESS)
        watcher.tell(message("The database is back."))
    assert isinstance(seen.stderr, Screen)
    screen = seen.stderr.getvalue()
    assert screen.rindex("✓ 1") > screen.rindex("? 1")
    assert "The database is back." in screen


def test_where_nobody_watches_only_sentences_are_said() -> None:
    quiet = Shell("en", io.StringIO(), io.StringIO())
    with dispatch_progress(quiet, (), wanted=True) as watcher:
        watcher.on_progress(PROGRESS)
        watcher.tell(message("The database is back."))
    assert isinstance(quiet.stderr, io.StringIO)
    assert quiet.stderr.getvalue() == "The database is back.\n"
