"""What is kept of an answer, and what contradicts itself."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kontum_netcheck.model import WrongValue
from kontum_netcheck.recording import ANSWERS, Attachment, Said, Witness, observation
from tests.recording.known import FAX, GENERATOR, NOW, PHONE

WHO = Witness("Nguyễn Thị Lan", vantage="so-gddt", purpose="kiểm tra lần 2")
BY_KEY = {answer.key: answer for answer in ANSWERS}


def said(key: str, **more: object) -> Said:
    return replace(Said(BY_KEY[key], NOW), **more)  # type: ignore[arg-type]


def test_who_when_where_and_why_are_kept_with_it() -> None:
    at = datetime(2024, 6, 27, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    found = observation(PHONE, said("ok", at=at, note="nghe rõ", attachment=Attachment("a.jpg", "ab")), WHO)
    assert (found.operator, found.vantage) == ("Nguyễn Thị Lan", "so-gddt")
    assert found.started_at.isoformat() == "2024-06-27T02:30:00+00:00"
    assert found.metrics == {
        "result": "ok",
        "note": "nghe rõ",
        "purpose": "kiểm tra lần 2",
        "attachment_name": "a.jpg",
        "attachment_sha256": "ab",
    }


def test_what_was_not_said_is_absent() -> None:
    assert observation(GENERATOR, said("ok"), Witness("Lan")).metrics == {"result": "ok"}


def test_the_same_words_are_the_same_fact() -> None:
    assert observation(FAX, said("ok"), WHO) == observation(FAX, said("ok"), WHO)


def test_noisy_is_poor_on_the_scale_unless_it_was_worse() -> None:
    assert observation(PHONE, said("noisy"), WHO).metrics["voice_quality"] == 2
    assert observation(PHONE, said("noisy", voice_quality=1), WHO).metrics["voice_quality"] == 1


def test_a_fax_answer_says_whether_a_tone_was_heard() -> None:
    assert observation(FAX, said("fax_tone"), WHO).metrics["tone"] is True
    assert observation(FAX, said("no_fax_tone"), WHO).metrics["tone"] is False
    assert "tone" not in observation(FAX, said("page_received", pages_count=1), WHO).metrics


def test_a_failed_call_keeps_the_persons_own_words() -> None:
    found = observation(PHONE, said("no_answer", note="gọi 3 lần"), WHO)
    assert found.failure and found.failure.detail == "gọi 3 lần"


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        (PHONE, said("busy", voice_quality=4)),
        (PHONE, said("ok", voice_quality=0)),
        (PHONE, said("ok", voice_quality=6)),
        (PHONE, said("noisy", voice_quality=4)),
        (PHONE, said("ok", pages_count=1)),
        (PHONE, said("ok", tone=True)),
        (PHONE, said("fax_tone")),
        (FAX, said("ok", voice_quality=4)),
        (FAX, said("page_received")),
        (FAX, said("page_received", pages_count=0)),
        (FAX, said("busy", pages_count=1)),
        (FAX, said("fax_tone", tone=False)),
        (FAX, said("no_fax_tone", tone=True)),
        (FAX, said("ok", tone=False)),
        (GENERATOR, said("busy")),
        (GENERATOR, said("ok", note="x" * 2000)),
    ],
)
def test_what_contradicts_itself_is_refused(item, wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongValue):
        observation(item, wrong, WHO)


@pytest.mark.parametrize("name", ["", "   ", "-", "123", "a\nb", "x" * 200])
def test_evidence_without_a_name_is_none(name: str) -> None:
    with pytest.raises(WrongValue):
        Witness(name)
