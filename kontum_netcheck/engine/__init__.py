"""Checks in, observations out: admission, turns, deadlines, and whose fault it is that there is no good answer."""

from kontum_netcheck.engine.observing import Conditions
from kontum_netcheck.engine.run import Asked, run_checks

__all__ = ["Asked", "Conditions", "run_checks"]
