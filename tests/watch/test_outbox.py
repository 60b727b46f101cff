"""Notices on their way: kept until delivered, tried ever later, never too many. The clock is a number."""

from kontum_netcheck.watch.outbox import FIRST_WAIT_S, LONGEST_WAIT_S, MOST_WAITING, Notice, Outbox


def test_a_notice_is_due_at_once_and_gone_when_it_is_delivered() -> None:
    box = Outbox()
    box.put(notice := Notice("a", "b"))
    assert box.due(0) is notice
    box.delivered(notice)
    assert (box.due(0), len(box), box.wait_s(0)) == (None, 0, None)


def test_a_notice_that_failed_is_tried_again_twice_as_late_each_time_and_within_ten_minutes_at_most() -> None:
    box, now_s, waits = Outbox(), 0.0, []
    box.put(Notice("a", "b"))
    for _ in range(9):
        box.failed(now_s)
        assert box.due(now_s) is None
        wait_s = box.wait_s(now_s)
        assert wait_s is not None
        waits.append(wait_s)
        now_s += wait_s
        assert box.due(now_s) is not None
    assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert waits[-1] == LONGEST_WAIT_S


def test_after_a_delivery_the_next_one_is_tried_at_once() -> None:
    box = Outbox()
    box.put(first := Notice("a", ""))
    box.put(second := Notice("b", ""))
    box.failed(0)
    box.delivered(first)
    assert box.due(0) is second


def test_where_too_many_wait_the_oldest_is_dropped_and_counted() -> None:
    box = Outbox()
    for number in range(MOST_WAITING + 3):
        box.put(Notice(str(number), ""))
    first = box.due(0)
    assert first is not None
    assert (len(box), box.dropped_count, first.title) == (MOST_WAITING, 3, "3")


def test_better_news_of_our_own_side_takes_the_unsent_bad_news_back() -> None:
    box = Outbox()
    box.put(Notice("down", "", is_about_us=True))
    box.failed(0)
    box.put(back := Notice("back", "", is_about_us=True))
    box.hurry()
    assert len(box) == 1
    assert box.due(0) is back


def test_a_delivery_of_what_was_taken_back_meanwhile_takes_nothing_else_away() -> None:
    box = Outbox()
    box.put(down := Notice("down", "", is_about_us=True))
    box.put(Notice("back", "", is_about_us=True))
    box.delivered(down)
    assert len(box) == 1
