"""What happened, in the order of time: verdicts and their changes, outages, times without evidence."""

from collections.abc import Iterator
from datetime import datetime

from kontum_netcheck.history import Gap, History, Outage, Point, Track
from kontum_netcheck.model import Message, message
from kontum_netcheck.probes.by_hand import is_by_hand
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.history import words
from kontum_netcheck.report.history.lines import STYLES, Line
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import READINESS_WORDS

_MOST_SHOWN = 15
"""Of each list in the terminal, the newest; CSV and JSON have all."""
_EMPTY = Line.of("")


def changes(history: History, options: Options) -> Iterator[Line]:
    """Every answer that brought another verdict, and every word of a person."""
    found = [(point, track) for track in history.tracks for point in track.changes]
    found.sort(key=lambda pair: (pair[0].at, pair[0].observation.check_id))
    yield Line.of(options.text(message("Verdicts and their changes")), "bold")
    yield from _left_out(len(found), options)
    for point, track in found[-_MOST_SHOWN:]:
        yield from _change(history, point, track, options)
    yield _EMPTY


def _change(history: History, point: Point, track: Track, options: Options) -> Iterator[Line]:
    name = words.joined(words.track_named(track, service=not history.service_id), options)
    verdict = f"{SIGNS[point.readiness]} {options.text(READINESS_WORDS[point.readiness])}"
    style = "dim" if point.corrected else STYLES[point.readiness]
    when = options.text(point.at)
    yield Line(((f"{when}  ", ""), (verdict, style), (f"  {name}", "")), indent=2)
    for sentence in _about(history, point, track):
        yield Line.of(options.text(sentence), indent=4, hang=2)


def _about(history: History, point: Point, track: Track) -> Iterator[Message]:
    """Why, and of what people say, who and with whose second signature."""
    seen = point.observation
    if point.reason.text != "in order":
        yield message("{reason}", reason=point.reason)
    if seen.target != track.check.target:
        yield message("at that time the target was {target}", target=seen.target)
    if len(history.vantages) > 1 and seen.vantage and not track.vantage:
        yield message("checked from {vantage}", vantage=seen.vantage)
    note = seen.metrics.get("note")
    if note:
        yield message("“{note}”", note=note)
    if seen.operator and is_by_hand(seen):
        others = seen.countersigned_by
        if others:
            yield message("by {operator}, countersigned by {others}", operator=seen.operator, others=others)
        else:
            yield message("by {operator}", operator=seen.operator)


def outages(history: History, options: Options) -> Iterator[Line]:
    """From when to when it was broken, and how long it took to recover."""
    found = [(outage, track) for track in history.tracks for outage in track.outages]
    if not found:
        return
    found.sort(key=lambda pair: pair[0].first_bad_at)
    yield Line.of(options.text(message("Outages and the time to recover")), "bold")
    yield from _left_out(len(found), options)
    for outage, track in found[-_MOST_SHOWN:]:
        name = words.joined(words.track_named(track, service=not history.service_id), options)
        yield Line.of(f"{options.text(_when(outage))}  {name}", indent=2, hang=2)
        told = message("{recovered}: {reason}", recovered=words.recovered(outage), reason=outage.reason)
        yield Line.of(options.text(told), indent=4, hang=2)
    yield _EMPTY


def _when(outage: Outage) -> Message:
    """From the first bad answer to the first good one."""
    if outage.first_good_at is None:
        return message("{start} – …", start=outage.first_bad_at)
    return message("{start} – {end}", start=outage.first_bad_at, end=outage.first_good_at)


def gaps(history: History, options: Options) -> Iterator[Line]:
    """The times without evidence; one that several checks share, once."""
    together: dict[tuple[datetime, datetime, str], list[tuple[Track, Gap]]] = {}
    for track in history.tracks:
        for gap in track.gaps:
            key = (_to_the_minute(gap.start), _to_the_minute(gap.end), options.text(gap.reason))
            together.setdefault(key, []).append((track, gap))
    if not together:
        return
    yield Line.of(options.text(message("Times without evidence")), "bold")
    yield from _left_out(len(together), options)
    for start, end, reason in sorted(together)[-_MOST_SHOWN:]:
        those = together[start, end, reason]
        told = message(
            "{start} – {end} ({length}): {reason}; {checks}",
            start=start,
            end=end,
            length=max(gap.end - gap.start for _, gap in those),
            reason=reason,
            checks=message("all checks")
            if len(those) == len(history.tracks)
            else tuple(_short(track) for track, _ in those),
        )
        yield Line.of(options.text(told), indent=2, hang=2)
    yield _EMPTY


def _to_the_minute(moment: datetime) -> datetime:
    """Checks of one run are seconds apart."""
    return moment.replace(second=0, microsecond=0)


def _short(track: Track) -> str:
    short = track.check.id.partition("/")[2]
    return f"{short} ({track.vantage})" if track.vantage else short


def _left_out(count: int, options: Options) -> Iterator[Line]:
    if count > _MOST_SHOWN:
        sentence = message(
            "The newest {shown} of {count}; CSV and JSON have all.", shown=_MOST_SHOWN, count=count
        )
        yield Line.of(options.text(sentence), "dim", indent=2)
