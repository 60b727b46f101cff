"""`record --sheet`, `--from` and `--call-log`: paper and Excel on the way out and on the way back."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.process import Done, Program
from tests.cli.recorded import SITES, STORE, kept, results

Record = Callable[..., Done]
HEAD = "Mã điểm thi;Số máy;Kết quả;Người thử;Thời gian thử\n"
GOOD = "thpt-a;2603000002;máy bận;Lan;27/6/2024 11:30\n;fax-1;7;;\n"
WRONG = "thpt-a;phone-9;ok;Lan;27/6/2024 11:30\n"


@pytest.fixture
def record(program: Program, tmp_path: Path) -> Record:
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")

    def run(*arguments: str, **variables: str) -> Done:
        return program("record", *arguments, **({"KONTUM_NETCHECK_STORE": str(tmp_path / STORE)} | variables))

    return run


def write(folder: Path, text: str) -> str:
    (folder / "phieu.csv").write_text(text, encoding="utf-8-sig")
    return "phieu.csv"


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def test_the_empty_sheet_opens_in_excel_with_a_row_for_each_thing(record: Record, tmp_path: Path) -> None:
    done = record("--sheet", "--lang", "vi", "-o", "phieu.csv")
    assert (done.code, done.err) == (0, "")
    content = (tmp_path / "phieu.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(content.decode("utf-8"), ";")
    assert [row["Mã dịch vụ"] for row in rows] == ["phone-1", "phone-2", "fax-1", "generator", "phone-1"]
    assert rows[0]["Số máy hoặc hạng mục"] == "0260 3000 002"
    assert rows[0]["Các câu trả lời"].startswith("1 = tốt; 2 = máy bận")
    assert rows[0]["Kết quả"] == rows[0]["Người thử"] == ""


def test_a_sheet_may_be_of_one_district_or_site(record: Record) -> None:
    assert [row["Site id"] for row in rows_of(record("--sheet", "--district", "618").out)] == ["thpt-b"]
    assert {row["Site id"] for row in rows_of(record("thpt-a", "--sheet").out)} == {"thpt-a"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_printed_and_filled_in_is_read_in(record: Record, tmp_path: Path, language: str) -> None:
    record("--sheet", "--lang", language, "-o", "phieu.csv")
    delimiter = ";" if language == "vi" else ","
    table = list(
        csv.reader(io.StringIO((tmp_path / "phieu.csv").read_text("utf-8-sig")), delimiter=delimiter)
    )
    result, who, at = (
        table[0].index(h)
        for h in (
            ("Kết quả", "Người thử", "Thời gian thử")
            if language == "vi"
            else ("Result", "Tested by", "Tested at")
        )
    )
    for row in table[1:]:
        row[result], row[who], row[at] = "1", "Lan", "27/06/2024 11:30"
    with (tmp_path / "phieu.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(table)
    done = record("--from", "phieu.csv", "--lang", language)
    assert (done.code, done.err) == (0, "")
    assert len(kept(tmp_path)) == 4
    assert len(kept(tmp_path, "thpt-b")) == 1


def test_the_same_sheet_twice_adds_nothing(record: Record, tmp_path: Path) -> None:
    sheet = write(tmp_path, HEAD + GOOD)
    assert "Kept: 2. Known already: 0." in record("--from", sheet).out
    assert "Kept: 0. Known already: 2." in record("--from", sheet).out
    assert results(tmp_path) == [("fax-1", "fax_tone"), ("phone-1", "busy")]


def test_the_same_sheet_is_the_same_evidence_in_two_stores(record: Record, tmp_path: Path) -> None:
    sheet = write(tmp_path, HEAD + GOOD)
    record("--from", sheet)
    first = {each.id for each in kept(tmp_path)}
    (tmp_path / STORE).rename(tmp_path / "elsewhere.sqlite")
    record("--from", sheet)
    assert {each.id for each in kept(tmp_path)} == first


def test_a_corrected_sheet_corrects(record: Record, tmp_path: Path) -> None:
    record("--from", write(tmp_path, HEAD + GOOD))
    done = record("--from", write(tmp_path, HEAD + GOOD.replace("máy bận", "tốt")))
    assert "Kept: 1. Known already: 1." in done.out
    by_result = {each.observation.metrics["result"]: each for each in kept(tmp_path, "thpt-a/phone-1")}
    assert by_result["ok"].observation.metrics["corrects"] == by_result["busy"].id
    assert "Kept: 0." in record("--from", write(tmp_path, HEAD + GOOD)).out


def test_all_errors_are_told_at_once_and_nothing_is_kept(record: Record, tmp_path: Path) -> None:
    done = record("--from", write(tmp_path, HEAD + GOOD + WRONG + WRONG.replace("phone-9", "060 3000 002")))
    assert (done.code, done.out) == (3, "")
    assert "phieu.csv, row 4, “Number or item”: phone-9" in done.err
    assert "phieu.csv, row 5, “Number or item”:" in done.err
    assert "Write 0260 3000 002." in done.err
    assert "Errors in phieu.csv: 2. Nothing was kept." in done.err
    assert kept(tmp_path) == []


def test_bad_rows_are_left_out_when_asked(record: Record, tmp_path: Path) -> None:
    done = record("--from", write(tmp_path, HEAD + GOOD + WRONG), "--skip-bad")
    assert done.code == 0
    assert "row 4" in done.err
    assert len(kept(tmp_path)) == 2


def test_who_and_when_may_be_told_for_the_whole_sheet(record: Record, tmp_path: Path) -> None:
    sheet = write(tmp_path, "Số máy;Kết quả\n0260 3000 002;tốt\n")
    done = record("thpt-a", "--from", sheet, "--operator", "Lan", "--at", "27/6/2024 11:30")
    assert done.code == 0, done.err
    assert kept(tmp_path)[0].observation.operator == "Lan"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD, "no answer"),
        ("a;b\n1;2\n", "--sheet"),
        ("Mã điểm thi;Số máy;Kết quả\n", "Tested by"),
        ("", "--sheet"),
    ],
)
def test_a_sheet_that_is_none_is_refused(record: Record, tmp_path: Path, text: str, says: str) -> None:
    done = record("--from", write(tmp_path, text))
    assert (done.code, done.out) == (3, "")
    assert says in done.err


def test_a_file_that_is_not_there_is_told(record: Record) -> None:
    done = record("--from", "none.csv")
    assert (done.code, len(done.err.splitlines())) == (3, 1)
    assert "none.csv" in done.err


def test_the_call_log_has_every_call_with_when_number_who_why_and_result(
    record: Record, tmp_path: Path
) -> None:
    sheet = HEAD + GOOD + "thpt-a;generator;tốt;Lan;27/6/2024 11:40\n"
    record("--from", write(tmp_path, sheet))
    record(
        "thpt-a", "phone-1", "--result", "ok", "--operator", "Lan", "--corrects", "last", "--why", "gọi lại"
    )
    record("thpt-a", "fax-1", "--countersign", "--operator", "Minh")
    done = record("--call-log", "--lang", "vi")
    rows = rows_of(done.out, ";")
    assert [
        (row["STT"], row["Mã dịch vụ"], row["Kết quả"]) for row in rows if row["Mã dịch vụ"] == "fax-1"
    ] == [("1", "fax-1", "nghe thấy tín hiệu fax")]
    calls = {row["Kết quả"]: row for row in rows if row["Mã dịch vụ"] == "phone-1"}
    assert calls.keys() == {"máy bận", "tốt"}
    assert calls["máy bận"]["Số được gọi"] == "0260 3000 002"
    assert calls["máy bận"]["Thời gian gọi"] == "27/06/2024 11:30"
    assert calls["máy bận"]["Người gọi"] == "Lan"
    assert calls["máy bận"]["Lý do"] == "thử đường dây trước kỳ thi"
    assert calls["tốt"]["Lý do"] == "gọi lại"
    assert calls["tốt"]["Đính chính cho"] == calls["máy bận"]["Mã bằng chứng"]
    assert rows[0]["Người xác nhận"] == "Minh"


def test_the_call_log_for_programs_has_keys_and_can_be_of_one_site(record: Record, tmp_path: Path) -> None:
    record("--from", write(tmp_path, HEAD + GOOD + "thpt-b;phone-1;no_answer;Minh;27/6/2024 11:30\n"))
    rows = rows_of(record("--call-log", "--csv-keys", "--district", "618").out)
    assert [(row["site_id"], row["result"], row["called_at"]) for row in rows] == [
        ("thpt-b", "no_answer", "2024-06-27T04:30:00.000Z")
    ]
    assert len(rows_of(record("--call-log", "--csv-keys").out)) == 3


def test_the_call_log_can_begin_at_a_moment(record: Record, tmp_path: Path) -> None:
    record("--from", write(tmp_path, HEAD + GOOD + "thpt-b;phone-1;no_answer;Minh;27/6/2024 11:31\n"))
    log = record("--call-log", "--csv-keys", "--since", "27/6/2024 11:31")
    assert [row["result"] for row in rows_of(log.out)] == ["no_answer"]
    wrong = record("--call-log", "--since", "2999-01-01")
    assert (wrong.code, wrong.out, "--since: 2999-01-01" in wrong.err) == (3, "", True)


def test_a_call_log_of_a_store_that_is_not_there_is_one_sentence(record: Record) -> None:
    done = record("--call-log")
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
