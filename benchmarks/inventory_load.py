"""How long an inventory of 3,000 sites takes to load, and how much memory: generated here, loaded as `check` does.

    python benchmarks/inventory_load.py [SITES]

Peer in the same run: `yaml.CSafeLoader`, which gives neither types nor places nor errors.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from kontum_netcheck.inventory.document import read
from kontum_netcheck.inventory.loader import load

HEAD = """\
version: 1
province: {code: "62", name: Kon Tum}
carriers: [{id: vnpt, name: VNPT Kon Tum}]
districts: [{code: "608", name: Thành phố Kon Tum}]
profiles: {line: {checks: [{probe: ping, count: 10, limits: {loss_pct: [1, 3]}}]}}
sites:
"""
SITE = """\
  - id: site-{n}
    name: Trường THPT số {n}
    district: "608"
    phones: [{{number: 0260 3 {n:06d}, carrier: vnpt, role: duty-room, loudspeaker: true}}]
    faxes: [{{number: 0260 4 {n:06d}, carrier: vnpt, transport: g711}}]
    internet:
      - id: ftth
        carrier: vnpt
        profile: line
        endpoints:
          - {{ping: 192.0.2.{byte}, count: 20}}
          - {{dns: site-{n}.example, server: 198.51.100.{byte}}}
          - {{http: "https://site-{n}.example/", expect: {{status: 200}}}}
          - {{tcp: "192.0.2.{byte}:443"}}
"""
ROUNDS_COUNT = 5


def fastest_s(work: Callable[[], object]) -> float:
    """CPU time of the shortest of a few rounds: what the work takes when nobody disturbs it."""
    times = []
    for _ in range(ROUNDS_COUNT):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Generate, load, print."""
    sites_count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    text = HEAD + "".join(SITE.format(n=n, byte=n % 250 + 1) for n in range(sites_count))
    content = text.encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sites.yaml"
        file.write_bytes(content)
        whole_s = fastest_s(lambda: load(file))
    reading_s = fastest_s(lambda: read(content, "sites.yaml"))
    peer_s = fastest_s(lambda: yaml.load(text, Loader=yaml.CSafeLoader))
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{sites_count} sites, {len(content) / 1e6:.1f} MB; CPU time, best of {ROUNDS_COUNT}")  # noqa: T201
    print(f"load, checked and typed  {whole_s:6.3f} s")  # noqa: T201
    print(f"  of it text to data     {reading_s:6.3f} s")  # noqa: T201
    print(f"yaml.CSafeLoader alone   {peer_s:6.3f} s  (load / peer: {whole_s / peer_s:.2f})")  # noqa: T201
    print(f"peak memory of the run   {memory_mb:6.0f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
