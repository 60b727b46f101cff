"""What a person answers: a test call, a test fax, a look at something. Calls and faxes can be tried by a machine, too.

Whoever tries, the evidence is equal; the metric `method` says how: `manual` (or absent), `sip`, `modem`.
"""

import math
from datetime import timedelta
from typing import ClassVar

from kontum_netcheck.model import Cost, Limit, Metric, Observation, message
from kontum_netcheck.probes.calling import ModemWay, SipWay, cost_of_call, cost_of_fax, try_fax, try_phone
from kontum_netcheck.probes.declaration import Probe, ProbeParams
from kontum_netcheck.probes.provenance import PROVENANCE

MANUAL_METHOD = "manual"

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
_BY_MACHINE = (
    Metric("method", message("how it was tried")),
    Metric("wait_ms", message("time until it rang (ms)"), lower_is_better=True),
    Metric("status", message("SIP status")),
    Metric("retransmit_count", message("requests repeated"), lower_is_better=True),
    Metric("server", message("what the server calls itself")),
    *PROVENANCE,
    Metric("trunk", message("trunk that it was called over")),
    Metric("quiet_ignored", message("why it was called in quiet hours")),
)
_FAX_INTRODUCTION = (
    Metric("csi", message("number that the far fax gives itself")),
    Metric("fax_speed_bit_per_s", message("fax speed (bit/s)")),
    Metric("fax_receives", message("fax can take a page")),
    Metric("fax_fine", message("fax takes fine pages")),
    Metric("fax_ecm", message("fax corrects errors (ECM)")),
    Metric("hang_up_code", message("the modem's code for the end of the session (+FHNG)")),
)
"""What a fax machine says of itself (T.30: CSI and DIS), and a modem of Class 2 of the call."""

_SOUND = (
    Metric("sent_count", message("packets of speech sent")),
    Metric("received_count", message("packets of speech that came back")),
    Metric("duplicate_count", message("replies received twice"), lower_is_better=True),
    Metric("loss_pct", message("packet loss (%)"), lower_is_better=True),
    Metric("jitter_ms", message("jitter of the sound (ms)"), lower_is_better=True),
    Metric("rtt_avg_ms", message("mean round trip (ms)"), lower_is_better=True),
    Metric("mos", message("estimated voice quality (MOS, G.107)"), lower_is_better=False),
)
"""Of a call to an echo: there and back."""

FAIR_VOICE = 3
"""The middle of the words of ITU-T P.800 Annex B (listening quality): 5 excellent, 4 good, 3 fair, 2 poor, 1 bad."""


class CallParams(ProbeParams):
    """A number to call."""

    probe: ClassVar[str] = "call"
    call: str  # E.164
    way: SipWay | ModemWay | None = None  # None: a person calls

    @property
    def target(self) -> str:
        """The number."""
        return self.call

    @property
    def hosts(self) -> tuple[str, ...]:
        """The trunk's server; nobody, where a modem calls."""
        return self.way.hosts if self.way else ()

    @property
    def stays_on_this_machine(self) -> bool:
        """A modem has a line of its own: ours may be down."""
        return isinstance(self.way, ModemWay) or super().stays_on_this_machine


class FaxParams(ProbeParams):
    """A number to send a page to."""

    probe: ClassVar[str] = "fax"
    fax: str  # E.164
    way: SipWay | ModemWay | None = None  # None: a person sends

    @property
    def target(self) -> str:
        """The number."""
        return self.fax

    @property
    def hosts(self) -> tuple[str, ...]:
        """The trunk's server; nobody, where a modem calls."""
        return self.way.hosts if self.way else ()

    @property
    def stays_on_this_machine(self) -> bool:
        """A modem has a line of its own: ours may be down."""
        return isinstance(self.way, ModemWay) or super().stays_on_this_machine


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
    purpose=message("a test call to a phone line, by a person, over a SIP trunk or by a modem"),
    params=CallParams,
    metrics=(
        _RESULT,
        _AGE,
        _TONE,
        Metric("voice_quality", message("voice quality, 1 to 5"), lower_is_better=False),
        *_SAID_WITH_IT,
        *_BY_MACHINE,
        *_SOUND,
    ),
    limits=(
        Limit("mos", 3.6, 3.1, False, "ITU-T G.107, R 70 and R 60"),
        Limit(
            "voice_quality",
            FAIR_VOICE,
            -math.inf,
            lower_is_better=False,
            source="ITU-T P.800, 3 is fair; a bad line that can be spoken on only degrades (project)",
        ),
    ),
    valid_for=timedelta(days=7),
    cost=cost_of_call,
    run=try_phone,
    by_person=True,
)
FAX = Probe(
    name="fax",
    purpose=message("a test of a fax line, by a person, over a SIP trunk or by a modem"),
    params=FaxParams,
    metrics=(
        _RESULT,
        _AGE,
        _TONE,
        Metric("pages_count", message("pages received"), lower_is_better=False),
        *_SAID_WITH_IT,
        *_BY_MACHINE,
        *_FAX_INTRODUCTION,
    ),
    limits=(),
    valid_for=timedelta(days=7),
    cost=cost_of_fax,
    run=try_fax,
    by_person=True,
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
    by_person=True,
)
PEOPLES = frozenset({probe.name for probe in (CALL, FAX, MANUAL)})
"""The questions that a person can answer."""


def is_by_hand(observation: Observation) -> bool:
    """Whether it is a person's word, and not what a machine heard."""
    return observation.probe in PEOPLES and observation.metrics.get("method", MANUAL_METHOD) == MANUAL_METHOD
