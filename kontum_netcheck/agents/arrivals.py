"""The observations of a run as agents hand them in: each once, though commits overtake each other."""

from collections import deque
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import KeptObservation
from kontum_netcheck.store.rows import kept_observation

if TYPE_CHECKING:
    from psycopg import Connection

_LOOKS_BACK = 12
"""A number that was passed over is found while it commits within so many looks: about three seconds."""
_MOST_AT_ONCE = 5000
_QUERY = """
SELECT no, id, body FROM observations
WHERE no > %s AND no NOT IN (SELECT unnest(%s::bigint[])) AND run_no = (SELECT no FROM runs WHERE run_id = %s)
ORDER BY no LIMIT %s
"""


class Arrivals:
    """What has arrived of one run. A number may become visible after a higher one: who got it first commits later."""

    def __init__(self, run_id: str, after_no: int = 0) -> None:
        """`after_no`: a number that was there before anything of the run was sent."""
        self.run_id = run_id
        self._after_no = after_no
        self.rewind()

    def rewind(self) -> None:
        """Begin again: all of it arrives once more."""
        self._settled_no = self._after_no  # up to here nothing is looked for any more
        self._looks: deque[list[int]] = deque()  # the numbers of the last looks

    def next(self, connection: "Connection[Any]") -> list[KeptObservation]:
        """What has become visible since the last look, by its number."""
        seen = [no for look in self._looks for no in look]
        rows = connection.execute(_QUERY, [self._settled_no, seen, self.run_id, _MOST_AT_ONCE]).fetchall()
        self._looks.append([no for no, _, _ in rows])
        if len(self._looks) > _LOOKS_BACK:
            self._settled_no = max([self._settled_no, *self._looks.popleft()])
        return [kept_observation(identity, body) for _, identity, body in rows]
