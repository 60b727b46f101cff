"""Every shared type: questions, facts, judgements and the words for them. No I/O.

Data goes one way: Check → Observation → Verdict. What we made ourselves is a frozen dataclass here; what a
person typed is a pydantic model in `inventory/schema.py`.
"""

from kontum_netcheck.model.evidence import (
    Countersignature,
    Evidence,
    InventoryText,
    KeptObservation,
    LimitsInForce,
    PastRun,
    Pruned,
    RunBegun,
    RunEnd,
)
from kontum_netcheck.model.facts import Measurement, MetricValue, Observation, Run
from kontum_netcheck.model.questions import Check, Cost, Limit, Metric, Turn
from kontum_netcheck.model.scales import Cause, Outcome, Readiness, See, ServiceKind, Stage, TurnKind
from kontum_netcheck.model.sentences import CannotMeasure, Failure, Message, WrongValue, message
from kontum_netcheck.model.verdicts import (
    CheckVerdict,
    DistrictVerdict,
    ServiceVerdict,
    SiteVerdict,
    Verdicts,
    View,
    count,
)

__all__ = [
    "CannotMeasure",
    "Cause",
    "Check",
    "CheckVerdict",
    "Cost",
    "Countersignature",
    "DistrictVerdict",
    "Evidence",
    "Failure",
    "InventoryText",
    "KeptObservation",
    "Limit",
    "LimitsInForce",
    "Measurement",
    "Message",
    "Metric",
    "MetricValue",
    "Observation",
    "Outcome",
    "PastRun",
    "Pruned",
    "Readiness",
    "Run",
    "RunBegun",
    "RunEnd",
    "See",
    "ServiceKind",
    "ServiceVerdict",
    "SiteVerdict",
    "Stage",
    "Turn",
    "TurnKind",
    "Verdicts",
    "View",
    "WrongValue",
    "count",
    "message",
]
