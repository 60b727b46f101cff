"""Verdicts: a pure function of the plan, the observations and the time. Changing a limit re-judges history."""

from kontum_netcheck.judge.checks import CLOCKS_DIFFER, judge_check, why_unasked
from kontum_netcheck.judge.tree import Evidence, judge

__all__ = ["CLOCKS_DIFFER", "Evidence", "judge", "judge_check", "why_unasked"]
