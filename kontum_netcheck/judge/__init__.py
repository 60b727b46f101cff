"""Verdicts: a pure function of the plan, the observations and the time. Changing a limit re-judges history."""

from kontum_netcheck.judge.checks import CLOCKS_DIFFER, judge_answers, why_unasked
from kontum_netcheck.judge.tree import Evidence, judge
from kontum_netcheck.judge.views import judge_check

__all__ = ["CLOCKS_DIFFER", "Evidence", "judge", "judge_answers", "judge_check", "why_unasked"]
