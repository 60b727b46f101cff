"""What a turn adds: changes, our own side, and one notice for all of it; nobody is blamed for what is ours."""

from datetime import UTC, datetime, timedelta

import pytest

from kontum_netcheck.inventory.schema import Inventory, Maintenance
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Message, Readiness, ServiceKind, message
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.board import shares, troubles
from kontum_netcheck.watch.muting import muted_at
from kontum_netcheck.watch.notice import notice_of
from kontum_netcheck.watch.standing import Look
from kontum_netcheck.watch.story import Heard, Story
from kontum_netcheck.watch.turns import Rules, Seen, Unit

START = datetime(2024, 6, 27, 3, 0, tzinfo=UTC)  # 10:00 in Việt Nam
EVERY = timedelta(minutes=5)
DOWN = message("no cable")
INVENTORY = Inventory.model_validate({"version": 1, "province": {"code": "62", "name": "Kon Tum"}})
OPTIONS = Options(Language("en"), zone=INVENTORY.zone)


def unit(number: int = 1, district: str = "608") -> Unit:
    return Unit(
        f"thpt-{number}/ftth",
        ServiceKind.INTERNET,
        "ftth",
        f"thpt-{number}",
        f"Trường THPT {number}",
        district,
        f"Huyện {district}",
        "vnpt",
    )


class Told:
    """A story, told turn by turn."""

    def __init__(self) -> None:
        self.story, self.at = Story(Rules(2, EVERY * 3)), START

    def turn(self, readiness: Readiness, count: int = 1) -> Heard:
        look = Look(readiness, self.at, message("no answer"))
        seen = [Seen(unit(number), look, readiness) for number in range(count)]
        heard = self.story.seen(seen, self.at, lambda _unit: False)
        self.at += EVERY
        return heard

    def blind(self) -> Heard:
        heard = self.story.blind(self.at, DOWN)
        self.at += EVERY
        return heard


def said(sentence: Message) -> str:
    return OPTIONS.text(sentence)


def test_a_link_that_is_down_for_a_moment_is_remarked_and_not_told() -> None:
    told = Told()
    told.turn(Readiness.READY)
    assert told.blind().news == ()
    heard = told.turn(Readiness.READY)
    assert (heard.news, heard.is_back) == ((), False)
    assert [said(row.said) for row in told.story.remarks] == ["The watch's own link is down: no cable"]


def test_our_own_link_is_told_once_when_it_is_down_and_once_when_it_is_back() -> None:
    told = Told()
    told.turn(Readiness.READY)
    told.turn(Readiness.READY)
    news = [told.blind().news for _ in range(4)]
    assert [len(each) for each in news] == [0, 1, 0, 0]
    assert "it can check nobody, and no site is to blame. no cable" in said(news[1][0])
    heard = told.turn(Readiness.READY)
    assert heard.is_back
    assert "was down from 2024-06-27 10:10 to 2024-06-27 10:30 (20 min)" in said(heard.news[0])


def test_no_site_is_blamed_while_our_own_link_is_down() -> None:
    told = Told()
    told.turn(Readiness.READY)
    told.turn(Readiness.READY)
    for _ in range(5):
        heard = told.blind()
        assert (heard.rows, heard.to_tell) == ((), ())
    assert told.turn(Readiness.READY).to_tell == ()


def test_a_sleep_is_told_and_blames_nobody() -> None:
    told = Told()
    heard = told.story.late(START, START + timedelta(hours=2), is_told=True)
    assert "nobody was checked from 2024-06-27 10:00 to 2024-06-27 12:00 (2 h)" in said(heard.news[0])


def test_a_clock_that_was_set_back_is_shown() -> None:
    told = Told()
    told.story.set_back(START, timedelta(hours=2))
    assert "set back by 2 h" in said(told.story.remarks[0].said)


def test_several_changes_of_a_turn_are_one_notice() -> None:
    told = Told()
    for readiness in (Readiness.READY, Readiness.READY, Readiness.NOT_READY):
        told.turn(readiness, 3)
    heard = told.turn(Readiness.NOT_READY, 3)
    notice = notice_of(heard.to_tell, (), None, "Kon Tum", OPTIONS)
    assert notice is not None
    assert notice.title == "✗ Kon Tum: 3 × Not ready"
    assert notice.body.splitlines() == [
        f"2024-06-27 10:10 ✗ Trường THPT {number} · Internet ftth: Not ready: no answer"
        for number in range(3)
    ]
    assert not notice.is_good


def test_a_single_change_is_named_in_the_title_and_a_recovery_says_how_long_it_was_down() -> None:
    told = Told()
    for readiness in (
        Readiness.READY,
        Readiness.READY,
        Readiness.NOT_READY,
        Readiness.NOT_READY,
        Readiness.READY,
    ):
        told.turn(readiness)
    notice = notice_of(told.turn(Readiness.READY).to_tell, (), None, "Kon Tum", OPTIONS)
    assert notice is not None
    assert notice.title == "✓ Trường THPT 0 · Internet ftth: Ready"
    assert notice.body == "2024-06-27 10:20 ✓ Trường THPT 0 · Internet ftth: ready again after 10 min"
    assert notice.is_good


def test_a_carriers_great_fault_is_a_short_notice_that_counts_by_district() -> None:
    told = Told()
    for readiness in (Readiness.READY, Readiness.READY, Readiness.NOT_READY):
        told.turn(readiness, 2323)
    notice = notice_of(told.turn(Readiness.NOT_READY, 2323).to_tell, (), None, "Kon Tum", OPTIONS)
    assert notice is not None
    lines = notice.body.splitlines()
    assert lines[0] == "Huyện 608: 2323 × Not ready"
    assert lines[-1] == f"… and {2323 - len(lines) + 2} more changes."
    assert len(notice.body) < 2_000


def test_hostile_names_stay_on_their_line_in_a_notice() -> None:
    hostile = Unit("a/b", ServiceKind.INTERNET, "b", "a", "A\r\nBcc: x@y\u202e" + "x" * 500)
    told = Story(Rules(1))
    for number, readiness in enumerate((Readiness.READY, Readiness.NOT_READY)):
        at = START + EVERY * number
        heard = told.seen(
            [Seen(hostile, Look(readiness, at, message("\x1b[2J")), readiness)], at, lambda _u: False
        )
    notice = notice_of(heard.to_tell, (), None, "Kon Tum", OPTIONS)
    assert notice is not None
    assert notice.title.isprintable()
    assert len(notice.title) <= 120
    assert all(line.isprintable() for line in notice.body.split("\n"))


@pytest.mark.parametrize(
    ("place", "is_muted"),
    [
        ({}, True),
        ({"site": "thpt-1"}, True),
        ({"site": "thpt-2"}, False),
        ({"district": "608"}, True),
        ({"district": "618"}, False),
        ({"carrier": "vnpt"}, True),
        ({"carrier": "viettel", "site": "thpt-1"}, False),
    ],
)
def test_maintenance_mutes_what_it_names_and_only_while_it_lasts(
    place: dict[str, str], is_muted: bool
) -> None:
    window = Maintenance.model_validate({"from": "2024-06-27 10:00", "to": "2024-06-27 11:00", **place})
    inventory = INVENTORY.model_copy(update={"maintenance": (window,)})

    def muted(at: datetime) -> bool:
        return muted_at(at, inventory, holds_in_quiet=False)(unit(1))

    assert muted(START) is is_muted
    assert not muted(START - EVERY)
    assert not muted(START + timedelta(hours=1))


def test_quiet_windows_hold_notices_back_only_where_that_is_wanted() -> None:
    quiet = {"quiet": [{"from": "2024-06-27 07:00", "to": "2024-06-27 11:00"}]}
    inventory = Inventory.model_validate({**INVENTORY.model_dump(), **quiet})
    assert muted_at(START, inventory, holds_in_quiet=True)(unit())
    assert not muted_at(START, inventory, holds_in_quiet=False)(unit())


def test_the_gravest_trouble_stands_first_and_a_doubt_says_that_it_is_one() -> None:
    story, at = Story(Rules(2, EVERY * 3)), START
    R, D, N, C = Readiness.READY, Readiness.DEGRADED, Readiness.NOT_READY, Readiness.NOT_CHECKED
    for found in ((R, D, C, R), (R, D, C, R), (N, D, C, R)):
        seen = [Seen(unit(n), Look(each, at, message("why")), each) for n, each in enumerate(found)]
        story.seen(seen, at, lambda _unit: False)
        at += EVERY
    rows = troubles(story.watched, at, 2, lambda each: each.id == "thpt-1/ftth")
    assert [(row.readiness, said(row.said)) for row in rows] == [
        (N, "seen 1 of 2 times: why"),
        (D, "in maintenance; for at least 15 min: why"),
        (C, "why"),
    ]


@pytest.mark.parametrize(
    ("room", "wants", "given"),
    [
        (10, (3, 3, 3), (3, 3, 3)),
        (9, (20, 2, 20), (4, 2, 3)),
        (2, (5, 5, 5), (1, 1, 0)),
        (0, (5,), (0,)),
        (-3, (1,), (0,)),
    ],
)
def test_lines_are_shared_fairly(room: int, wants: tuple[int, ...], given: tuple[int, ...]) -> None:
    assert shares(room, wants) == given
