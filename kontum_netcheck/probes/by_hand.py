"""What only a person can answer: a test call, a test fax, a look at something. The evidence is recorded, not probed."""

import math
from datetime import timedelta
from typing import ClassVar

from kontum_netcheck.model import Cost, Limit, Metric, message
from kontum_netcheck.probes.declaration import Probe, ProbeParams

_RESULT = Metric("result", message("result"))
_AGE = Metric("age_h", message("age of the evidence (h)"), lower_is_better=True)
_TONE = Metric("tone", message("tone heard"))
_SAID_WITH_IT = (
    Metric("note", message("note")),
    Metric("purpose", message("why it was tried")),
    Metric("attachment_name", message("file that proves it")),
    Metric("attachment_sha256", message("SHA-256 of that file")),
    Metric("corrects", message("evidence that it corrects")),
)
"""What a person may add to any answer. Of a file only the name and the hash are kept."""

FAIR_VOICE = 3
"""The middle of the words of ITU-T P.800 Annex B (listening quality): 5 excellent, 4 good, 3 fair, 2 poor, 1 bad."""


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
    metrics=(
        _RESULT,
        _AGE,
        _TONE,
        Metric("voice_quality", message("voice quality, 1 to 5"), lower_is_better=False),
        *_SAID_WITH_IT,
    ),
    limits=(
        Limit(
            "voice_quality",
            FAIR_VOICE,
            -math.inf,
            lower_is_better=False,
            source="ITU-T P.800, 3 is fair; a bad line that can be spoken on only degrades (project)",
        ),
    ),
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
        _TONE,
        Metric("pages_count", message("pages received"), lower_is_better=False),
        *_SAID_WITH_IT,
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
    metrics=(_RESULT, _AGE, *_SAID_WITH_IT),
    limits=(),
    valid_for=timedelta(days=7),
    cost=_free,
    run=None,
)
