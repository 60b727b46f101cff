"""What only a person can answer: a test call, a test fax, a look at something. The evidence is recorded, not probed."""

from datetime import timedelta
from typing import ClassVar

from kontum_netcheck.model import Cost, Metric, message
from kontum_netcheck.probes.declaration import Probe, ProbeParams

_RESULT = Metric("result", message("result"))
_AGE = Metric("age_h", message("age of the evidence (h)"), lower_is_better=True)


class CallParams(ProbeParams):
    """A number to call."""

    probe: ClassVar[str] = "call"
    call: str  # E.164

    @property
    def target(self) -> str:
        """The number."""
        return self.call


class FaxParams(ProbeParams):
    """A number to send a page to."""

    probe: ClassVar[str] = "fax"
    fax: str  # E.164

    @property
    def target(self) -> str:
        """The number."""
        return self.fax


class ManualParams(ProbeParams):
    """Something to look at."""

    probe: ClassVar[str] = "manual"
    manual: str  # its name

    @property
    def target(self) -> str:
        """The name of the thing."""
        return self.manual


def _free(_params: ProbeParams) -> Cost:
    return Cost()


CALL = Probe(
    name="call",
    purpose=message("a test call to a phone line, made and heard by a person"),
    params=CallParams,
    metrics=(_RESULT, _AGE, Metric("tone", message("tone heard"))),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
FAX = Probe(
    name="fax",
    purpose=message("a test fax, sent and seen by a person"),
    params=FaxParams,
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
    params=ManualParams,
    metrics=(_RESULT, _AGE),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
