"""What stands in an official record: the facts of the report, who is present, and gaps for what nobody knows."""

import hashlib
import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from kontum_netcheck.model import WrongValue
from kontum_netcheck.report.build import build
from kontum_netcheck.report.official.breaking import breakable
from kontum_netcheck.report.official.contents import Contents, Subject
from kontum_netcheck.report.official.evidence import EvidenceLines
from kontum_netcheck.report.official.form import FILLABLE, form
from kontum_netcheck.report.official.results import CheckLine, LimitLine, MethodLine, ServicePart, SitePart
from tests.report.official.made import CITY, ENGLISH, EVIDENCE, VIETNAMESE, made, typed
from tests.report.province import INVENTORY, OK, REPORT, RUN, VERDICTS, WHEN

PAGE = Path(__file__).parents[3] / "docs" / "official-record.md"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 6, 5), "Kon Tum, ngày 05 tháng 6 năm 2024"),
        (date(2024, 2, 15), "Kon Tum, ngày 15 tháng 02 năm 2024"),
        (date(2024, 12, 31), "Kon Tum, ngày 31 tháng 12 năm 2024"),
    ],
)
def test_days_below_ten_and_months_below_three_get_a_zero(day: date, said: str) -> None:
    assert made(filled=typed(fill=("place=Kon Tum",)), issued_on=day).place_and_day == said


def test_the_title_names_a_site_or_a_district() -> None:
    assert made().title.endswith("của các điểm thi thuộc Thành phố Kon Tum")
    site = Subject("duy-tan", "Trường THPT Duy Tân", is_district=False)
    assert made(subject=site).title.endswith("của điểm thi Trường THPT Duy Tân")


def test_what_nobody_filled_in_is_left_blank() -> None:
    data = made()
    assert (data.began, data.ended, data.chair, data.secretary, data.remarks) == ("", "", "", "", "")
    assert data.number == "………/BB-………"


def test_what_was_filled_in_stands_there() -> None:
    fill = (
        "chair=Lê Văn C, Giám đốc",
        "number=12/BB-SGDĐT",
        "recipients=Như trên; Lưu: VT",
        "agency=Sở GD&ĐT",
    )
    data = made(filled=typed(fill=fill))
    assert (data.chair, data.chair_name) == ("Lê Văn C, Giám đốc", "Lê Văn C")
    assert (data.number, data.agency) == ("12/BB-SGDĐT", "SỞ GD&ĐT")
    assert data.recipients == ("Như trên", "Lưu: VT")


def test_those_present_are_those_named_the_contacts_and_who_vouches_each_once() -> None:
    data = made(ENGLISH, filled=typed("Trần Văn Minh, Phó Giám đốc", "nguyễn văn a, VNPT"))
    assert [(one.number, one.name, one.post) for one in data.participants] == [
        ("1", "Trần Văn Minh", "Phó Giám đốc"),
        ("2", "nguyễn văn a", "VNPT"),  # the operator too, but as he was typed
        ("3", "Trần Thị B", "contact of the site Trường THPT Kon Tum, as the inventory says"),
    ]


def test_who_chairs_is_not_listed_once_more() -> None:
    data = made(filled=typed("Trần Văn Minh, Sở", fill=("chair=Trần Văn Minh, Phó Giám đốc",)))
    assert "Trần Văn Minh" not in [one.name for one in data.participants]


def test_a_login_name_is_nobody_who_is_present() -> None:
    (district, *_) = VERDICTS.districts
    (site, *_) = district.sites
    (service, *_) = site.services
    checks = tuple(
        replace(check, observation=check.observation and replace(check.observation, operator="root"))
        for check in service.checks
    )
    alone = replace(site, services=(replace(service, checks=checks),))
    verdicts = replace(VERDICTS, districts=(replace(district, sites=(alone,)),), portals=())
    data = made(report=build(verdicts, RUN, INVENTORY))
    assert [one.name for one in data.participants] == ["Trần Thị B"]
    assert {method.who for method in data.methods} == {"root; vnpt-noc"}


def test_who_countersigned_is_present() -> None:
    rows = tuple(
        replace(
            row,
            verdict=replace(
                row.verdict, observation=replace(row.verdict.observation, countersigned_by=("Lan",))
            ),
        )
        if row.verdict.observation
        else row
        for row in REPORT.checks
    )
    assert "Lan" in [one.name for one in made(report=replace(REPORT, checks=rows)).participants]


def test_each_kind_of_check_says_how_who_and_when() -> None:
    ping = next(method for method in made().methods if method.probe == "ping")
    assert (ping.count, ping.who, ping.when) == ("5/5", "Nguyễn Văn A; vnpt-noc", "26/06/2024 14:05")
    call = next(method for method in made().methods if method.probe == "Điện thoại")
    assert call.count == "1/2"


def test_each_result_has_values_reason_age_and_verdict() -> None:
    site = made(ENGLISH).sites[0]
    slow = site.services[0].checks[0]
    assert slow == CheckLine(
        what="ping: 192.0.2.10",
        found="mean round trip 12.3 ms; RTT: 80 > 50",
        at="2024-06-26 14:05",
        valid_until="until 2024-06-27 14:05",
        conclusion="Degraded",
    )
    assert site.services[0].about == "primary; VNPT Kon Tum; committed 100/50 Mbit/s, down/up"
    assert site.conclusion == "Not ready"


def test_what_is_in_order_and_has_no_value_says_so() -> None:
    phone = made().sites[0].services[1].checks[0]
    assert phone.found


def test_the_conclusion_of_a_district_counts_its_sites() -> None:
    assert made(ENGLISH).conclusion.startswith("Thành phố Kon Tum: Not ready. Sites: 5 (2 ready, 1 degraded")


def test_limits_stand_with_their_sources() -> None:
    assert made().limits[0] == LimitLine(
        "1", "ping: độ trễ khứ hồi trung bình (ms)", "≤ 50", "≤ 150", "QCVN 34:2019"
    )


def test_notes_of_the_run_stand_before_the_results() -> None:
    warned = replace(REPORT, run=replace(RUN, notes=(OK,)), origin=replace(REPORT.origin, sample=True))
    notes = made(ENGLISH, report=warned).notes
    assert notes[0].startswith("SAMPLE INVENTORY") and notes[-1] == "in order"


def test_the_hash_is_that_of_the_sorted_lines_each_once() -> None:
    assert EVIDENCE.file == b'{"a":1}\n{"b":2}\n'
    assert made().evidence_sha256 == hashlib.sha256(b'{"a":1}\n{"b":2}\n').hexdigest()
    assert EvidenceLines.of([]).sha256 == hashlib.sha256(b"").hexdigest()


def test_the_commands_to_compute_it_again_name_the_exact_moment() -> None:
    first, second = made().evidence_commands
    moment = "2024-06-26T14:05:21.250+07:00"
    assert first == f"kontum-netcheck report sites.yaml --record 608 --as-of {moment} --evidence 608.jsonl"
    assert second == "sha256sum 608.jsonl"
    assert RUN.finished_at > WHEN


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        ("agency", "write NAME=TEXT"),
        ("agency= ", "write NAME=TEXT"),
        ("agencie=x", "no field agencie"),
        ("sites=x", "no field sites"),
        ("agency=" + "x" * 301, "at most 300 characters"),
    ],
)
def test_a_wrong_field_is_refused(fill: str, said: str) -> None:
    with pytest.raises(WrongValue, match=said):
        typed(fill=(fill,))


def test_the_nearest_field_is_told_and_an_own_field_is_taken() -> None:
    with pytest.raises(WrongValue) as wrong:
        form((), ("agencie=x",), frozenset())
    assert wrong.value.hint is not None and wrong.value.hint.values == {"nearest": "agency"}
    assert form((), ("room=12",), frozenset({"room"})).own == {"room": "12"}


def test_the_page_names_every_field() -> None:
    page = PAGE.read_text(encoding="utf-8")
    kinds = (Contents, MethodLine, SitePart, ServicePart, CheckLine, LimitLine)
    names = {each.name for kind in kinds for each in fields(kind)} | set(FILLABLE)
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_long_words_may_be_broken_and_short_ones_are_left_alone() -> None:
    assert breakable(["https://thpt.example/", {"x": "y"}]) == ["https://thpt.example/", {"x": "y"}]
    broken = breakable("https://diem-thi-01.kontum.example/tra-cuu" + "x" * 20)
    assert max(map(len, broken.split("\u200b"))) <= 8
    assert re.sub("\u200b", "", broken) == "https://diem-thi-01.kontum.example/tra-cuu" + "x" * 20
    assert CITY.is_district and VIETNAMESE.code == "vi"
