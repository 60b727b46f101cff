"""What the tests of `record` share: an inventory on disk, and the evidence that is in a store."""

from collections.abc import Callable
from pathlib import Path

from kontum_netcheck.model import Countersignature, KeptObservation
from kontum_netcheck.store.store import Store

SITES = """\
version: 1
province: {code: "62", name: Kon Tum}
exam: {days: [2024-06-27]}
quiet: [{from: 2024-06-27 07:00, to: 2024-06-27 11:00}]
carriers: [{id: vnpt, name: VNPT Kon Tum}]
districts: [{code: "608", name: Thành phố Kon Tum}, {code: "618", name: Ia H'Drai}]
sites:
  - id: thpt-a
    name: Trường THPT A
    district: "608"
    phones: [{number: 0260 3 000 002, carrier: vnpt}, {number: 0260 3 000 051, no_calls: true}]
    faxes: [0260 3 000 003]
    internet: [{id: ftth, endpoints: [192.0.2.1]}]
    checklist: [{id: generator, name: Máy phát điện}]
  - {id: thpt-b, name: Trường THPT B, district: "618", phones: [0260 3 000 005]}
"""

STORE = "evidence.sqlite"
"""In the folder of the test; given to the program as KONTUM_NETCHECK_STORE."""

Record = Callable[..., object]


def kept(folder: Path, prefix: str = "thpt-a") -> list[KeptObservation]:
    """All evidence of a site, a service or a check, in the order of time."""
    if not (folder / STORE).exists():
        return []
    with Store.open(folder / STORE, writable=False) as store:
        return store.series(prefix)


def results(folder: Path, prefix: str = "thpt-a") -> list[tuple[str, object]]:
    """Service and result of each."""
    return [
        (e.observation.check_id.split("/")[1], e.observation.metrics["result"]) for e in kept(folder, prefix)
    ]


def countersignatures(folder: Path, one: KeptObservation) -> tuple[Countersignature, ...]:
    """Who vouches for it."""
    with Store.open(folder / STORE, writable=False) as store:
        return store.countersignatures([one.id]).get(one.id, ())
