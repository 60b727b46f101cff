"""Where no echo can be sent, a ping is the time of a TCP connection, and nobody takes the one for the other."""

import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.namespaces import BOX_ADDRESS, SmallNetwork, needs_namespaces, small_network

pytestmark = [
    needs_namespaces,
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv (package util-linux)"),
]

SITES = f"""
version: 1
province: {{code: "62", name: Kon Tum}}
districts: [{{code: "608", name: Kon Tum}}]
sites: [{{id: a, name: A, district: "608", internet: [{{id: l, endpoints: [{{ping: {BOX_ADDRESS}, count: 2}}]}}]}}]
"""
WITHOUT_RAW_SOCKETS = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")


@pytest.fixture
def network() -> Iterator[SmallNetwork]:
    with small_network() as network:
        network.connect()
        yield network


def test_a_tcp_connection_in_place_of_echoes_is_told_to_whoever_reads_the_result(
    network: SmallNetwork, tmp_path: Path
) -> None:
    sites, table = tmp_path / "sites.yaml", tmp_path / "checks.csv"
    sites.write_text(SITES)
    check = (sys.executable, "-m", "kontum_netcheck", "--lang", "en", "check", str(sites), "--no-store")
    done = network.run(
        *WITHOUT_RAW_SOCKETS, *check, "--format", "plain", "--by", "check", "-o", str(table), "--csv-keys"
    )
    assert done.returncode == 0, done.stderr
    assert "No ping is possible here, so the time of a TCP connection stands in for it." in " ".join(
        done.stdout.split()
    )
    (row,) = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    assert row["method"] == "tcp-connect"
