"""What was over time: judged points, outages, gaps, days; and what differs between two moments. Pure."""

from kontum_netcheck.history.days import Day, days
from kontum_netcheck.history.difference import Change, CheckChange, Difference, Moment, SiteChange, difference
from kontum_netcheck.history.points import Point, judged, remembered
from kontum_netcheck.history.spans import Gap, Outage, Span, gaps, outages, spans
from kontum_netcheck.history.track import History, Track, track, tracks

__all__ = [
    "Change",
    "CheckChange",
    "Day",
    "Difference",
    "Gap",
    "History",
    "Moment",
    "Outage",
    "Point",
    "SiteChange",
    "Span",
    "Track",
    "days",
    "difference",
    "gaps",
    "judged",
    "outages",
    "remembered",
    "spans",
    "track",
    "tracks",
]
