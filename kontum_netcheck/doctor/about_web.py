"""Findings about what HTTP answers tell of this machine: a login page in the way, a wrong clock."""

from statistics import median

from kontum_netcheck.doctor.finding import Finding, Level
from kontum_netcheck.model import Message, message
from kontum_netcheck.net.captive import Captive, CaptiveAnswer
from kontum_netcheck.net.clock import ClockSample

TOLERANCE_S = 2.0
"""Own policy: below it, the times of evidence are right to the second that people write down."""
WRONG_S = 60.0
"""Own policy: beyond it, quiet windows, certificates' dates and the times of evidence can't be trusted."""
_STEP_S = 0.5


def unasked(name: str) -> Finding:
    """What can't be looked at while our own link is down."""
    return Finding(name, Level.NOT_CHECKED, message("Cannot be seen while this machine's own link is down."))


def about_captive(answer: CaptiveAnswer | None) -> Finding:
    """Whether a login page stands before the web. Without the Internet nobody can tell: nobody is blamed."""
    name = "captive_portal"
    if answer is None:
        text = message("No plain http:// address is known to compare with.")
        return Finding(name, Level.NOT_CHECKED, text, message("Name one with --captive-url."))
    if answer.captive is Captive.PORTAL:
        advice = message(
            "Open a browser, log in to this network, and run this again. Until then nothing measured is true."
        )
        return Finding(name, Level.PROBLEM, _portal(answer), advice)
    if answer.captive is Captive.FREE:
        return Finding(name, Level.OK, message("None: {url} answers itself.", url=answer.url))
    if answer.failure is not None:
        text = message("Cannot tell: {url}: {failure}.", url=answer.url, failure=answer.failure)
    else:
        text = message(
            "Cannot tell: {url} answers with status {status}.", url=answer.url, status=answer.status
        )
    return Finding(name, Level.NOT_CHECKED, text)


def _portal(answer: CaptiveAnswer) -> Message:
    if answer.redirected_to:
        return message(
            "Somebody else answers for {url} and sends us to {location}.",
            url=answer.url,
            location=answer.redirected_to,
        )
    return message(
        "Somebody else answers for {url}, with status {status}.", url=answer.url, status=answer.status
    )


def about_clock(samples: tuple[ClockSample, ...], step_s: float) -> Finding:
    """How far the clock is off: the median of the servers asked, so that one wrong server decides nothing.

    Only what exceeds the uncertainty of the comparison counts.
    """
    if abs(step_s) > _STEP_S:
        text = message(
            "The clock was set by {step_s} s while we looked, or this machine slept.", step_s=step_s
        )
        return Finding("clock", Level.WARNING, text, message("Run this again."))
    told = sorted((s for s in samples if s.offset_s is not None), key=lambda s: s.offset_s or 0.0)
    if not told:
        return _untold(samples)
    offset_s = median(s.offset_s for s in told if s.offset_s is not None)
    uncertainty_s = max(s.uncertainty_s for s in told)
    surely_s = max(0.0, abs(offset_s) - uncertainty_s)
    if surely_s <= TOLERANCE_S:
        text = message(
            "Right within {tolerance_s} s by {count} web servers: offset {offset_s} ± {uncertainty_s} s.",
            tolerance_s=TOLERANCE_S,
            count=len(told),
            offset_s=round(offset_s, 1),
            uncertainty_s=round(uncertainty_s, 1),
        )
        return Finding("clock", Level.OK, text)
    level = Level.PROBLEM if surely_s > WRONG_S else Level.WARNING
    return Finding(
        "clock",
        level,
        _wrong(offset_s, uncertainty_s),
        message("Switch on setting the time from the network (NTP)."),
    )


def _wrong(offset_s: float, uncertainty_s: float) -> Message:
    """Positive: the servers are ahead of us."""
    values = {
        "offset_s": round(abs(offset_s), 1),
        "uncertainty_s": round(uncertainty_s, 1),
        "tolerance_s": TOLERANCE_S,
    }
    if offset_s > 0:
        return message("{offset_s} ± {uncertainty_s} s slow; {tolerance_s} s are allowed.", **values)
    return message("{offset_s} ± {uncertainty_s} s fast; {tolerance_s} s are allowed.", **values)


def _untold(samples: tuple[ClockSample, ...]) -> Finding:
    if not samples:
        text = message("Cannot tell: no web address is known to compare with.")
        return Finding("clock", Level.NOT_CHECKED, text, message("Name one with --captive-url."))
    failed = next((s for s in samples if s.failure is not None), None)
    if failed is not None:
        text = message("Cannot tell: {url}: {failure}.", url=failed.url, failure=failed.failure)
    else:
        text = message("Cannot tell: {url} says no time of its own.", url=samples[0].url)
    return Finding("clock", Level.NOT_CHECKED, text)
