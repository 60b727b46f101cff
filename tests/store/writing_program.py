"""`python -m tests.store.writing_program STORE RUN_ID COUNT`: a program that writes, for tests to disturb.

It prints how many observations are committed, a line a commit; then `done`, or the sentence that ended it.
"""

import sys
from dataclasses import replace

from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.store import Store
from tests.store.facts import LIMITS, RUN, seen

BATCH_COUNT = 20


def main() -> None:
    """Write batch after batch."""
    where, run_id, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        with Store.open(where) as store:
            store.keep([replace(RUN, id=run_id), LIMITS])
            _tell(0)
            for first in range(0, count, BATCH_COUNT):
                store.keep(seen(first + n, run_id=run_id, note="x" * 400) for n in range(BATCH_COUNT))
                _tell(first + BATCH_COUNT)
            _tell("done")
    except StoreError as fault:
        _tell(fault)


def _tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
