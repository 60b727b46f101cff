"""Exit codes: the contract of the monitoring plugins, https://www.monitoring-plugins.org/doc/guidelines.html"""

from kontum_netcheck.model import Readiness

COULD_NOT_RUN = 3
INTERRUPTED = 130

_OF = {Readiness.READY: 0, Readiness.DEGRADED: 1, Readiness.NOT_READY: 2, Readiness.NOT_CHECKED: 3}


def exit_code(readiness: Readiness) -> int:
    """0 ready, 1 degraded, 2 not ready, 3 not checked."""
    return _OF[readiness]
