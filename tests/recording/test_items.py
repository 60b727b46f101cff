"""What of a site a person has to try, and how a line is meant."""

import pytest

from kontum_netcheck.model import WrongValue
from kontum_netcheck.recording import find_item
from tests.recording.known import INVENTORY, THINGS, thing

SITE = INVENTORY.sites[0]


def test_all_that_a_person_tries_and_nothing_else() -> None:
    assert [item.check.id for item in THINGS] == [
        "thpt-a/phone-1/call",
        "thpt-a/phone-2/call",
        "thpt-a/fax-1/fax",
        "thpt-a/generator/manual",
        "thpt-b/phone-1/call",
    ]


@pytest.mark.parametrize(
    "word",
    [
        "phone-1",
        "PHONE-1",
        "0260 3 000 002",
        "0260.3000002",
        "+842603000002",
        "84 260 3000 002",
        "2603000002",
        "2603000002.0",
        "(0260) 3.000.002",
    ],
)
def test_a_line_is_meant_by_id_or_by_number(word: str) -> None:
    assert find_item(word, SITE, THINGS).check.id == "thpt-a/phone-1/call"


def test_a_checklist_item_is_meant_by_its_name() -> None:
    assert find_item("may phat dien", SITE, THINGS).check.id == "thpt-a/generator/manual"


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("phone-3", "phone-2"),
        ("generatr", "generator"),
        ("2603000005", "thpt-b phone-1"),  # of another site: whose it is
        ("0260 3000 009", "0260 3000 0"),  # of nobody: the nearest of this one
        ("060 3000 002", "0260 3000 002"),
        ("ftth", "check --site thpt-a"),
        ("3000 002", "area code"),
        ("zzz", "phone-1"),
    ],
)
def test_another_line_is_refused_with_what_to_write(word: str, says: str) -> None:
    with pytest.raises(WrongValue) as refused:
        find_item(word, SITE, THINGS)
    hint = refused.value.hint
    assert hint and says in hint.text.format(**hint.values)


def test_a_number_that_must_not_be_called_is_not_proposed() -> None:
    sealed = thing("thpt-a/phone-2/call")
    assert sealed.no_calls
    assert sealed.name not in sealed.instruction.text.format(**sealed.instruction.values)
