"""Exit codes: the contract of the monitoring plugins, https://www.monitoring-plugins.org/doc/guidelines.html"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kontum_netcheck.model import Readiness

COULD_NOT_RUN = 3
INTERRUPTED = 130

_OF = {"ready": 0, "degraded": 1, "not_ready": 2, "not_checked": 3}


def exit_code(readiness: "Readiness") -> int:
    """0 ready, 1 degraded, 2 not ready, 3 not checked."""
    return _OF[readiness.key]
