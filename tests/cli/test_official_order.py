"""What record is wanted: what can't be done is one sentence that says what to write, before the store is asked."""

import io
import sys
from pathlib import Path

import docx
import pytest
import typer

from kontum_netcheck.cli.official_order import Narrowing, Order, Typed, order_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.report.official.contents import Subject
from tests.cli.remembered import SITES

NOTHING: Narrowing = {"district": None, "site": None, "carrier": None, "probe": None, "skip": None}
SAME_NAME = SITES.replace("Trường THPT B", "Trường THPT A").replace(
    '618", name: Ia', '613", name: Kon Plông}, {code: "618", name: Ia'
)
DOCX, PDF = (Path("x.docx"),), (Path("x.pdf"),)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the program stands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def order(folder: Path, typed: Typed, narrowing: Narrowing = NOTHING, sites: str = SITES) -> Order | None:
    """The order in a folder with that inventory."""
    (folder / "sites.yaml").write_text(sites, encoding="utf-8")
    said = io.StringIO()
    shell = Shell("en", io.StringIO(), said)
    try:
        return order_or_stop(shell, typed, load(folder / "sites.yaml", {}).inventory, narrowing)
    except typer.Exit as stopped:
        assert stopped.exit_code == 3
        raise LookupError(said.getvalue()) from None


@pytest.mark.parametrize("word", ["thpt-a", "Trường THPT A", "truong thpt a"])
def test_a_site_is_named_by_id_or_name(folder: Path, word: str) -> None:
    found = order(folder, Typed(word, outputs=DOCX))
    assert found is not None and found.subject == Subject("thpt-a", "Trường THPT A", is_district=False)
    assert found.narrowing == NOTHING | {"site": ["thpt-a"]}


@pytest.mark.parametrize("word", ["618", "Ia H'Drai", "ia h’drai"])
def test_a_district_is_named_by_code_or_name(folder: Path, word: str) -> None:
    found = order(folder, Typed(word, outputs=PDF))
    assert found is not None and found.subject == Subject("618", "Ia H'Drai", is_district=True)
    assert found.narrowing == NOTHING | {"district": ["618"]}


def test_without_a_record_there_is_no_order(folder: Path) -> None:
    assert order(folder, Typed(outputs=(Path("x.csv"),))) is None


def test_other_files_keep_their_formats() -> None:
    typed = Typed(outputs=(Path("x.DOCX"), Path("x.csv"), Path("x.pdf")))
    assert (typed.documents, typed.others) == ((Path("x.DOCX"), Path("x.pdf")), (Path("x.csv"),))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Typed(outputs=DOCX), "x.docx would be an official record. Say about what: --record SITE|DISTRICT."),
        (Typed(fill=("agency=Sở",)), "--fill goes with an official record."),
        (Typed("thpt-a"), "--record: name the file to write: -o FILE.docx or -o FILE.pdf."),
        (Typed("thpt-x", outputs=PDF), "There is no site thpt-x in the inventory. Did you mean thpt-"),
        (Typed("thpt-a", outputs=(Path("no/x.pdf"),)), "no/x.pdf: there is no folder no."),
        (Typed("thpt-a", outputs=PDF, evidence=Path("no/e")), "no/e: there is no folder no."),
        (
            Typed("thpt-a", outputs=PDF, template=Path("t.docx")),
            "--template is for Word, and no .docx is asked",
        ),
        (
            Typed("thpt-a", outputs=DOCX, template=Path("t.docx")),
            "t.docx could not be read: there is no such",
        ),
        (
            Typed("thpt-a", outputs=DOCX, template=Path("sites.yaml")),
            "sites.yaml: it is no Word document (.docx).",
        ),
        (Typed("thpt-a", outputs=DOCX, fill=("agencie=x",)), "no field agencie. Did you mean agency?"),
        (Typed("thpt-a", outputs=DOCX, fill=("day=31/02/2024",)), "--fill day: write a day: 27/06/2024"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_t_be_done_is_one_sentence(folder: Path, typed: Typed, said: str) -> None:
    with pytest.raises(LookupError) as stopped:
        order(folder, typed)
    assert said in stopped.value.args[0]
    assert stopped.value.args[0].count("\n") == 1


def test_a_template_that_the_environment_names_is_for_records_in_word_only(folder: Path) -> None:
    template = Path("t.docx")
    assert order(folder, Typed(template=template, is_template_usual=True)) is None
    found = order(folder, Typed("thpt-a", template, outputs=PDF, is_template_usual=True))
    assert found is not None and found.template_file is None


def test_a_record_is_about_a_whole_place(folder: Path) -> None:
    with pytest.raises(LookupError, match="--carrier can't narrow an official record"):
        order(folder, Typed("thpt-a", outputs=PDF), NOTHING | {"carrier": ["vnpt"]})


def test_a_name_of_several_is_asked_back(folder: Path) -> None:
    with pytest.raises(LookupError, match=r"is the name of several\. Write which: thpt-a, thpt-b\."):
        order(folder, Typed("Trường THPT A", outputs=PDF), sites=SAME_NAME)


def test_a_district_without_a_site_has_no_record(folder: Path) -> None:
    with pytest.raises(LookupError, match="--record: Kon Plông has no exam site"):
        order(folder, Typed("613", outputs=PDF), sites=SAME_NAME)


def test_a_field_of_the_offices_own_template_may_be_filled_in(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ room }}")
    document.save(str(folder / "own.docx"))
    typed = Typed("thpt-a", outputs=DOCX, template=Path("own.docx"), fill=("room=A1", "day=27/6/2024"))
    found = order(folder, typed)
    assert found is not None and found.form.own == {"room": "A1"}
    assert found.issued_on.isoformat() == "2024-06-27"


@pytest.mark.parametrize(("module", "outputs", "extra"), [("docxtpl", DOCX, "record"), ("typst", PDF, "pdf")])
def test_a_package_that_is_missing_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, outputs: tuple[Path], extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as where it is not installed
    with pytest.raises(LookupError) as stopped:
        order(folder, Typed("thpt-a", outputs=outputs))
    suffix = outputs[0].suffix
    assert stopped.value.args[0] == (
        f"A record as {suffix} needs one more package: pip install 'kontum-netcheck[{extra}]'.\n"
    )
