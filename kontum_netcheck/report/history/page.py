"""The page that people read: how each check stood, its values over time, days, changes, outages, gaps."""

from collections.abc import Iterator
from datetime import timedelta

from kontum_netcheck.history import History, Track
from kontum_netcheck.model import Message, message
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.history import words
from kontum_netcheck.report.history.lines import STYLES, Line, table
from kontum_netcheck.report.history.lists import changes, gaps, outages
from kontum_netcheck.report.history.picture import picture
from kontum_netcheck.report.history.strip import changed_sign, signs
from kontum_netcheck.report.options import Options
from kontum_netcheck.wording import READINESS_WORDS

_EMPTY = Line.of("")


def page(history: History, options: Options, *, ascii_only: bool) -> Iterator[Line]:
    """All of it. Of a whole site no plots and no days: those of a service are a question of their own."""
    detailed = bool(history.service_id)
    yield from _head(history, options)
    for track in history.tracks:
        yield _EMPTY
        yield from _track(history, track, options, detailed, ascii_only)
    yield _EMPTY
    yield from changes(history, options)
    yield from outages(history, options)
    yield from gaps(history, options)
    yield Line.of(_legend(options, ascii_only), "dim")
    yield Line.of(options.text(message("Where there is no sign, nothing is known.")), "dim")
    for sentence in _notes(history, detailed):
        yield Line.of(options.text(sentence), "dim")


def _head(history: History, options: Options) -> Iterator[Line]:
    place = (history.site, *((history.service_id,) if history.service_id else ()))
    place += (history.district,) if history.district else ()
    yield Line.of(words.joined(place, options), "bold")
    span = message(
        "{start} – {end} ({zone}), judged by the limits of today's inventory",
        start=history.start,
        end=history.end,
        zone=str(options.zone),
    )
    yield Line.of(options.text(span))


def _track(
    history: History, track: Track, options: Options, detailed: bool, ascii_only: bool
) -> Iterator[Line]:
    plotted = track.planned or not any(each.planned for each in history.tracks)
    last = track.last
    sign = SIGNS[last.readiness] if last else "–"
    name = words.joined(words.track_named(track, service=not detailed), options)
    if last is None:
        yield Line.of(f"{sign} {name}", "bold")
    else:
        verdict = options.text(READINESS_WORDS[last.readiness])
        yield Line(((f"{sign} {verdict}  ", STYLES[last.readiness]), (name, "bold")))
    for sentence in _summary(track):
        yield Line.of(options.text(sentence), indent=2)
    yield from picture(history, track, options, plots=detailed and plotted, ascii_only=ascii_only)
    if detailed and track.whole is not None:
        yield _EMPTY
        yield from _days(track, options)


def _summary(track: Track) -> Iterator[Message]:
    whole = track.whole
    if not track.planned:
        yield message("Today's inventory does not have this check: judged by the limits of its own time.")
    if whole is None or not whole.answers_count:
        yield message(
            "Not answered in this time; left unasked: {count}.", count=whole.unanswered_count if whole else 0
        )
        return
    yield message(
        "Worked in {worked} of {count} checks; last one {at}.",
        worked=whole.worked_count,
        count=whole.answers_count,
        at=track.points[-1].at if track.last is None else track.last.at,
    )
    yield from _by_vantage(track)


def _by_vantage(track: Track) -> Iterator[Message]:
    """How it worked from each place, where several have asked: a way may be broken, and not the line."""
    told: dict[str, list[bool]] = {}
    for point in track.points:
        if point.works is not None:
            told.setdefault(point.observation.vantage, []).append(point.works)
    if len(told) > 1:
        for vantage, works in sorted(told.items()):
            yield message(
                "From {vantage}: worked in {worked} of {count} checks.",
                vantage=vantage or "–",
                worked=sum(works),
                count=len(works),
            )


def _days(track: Track, options: Options) -> Iterator[Line]:
    heads = [
        message("Day"),
        message("Checks"),
        message("Worked"),
        message("Available"),
        message("Hours covered"),
    ]
    rows = []
    for day in track.days:
        typical = (options.text(day.typical.get(metric)) for metric in track.metrics[:2])
        hours = day.covered / timedelta(hours=1)
        rows.append(
            [
                options.text(day.day),
                str(day.answers_count),
                str(day.worked_count),
                words.available(day, options),
                options.text(round(hours, 1) if hours else None),
                *typical,
            ]
        )
    labels = [words.label(track, metric, options) for metric in track.metrics[:2]]
    shown = [options.text(head) for head in heads]
    yield from table([*shown, *labels], rows, right=1)
    if labels:
        yield Line.of(
            options.text(
                message("{metrics}: the day's median, of percentages the mean", metrics=tuple(labels))
            ),
            "dim",
            indent=2,
        )


def _legend(options: Options, ascii_only: bool) -> str:
    shown = [
        f"{sign} {options.text(READINESS_WORDS[verdict])}" for verdict, sign in signs(ascii_only).items()
    ]
    changed = f"{changed_sign(ascii_only)} {options.text(message('changed in between'))}"
    return "   ".join([*shown, changed])


def _notes(history: History, detailed: bool) -> Iterator[Message]:
    if detailed:
        yield message(
            "Available: the share of the time between checks in which it worked, from the least to the most that is "
            "possible; times without evidence are left out. What fails between two good checks is not seen."
        )
    elif history.tracks:
        services = tuple(dict.fromkeys(track.check.service_id for track in history.tracks))
        yield message(
            "Plots and days: kontum-netcheck history {site}/{service}",
            site=history.site_id,
            service=services[0],
        )
