"""All that a turn has to tell, as one notice in the reader's language. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kontum_netcheck.model import Message, Readiness, message
from kontum_netcheck.report import framing
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.outbox import Notice
from kontum_netcheck.watch.turns import Change
from kontum_netcheck.watch.wording import place_of, told_of

_MOST_LINES = 12
_MOST_DISTRICTS = 10
_LONGEST_LINE = 240
_LONGEST_NEWS = 500
_LONGEST_BODY = 1_900
"""Characters: Zalo takes 2,000 in a message, Telegram 4,096."""
_LONGEST_TITLE = 120


def notice_of(
    changes: Sequence[Change], news: Sequence[Message], report: Report | None, province: str, options: Options
) -> Notice | None:
    """The notice of a turn; None: there is nothing to tell.

    `news` are of our own side; `report` says how all stands.
    """
    if not changes and not news:
        return None
    ordered = sorted(changes, key=lambda change: -change.after.readiness)
    head = [options.text(each) for each in news]
    if len(ordered) > _MOST_LINES:
        head += _by_district(ordered, options)
    tail = (
        [] if report is None else ["", *map(options.text, (*framing.totals(report), framing.title(report)))]
    )
    return Notice(
        _cut(_title(ordered, news, province, options), _LONGEST_TITLE),
        _body(head, ordered, tail, options),
        is_about_us=bool(news) and not changes,
        is_good=all(not change.is_worse for change in changes) and not news,
    )


def trial_notice(province: str, vantage: str, options: Options) -> Notice:
    """What `--test-notice` sends."""
    title = options.text(message("{province}: test notice", province=province))
    body = options.text(
        message(
            "This is a test from kontum-netcheck watch at {vantage}. Nothing has happened. "
            "Changes of readiness will be told here.",
            vantage=vantage,
        )
    )
    return Notice(title, body, is_good=True)


def _title(changes: Sequence[Change], news: Sequence[Message], province: str, options: Options) -> str:
    if not changes:
        return options.text(message("{province}: the watch's own side", province=province))
    if len(changes) == 1:
        change = changes[0]
        said = message("{place}: {readiness}", place=place_of(change.unit), readiness=change.after.readiness)
        return f"{SIGNS[change.after.readiness]} {options.text(said)}"
    counts = Counter(change.after.readiness for change in changes)
    parts = tuple(
        message("{count} × {readiness}", count=counts[each], readiness=each)
        for each in sorted(Readiness, reverse=True)
        if counts[each]
    )
    sign = SIGNS[changes[0].after.readiness]
    return f"{sign} {options.text(message('{province}: {parts}', province=province, parts=parts))}"


def _line(change: Change, options: Options) -> str:
    return (
        f"{options.text(change.after.since)} {SIGNS[change.after.readiness]} {options.text(told_of(change))}"
    )


def _by_district(changes: Sequence[Change], options: Options) -> Iterator[str]:
    """Of how many each district has: a carrier's fault is seen at a glance."""
    counts = Counter((change.unit.district or framing.PORTALS, change.after.readiness) for change in changes)
    for (district, readiness), count in counts.most_common(_MOST_DISTRICTS):
        yield options.text(
            message("{district}: {count} × {readiness}", district=district, count=count, readiness=readiness)
        )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _body(head: Sequence[str], changes: Sequence[Change], tail: Sequence[str], options: Options) -> str:
    """The head, as many changes as have room, how many more there are, and how all stands: that is never left out."""
    lines = [_cut(line, _LONGEST_NEWS) for line in head]
    room = _LONGEST_BODY - sum(len(line) + 1 for line in (*lines, *tail))
    shown_count = 0
    for change in changes[:_MOST_LINES]:
        line = _cut(_line(change, options), _LONGEST_LINE)
        room -= len(line) + 1
        if room < _LONGEST_LINE:
            break
        lines.append(line)
        shown_count += 1
    if missing_count := len(changes) - shown_count:
        lines.append(options.text(message("… and {count} more changes.", count=missing_count)))
    return "\n".join((*lines, *tail))
