"""What only a person can answer: a test call, a test fax, a look at something. The evidence is recorded, not probed."""

from datetime import timedelta
from typing import ClassVar

from kontum_netcheck.model import Cost, Metric, message
from kontum_netcheck.probes.declaration import Probe, ProbeParams

_RESULT = Metric("result", message("result"))
_AGE = Metric("age_h", message("age of the evidence (h)"), lower_is_better=True)


class ByHandParams(ProbeParams):
    """A number to call or a thing to look at, and what a person needs to know for it."""

    probe: ClassVar[str] = "manual"
    manual: str  # the number in E.164, or the name of the thing

    @property
    def target(self) -> str:
        """The number, or the name of the thing."""
        return self.manual


def _free(_params: ByHandParams) -> Cost:
    return Cost()


CALL = Probe(
    name="call",
    purpose=message("a test call to a phone line, made and heard by a person"),
    params=ByHandParams,
    metrics=(_RESULT, _AGE, Metric("tone", message("tone heard"))),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
FAX = Probe(
    name="fax",
    purpose=message("a test fax, sent and seen by a person"),
    params=ByHandParams,
    metrics=(
        _RESULT,
        _AGE,
        Metric("tone", message("tone heard")),
        Metric("pages_count", message("pages received"), lower_is_better=False),
    ),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
MANUAL = Probe(
    name="manual",
    purpose=message("something that a person looks at and vouches for"),
    params=ByHandParams,
    metrics=(_RESULT, _AGE),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
