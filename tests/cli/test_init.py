"""`init`: the starter, the questions at a terminal, and the province's list. Nothing is overwritten without asking."""

from pathlib import Path

import pytest

from tests.cli.process import Program
from tests.cli.terminal import Terminal
from tests.province_list.example_list import book_bytes

CSV = (
    "Huyện;Tên điểm thi;SĐT;Số fax;Đường truyền\nĐắk Hà;Trường THPT A;2603000002;113;FTTH 100/50 Mbps VNPT\n"
)


@pytest.fixture
def csv_list(tmp_path: Path) -> Path:
    file = tmp_path / "danh-sach.csv"
    file.write_text(CSV, encoding="utf-8-sig")
    return file


def test_a_workbook_becomes_an_inventory_that_is_valid(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ds.xlsx").write_bytes(book_bytes())
    done = program("init", "--from", "ds.xlsx", "--lang", "vi")
    assert done.code == 0
    assert "Điểm thi: 8" in done.out
    assert "'DS điểm thi'!J9, L9" in done.err
    assert program("validate").code == 0


def test_a_csv_file_does_too_and_says_what_was_not_understood_at_its_cell(
    program: Program, csv_list: Path, tmp_path: Path
) -> None:
    done = program("init", "a.yaml", "--from", csv_list.name)
    assert done.code == 0
    assert "'danh-sach.csv'!D2: “113”" in done.err
    assert "- 0260 3000 002" in (tmp_path / "a.yaml").read_text(encoding="utf-8")
    assert program("validate", "a.yaml").code == 0


def test_to_stdout_goes_the_inventory_and_nothing_else(
    program: Program, csv_list: Path, tmp_path: Path
) -> None:
    done = program("init", "-", "--from", csv_list.name)
    (tmp_path / "b.yaml").write_text(done.out, encoding="utf-8")
    assert program("validate", "b.yaml").code == 0
    assert not (tmp_path / "-").exists()


def test_a_file_that_is_there_stays_where_nobody_can_be_asked(
    program: Program, csv_list: Path, tmp_path: Path
) -> None:
    (tmp_path / "sites.yaml").write_text("mine", encoding="utf-8")
    done = program("init", "--from", csv_list.name)
    assert done.code == 3
    assert (tmp_path / "sites.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, (), "nowhere.csv can't be read"),
        (b"\xd0\xcf\x11\xe0", (), "old Excel"),
        (b"PK\x03\x04", (), "workbook is broken"),
        (b"a;b\n1;2\n", (), "headings"),
        (CSV.encode(), ("--sheet", "2023"), "no sheet “2023”"),
        (CSV.encode(), ("--province", "Kon Tum"), "62 Kon Tum"),
        (CSV.replace("Đắk Hà", "Hải Châu").encode(), (), "--province"),
        (CSV.encode(), ("--starter",), "choose one"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_sentence_and_writes_nothing(
    program: Program, tmp_path: Path, content: bytes | None, arguments: tuple[str, ...], said: str
) -> None:
    if content is not None:
        (tmp_path / "nowhere.csv").write_bytes(content)
    done = program("init", "--from", "nowhere.csv", *arguments)
    assert done.code == 3
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "sites.yaml").exists()


def test_options_of_a_list_without_a_list_are_refused(program: Program) -> None:
    done = program("init", "--both-ways")
    assert done.code == 3
    assert "--from" in done.err


def test_without_openpyxl_a_workbook_says_what_to_do(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ds.xlsx").write_bytes(book_bytes())
    hidden = tmp_path / "without"
    hidden.mkdir()
    (hidden / "openpyxl.py").write_text("raise ImportError\n", encoding="utf-8")
    done = program("init", "--from", "ds.xlsx", PYTHONPATH=str(hidden))
    assert done.code == 3
    assert "xlsx-import" in done.err


def test_at_a_terminal_it_asks_and_writes_what_was_answered(program: Program, tmp_path: Path) -> None:
    with Terminal(["init"], tmp_path) as terminal:
        for said, typed in (
            ("Province", ""),
            ("Districts", "Đắk Hà, Xyz"),
            ("none of the districts", ""),
            ("Districts", "Đăk Hà, Ngọk Hồi"),
            ("first site", "Trường THPT Nguyễn Du"),
            ("district", "ngoc hoi"),
            ("phone", "3000002"),
            ("loudspeaker", "có"),
            ("fax", ""),
            ("line", "Leased line 20/20 Mbps VNPT"),
            ("address", ""),
        ):
            terminal.until(said)
            if said != "none of the districts":
                terminal.press(f"{typed}\n")
        assert terminal.end() == 0
    text = (tmp_path / "sites.yaml").read_text(encoding="utf-8")
    assert 'district: "611"' in text
    assert "{number: 0260 3000 002, loudspeaker: true}" in text
    assert "down: 20, up: 20" in text
    assert "sample:" not in text
    assert program("validate").code == 0


def test_enter_for_everything_gives_a_sample_that_says_so_over_a_file_that_may_go(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "sites.yaml").write_text("old", encoding="utf-8")
    with Terminal(["init", "--lang", "vi"], tmp_path) as terminal:
        terminal.until("Ghi đè")
        terminal.press("có\n" + "\n" * 9)
        assert terminal.end() == 0
        assert "Tỉnh: mã và tên" in terminal.screen
    assert "sample: true" in (tmp_path / "sites.yaml").read_text(encoding="utf-8")
    assert program("validate").code == 0


def test_ctrl_c_and_q_leave_nothing(tmp_path: Path) -> None:
    for key, code in (("\x03", 130), ("q\n", 3)):
        with Terminal(["init"], tmp_path) as terminal:
            terminal.until("Province")
            terminal.press("\n")
            terminal.until("Districts")
            terminal.press(key)
            assert terminal.end() == code
        assert list(tmp_path.iterdir()) == []


def test_at_a_terminal_a_file_stays_unless_somebody_says_yes(tmp_path: Path, csv_list: Path) -> None:
    file = tmp_path / "sites.yaml"
    file.write_text("mine", encoding="utf-8")
    with Terminal(["init", "--from", csv_list.name], tmp_path) as terminal:
        terminal.until("Overwrite")
        terminal.press("\n")
        assert terminal.end() == 3
    assert file.read_text(encoding="utf-8") == "mine"


def test_the_province_is_asked_for_where_the_list_does_not_say_it(tmp_path: Path) -> None:
    (tmp_path / "ds.csv").write_text(CSV.replace("Đắk Hà", "Hải Châu"), encoding="utf-8")
    with Terminal(["init", "--from", "ds.csv"], tmp_path) as terminal:
        terminal.until("Province")
        terminal.press("48 Đà Nẵng\n")
        assert terminal.end() == 0
    assert 'province: {code: "48", name: Đà Nẵng}' in (tmp_path / "sites.yaml").read_text(encoding="utf-8")


def test_the_starter_can_be_had_at_a_terminal_too(tmp_path: Path) -> None:
    with Terminal(["init", "--starter"], tmp_path) as terminal:
        assert terminal.end() == 0
    assert "thpt-mau" in (tmp_path / "sites.yaml").read_text(encoding="utf-8")
