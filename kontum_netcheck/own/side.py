"""What failed on our own side of a question, and must not be blamed on whom it was asked of. Pure."""

import ipaddress
from dataclasses import dataclass

from kontum_netcheck.model import Cause, Check, Failure, Stage
from kontum_netcheck.net.link import Answer, OwnLink

_NO_NAME = frozenset({Cause.TIMEOUT, Cause.NAME_SERVER_FAILED, Cause.NO_NAME_SERVER, Cause.REFUSED})


@dataclass(frozen=True, slots=True)
class OwnSide:
    """This machine's own state during a run. The default knows nothing, and so excuses nothing."""

    down: Failure | None = None  # our own link is down, and only loopback is asked
    resolver_fails: bool = False  # none of the system's name servers resolves anything
    families: frozenset[int] | None = None  # 4 and 6, where there is a way out; None: not known

    @classmethod
    def of(cls, link: OwnLink) -> "OwnSide":
        """What the look at our own link has shown."""
        local, answers = link.facts.local, [asked.answer for asked in link.facts.resolvers]
        return cls(
            down=link.failure,
            resolver_fails=not local.resolvers or all(answer is Answer.FAILED for answer in answers),
            families=frozenset(route.family for route in local.live_routes),
        )

    def fault(self, check: Check, failure: Failure) -> Failure | None:
        """Our own fault that explains this failure; None: it is the target's."""
        if self.resolver_fails and failure.stage is Stage.RESOLVE and failure.cause in _NO_NAME:
            return Failure(Stage.RESOLVE, Cause.OWN_RESOLVER_DOWN, failure.detail)
        wanted = {_family(host) for host in check.params.hosts}
        no_way = self.families is not None and wanted and not wanted & {*self.families, None}
        if failure.cause is Cause.NETWORK_UNREACHABLE and no_way:
            return Failure(failure.stage, Cause.NO_LOCAL_ADDRESS, failure.detail)
        return None


def _family(host: str) -> int | None:
    """4 or 6 of an address; None for a name, of which nobody knows it beforehand."""
    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return None
