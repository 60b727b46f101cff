"""From an inventory and a selection to the questions of a run, in the tree in which they are judged. Pure."""

from kontum_netcheck.plan.questions import ON_EXAM_DAYS, PORTAL, OwnAddresses, dial_tone_of, plan
from kontum_netcheck.plan.tree import Plan, PlannedDistrict, PlannedService, PlannedSite, echoes_count

__all__ = [
    "ON_EXAM_DAYS",
    "PORTAL",
    "OwnAddresses",
    "Plan",
    "PlannedDistrict",
    "PlannedService",
    "PlannedSite",
    "dial_tone_of",
    "echoes_count",
    "plan",
]
