"""The last answers of a service as a row of bars, and the same in words. Pure."""

from typing import NamedTuple

from kontum_netcheck.model import Message, message
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.past import Followed

STEP, HEIGHT = 7, 24
_LEAST = 1.5  # a bar of a small value is still seen
_CROSS = 4


class Sparkline(NamedTuple):
    """Bars as strokes of an SVG path over `width` × `HEIGHT`; `missed` are the crosses where there was no answer."""

    width: int
    bars: str
    missed: str
    said: str

    @classmethod
    def of(cls, followed: Followed, options: Options) -> "Sparkline":
        """The oldest answer stands first; the highest bar is the greatest value."""
        most = max((each.value for each in followed.answers if each.value is not None), default=0.0)
        bars, missed = [], []
        for at, answer in enumerate(followed.answers):
            left = at * STEP + 1
            if answer.value is None:
                top = HEIGHT - _CROSS - 1
                missed.append(f"M{left} {top}l{_CROSS} {_CROSS}m0-{_CROSS}l-{_CROSS} {_CROSS}")
            else:
                height = max(_LEAST, answer.value / most * (HEIGHT - 1)) if most > 0 else _LEAST
                bars.append(f"M{left + 2} {HEIGHT}V{HEIGHT - height:.3g}")
        return cls(
            len(followed.answers) * STEP + 1, "".join(bars), "".join(missed), options.text(_said(followed))
        )


def _said(followed: Followed) -> Message:
    values = [each.value for each in followed.answers if each.value is not None]
    count, since = len(followed.answers), followed.answers[0].at
    if not values:
        return message("none of {count} answered since {moment}", count=count, moment=since)
    unit = "Mbit/s" if followed.metric.endswith("_mbit_per_s") else "ms"
    least, most = min(values), max(values)
    if least == most:
        told = message("{value} {unit}", value=least, unit=unit)
    else:
        told = message("{least} to {most} {unit}", least=least, most=most, unit=unit)
    return message(
        "{good} of {count} answered since {moment}: {values}",
        good=len(values),
        count=count,
        moment=since,
        values=told,
    )
