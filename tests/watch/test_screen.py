"""The screen: never taller or wider than the terminal, whatever there is to show, and the troubles stay to the last."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from kontum_netcheck.cli.watch_screen import drawn
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Readiness, message
from kontum_netcheck.report.live import LiveRow
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.board import DistrictLine, Picture

NOW = datetime(2024, 6, 27, 3, 0, tzinfo=UTC)


def picture(count: int) -> Picture:
    counts = dict.fromkeys(Readiness, count)
    rows = [
        LiveRow(
            NOW,
            list(Readiness)[n % 4],
            f"Trường THPT Nguyễn Thị Minh Khai số {n} · Internet ftth",
            message("\x1b[2J x"),
        )
        for n in range(count)
    ]
    return Picture(
        NOW,
        "Kon Tum",
        timedelta(minutes=5),
        turn_number=12,
        next_at=NOW + timedelta(seconds=59.5),
        counts=counts,
        districts=[DistrictLine(f"Huyện {n}", Readiness.READY, counts) for n in range(count)],
        troubles=rows,
        changes=rows,
        remarks=rows[:5],
        notices=message("no reason given"),
    )


def lines(shown: Picture, width: int, height: int, code: LanguageCode = "vi") -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(drawn(shown, Options(Language(code)), width, height))
    return capture.get().splitlines()


@pytest.mark.parametrize("count", [0, 1, 5, 300])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (40, 10), (200, 60), (20, 5)])
def test_it_fits_every_terminal(count: int, width: int, height: int) -> None:
    found = lines(picture(count), width, height)
    assert len(found) <= max(height, 7)
    assert max(cell_len(line) for line in found) <= width
    assert "\x1b[2J" not in "".join(found)


def test_where_little_has_room_the_troubles_are_what_is_shown() -> None:
    found = "\n".join(lines(picture(5), 60, 12))
    assert "Đang có vấn đề (5)" in found
    assert "Huyện (5)" not in found


def test_what_has_no_room_is_counted() -> None:
    assert any("297" in line or "29" in line for line in lines(picture(300), 80, 24) if "dòng nữa" in line)


def test_the_end_of_a_name_stays_where_it_is_cut() -> None:
    found = lines(picture(12), 80, 40)
    assert any("số 2 · Internet ftth" in line and "…" in line for line in found)


def test_the_next_turn_is_told_in_whole_seconds() -> None:
    assert any("lượt tới sau 1 phút" in line for line in lines(picture(1), 80, 24))
