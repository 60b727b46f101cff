"""`report --record`: documents, evidence and its hash; what can't be done is one sentence, and exit 3."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from kontum_netcheck.model import Cause, Countersignature, Outcome
from kontum_netcheck.store.store import Store
from tests.cli.process import Done, Program
from tests.cli.remembered import CALL, PING, SITES, START, STORE, bad, good, keep, seen

Report = Callable[..., Done]
AS_OF = "2024-06-25T10:00:00+07:00"


@pytest.fixture
def report(program: Program, tmp_path: Path) -> Report:
    """Run `report` where a line was asked twice and a phone once, by somebody whose word was countersigned."""
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    call = seen(20, CALL, operator="Nguyễn Thị Lan", result="ok", voice_quality=4)
    keep(tmp_path, "a1", [bad(0), good(10), call])
    with Store.open(tmp_path / STORE) as store:
        (kept,) = store.series(CALL)
        store.keep([Countersignature(kept.id, "Trần Văn Minh", START)])

    def run(*arguments: str, **variables: str) -> Done:
        return program("report", *arguments, **({"KONTUM_NETCHECK_STORE": str(tmp_path / STORE)} | variables))

    return run


def word_text(file: Path) -> str:
    """All paragraphs, those of tables too."""
    body = docx.Document(str(file)).element.body
    return "\n".join("".join(p.itertext("{*}t")) for p in body.iter("{*}p"))


def pdf_text(file: Path) -> str:
    """All pages, as words with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


def test_both_documents_tell_the_same_of_a_site(report: Report, tmp_path: Path) -> None:
    people = ("--participant", "Lê Văn C, Phó Giám đốc Sở", "--fill", "chair=Phạm D, Giám đốc")
    done = report(
        "--record", "thpt-a", "-q", "-o", "x.docx", "-o", "x.pdf", "--as-of", AS_OF, "--lang", "vi", *people
    )
    assert done.code == 3 and done.out == ""  # one line of it was never asked
    for text in (word_text(tmp_path / "x.docx"), pdf_text(tmp_path / "x.pdf")):
        for fact in (
            "Trường THPT A",
            "Lê Văn C, Phó Giám đốc Sở",
            "Phạm D",
            "Nguyễn Thị Lan",
            "Trần Văn Minh",
        ):
            assert fact in text
        assert "tốt (chất lượng thoại 4/5)" in text  # what she said, not only that she said something
        assert "Kết luận tại thời điểm 25/06/2024 10:00." in text
        assert "25/06/2024 07:10" in text and "12 ms" in text and "Cisco VoIP 1 %" in text


def test_what_was_noted_and_corrected_stands_beside_who_said_it(report: Report, tmp_path: Path) -> None:
    again = seen(30, CALL, operator="Nguyễn Thị Lan", result="ok", note="ghi nhầm", corrects="ab" * 32)
    keep(tmp_path, "b1", [again])
    report("--record", "thpt-a", "-q", "-o", "x.docx", "--as-of", AS_OF, "--lang", "vi")
    said = "Nguyễn Thị Lan, 25/06/2024 07:30; tốt; ghi chú: ghi nhầm; đính chính kết quả ghi trước đó"
    assert said in word_text(tmp_path / "x.docx")


def test_who_contradict_each_other_are_told_with_the_lines_name(report: Report, tmp_path: Path) -> None:
    keep(tmp_path, "b1", [seen(40, CALL, Outcome.FAILED, operator="Phạm Văn Đồng", cause=Cause.BUSY)])
    report("--record", "thpt-a", "-q", "-o", "x.docx", "--as-of", AS_OF, "--lang", "vi")
    told = word_text(tmp_path / "x.docx")
    assert "Mâu thuẫn ở Trường THPT A, Điện thoại 0260 3000 002: Nguyễn Thị Lan" in told
    assert CALL not in told


def test_a_district_is_all_its_sites_by_its_name_too(report: Report, tmp_path: Path) -> None:
    assert report("--record", "thanh pho kon tum", "-q", "-o", "x.docx", "--lang", "en").code == 3
    text = word_text(tmp_path / "x.docx")
    assert "of the exam sites of Thành phố Kon Tum" in text
    assert "Sites: 1" in text and "Trường THPT B" not in text


def test_the_hash_is_that_of_the_evidence_and_can_be_computed_again(report: Report, tmp_path: Path) -> None:
    report("--record", "thpt-a", "-q", "-o", "x.docx", "--evidence", "e.jsonl", "--lang", "en")
    evidence = (tmp_path / "e.jsonl").read_bytes()
    text = word_text(tmp_path / "x.docx")
    assert hashlib.sha256(evidence).hexdigest() in text
    command = next(line for line in text.splitlines() if line.startswith("kontum-netcheck report"))
    keep(tmp_path, "b1", [good(100_000_000)])  # what comes later changes nothing
    again = command.split()[2:]
    assert report(*again, "-q").code == 3
    assert (tmp_path / "thpt-a.jsonl").read_bytes() == evidence


def test_the_evidence_is_what_was_judged_as_the_store_keeps_it(report: Report, tmp_path: Path) -> None:
    report("--record", "thpt-a", "-q", "--evidence", "e.jsonl", "--as-of", AS_OF)
    lines = (tmp_path / "e.jsonl").read_bytes().splitlines()
    assert lines == sorted(lines)
    facts = [json.loads(line) for line in lines]
    assert sorted(fact["check_id"] for fact in facts if "check_id" in fact) == [PING, CALL]
    assert [fact["operator"] for fact in facts if "observation_id" in fact] == ["Trần Văn Minh"]
    with Store.open(tmp_path / STORE, writable=False) as store:
        assert set(lines) <= {entry.body for entry in store.entries()}


def test_the_result_still_goes_to_stdout_and_to_other_files(report: Report, tmp_path: Path) -> None:
    done = report("--record", "thpt-a", "-o", "x.pdf", "-o", "x.csv", "--format", "plain", "--lang", "en")
    assert "Trường THPT A" in done.out
    assert (tmp_path / "x.csv").exists() and (tmp_path / "x.pdf").exists()
    assert done.err == "" or done.err.startswith("x.pdf is set in ")  # the decree's type is not everywhere


def test_the_template_is_written_edited_and_filled(report: Report, program: Program, tmp_path: Path) -> None:
    assert program("export", "record-template", "--lang", "vi").code == 0
    document = docx.Document(str(tmp_path / "mau-bien-ban.docx"))
    document.add_paragraph("Phòng trực: {{ room }}")
    document.save(str(tmp_path / "own.docx"))
    own = ("--record", "thpt-a", "-q", "-o", "x.docx", "--template", "own.docx")
    done = report(*own, "--lang", "en")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "own.docx: it names the field room, which the record does not have. "
        "Correct its name, or give it a text: --fill room=TEXT\n"
    )
    report(*own, "--fill", "room=A1")
    assert "Phòng trực: A1" in word_text(tmp_path / "x.docx")


def test_a_template_is_never_written_over(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_bytes(b"mine")
    done = program("export", "record-template", "mau.docx", "--lang", "en")
    assert done.code == 3 and "is there already" in done.err
    assert (tmp_path / "mau.docx").read_bytes() == b"mine"


def test_a_full_disk_costs_one_file_and_is_told(report: Report, tmp_path: Path) -> None:
    (tmp_path / "full.docx").symlink_to("/dev/full")
    done = report(
        "--record", "thpt-a", "-q", "-o", "full.docx", "-o", "x.pdf", "--evidence", "e", "--lang", "en"
    )
    assert done.code == 3
    assert "full.docx could not be written: the disk is full." in done.err
    assert (tmp_path / "x.pdf").exists() and (tmp_path / "e").exists()
