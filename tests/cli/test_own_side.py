"""`check` on a machine whose own side is broken, in a network of our own: the site is never blamed."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import FRAME, environment
from tests.namespaces import BOX_ADDRESS, GATEWAY, RESOLVER, SmallNetwork, needs_namespaces, small_network

pytestmark = needs_namespaces
CHECK = (sys.executable, "-m", "kontum_netcheck", "check", "--format", "json")


@pytest.fixture
def network() -> Iterator[SmallNetwork]:
    with small_network() as made:
        made.connect()
        yield made


def inventory(folder: Path, *endpoints: str) -> str:
    file = folder / "sites.yaml"
    file.write_text(FRAME.format(endpoints=", ".join(endpoints)), encoding="utf-8")
    return str(file)


def only_check(out: str) -> dict[str, Any]:
    check: dict[str, Any] = json.loads(out)["sites"][0]["services"][0]["checks"][0]
    return check


def test_without_a_cable_everything_is_skipped_and_the_report_says_why(
    network: SmallNetwork, tmp_path: Path
) -> None:
    network.cut()
    done = network.run(*CHECK, inventory(tmp_path, GATEWAY), "--lang", "en")
    assert done.returncode == 3
    assert only_check(done.stdout)["failure"]["cause"] == "own_link_down"
    assert json.loads(done.stdout)["run"]["notes"]


def test_with_a_cable_the_gateway_is_measured(network: SmallNetwork, tmp_path: Path) -> None:
    with network.resolver():
        network.use_resolvers(RESOLVER)
        done = network.run(*CHECK, inventory(tmp_path, f"{{ping: {GATEWAY}, count: 3, interval_s: 0.1}}"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert only_check(done.stdout)["metrics"]["received_count"] == 3


def test_a_name_that_our_dead_resolver_cannot_find_is_our_own_error(
    network: SmallNetwork, tmp_path: Path
) -> None:
    network.use_resolvers(RESOLVER)  # nobody listens there
    done = network.run(*CHECK, inventory(tmp_path, "http://www.example/"))
    check = only_check(done.stdout)
    assert (check["outcome"], check["failure"]["cause"]) == ("error", "own_resolver_down")
    assert done.returncode == 3


def test_no_way_out_over_ipv6_is_our_own_error(network: SmallNetwork, tmp_path: Path) -> None:
    with network.resolver():
        network.use_resolvers(RESOLVER)
        done = network.run(*CHECK, inventory(tmp_path, '{tcp: "[2001:db8::1]:443"}'))
    assert only_check(done.stdout)["outcome"] == "error"
    assert done.returncode == 3


def test_a_gateway_that_is_not_there_is_our_own_error(network: SmallNetwork, tmp_path: Path) -> None:
    network.in_box("route", "replace", "default", "via", "192.0.2.99")  # nobody
    with network.resolver():
        network.use_resolvers(RESOLVER)  # on our own cable, so that the link isn't down as a whole
        done = network.run(*CHECK, inventory(tmp_path, '{tcp: "198.51.100.1:443"}'))
    assert only_check(done.stdout)["outcome"] in ("error", "skipped"), done.stdout
    assert done.returncode == 3


def test_an_interface_that_is_not_there_is_our_own_error(network: SmallNetwork, tmp_path: Path) -> None:
    with network.resolver():
        network.use_resolvers(RESOLVER)
        endpoints = ('"fe80::1%eth99"', '{tcp: "[fe80::1%eth99]:80"}')
        done = network.run(*CHECK, inventory(tmp_path, *endpoints))
    checks = json.loads(done.stdout)["sites"][0]["services"][0]["checks"]
    assert {(check["outcome"], check["failure"]["cause"]) for check in checks} == {
        ("error", "no_local_address")
    }


def echoes_sent_count(process: "subprocess.Popen[str]") -> int:
    """How many echoes have left the process's own network; none before it is there, and after it has ended."""
    of_process = Path(f"/proc/{process.pid}")
    try:
        if (of_process / "ns/net").readlink() == Path("/proc/self/ns/net").readlink():
            return 0
        lines = (of_process / "net/snmp").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    types = dict(zip(*(line.split() for line in lines if line.startswith("IcmpMsg:")), strict=True))
    return int(types.get("OutType8", 0))


def in_the_middle(process: "subprocess.Popen[str]", happens: Callable[[], None]) -> None:
    """When a ping of 25 echoes is under way; what our own link was asked before are fewer than ten."""
    pause = threading.Event()
    while process.poll() is None and echoes_sent_count(process) < 10:
        pause.wait(0.02)
    happens()


def plug_out_and_in(network: SmallNetwork) -> None:
    network.cut()
    network.plug_in()


def take_another_address(network: SmallNetwork) -> None:
    network.in_box("address", "del", f"{BOX_ADDRESS}/24", "dev", "cable")
    network.in_box("address", "add", "192.0.2.3/24", "dev", "cable")
    network.in_box("route", "replace", "default", "via", GATEWAY)


@pytest.mark.parametrize(
    ("happens", "note"),
    [
        (SmallNetwork.cut, "changed"),
        (plug_out_and_in, "lost for a while"),
        (take_another_address, "changed"),
    ],
)
def test_what_happens_to_our_own_link_in_the_middle_is_not_blamed_on_the_site(
    network: SmallNetwork, tmp_path: Path, happens: Callable[[SmallNetwork], None], note: str
) -> None:
    with network.resolver():
        network.use_resolvers(RESOLVER)
        slow = f"{{ping: {GATEWAY}, count: 25, interval_s: 0.2, timeout_s: 1, limits: {{loss_pct: [0, 0]}}}}"
        dead = f'{{tcp: "{GATEWAY}:9", timeout_s: 5}}'
        file = inventory(tmp_path, dead, slow)
        process = subprocess.Popen(
            ["ip", "netns", "exec", network.box, *CHECK, "--lang", "en", file],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            happening = threading.Thread(target=in_the_middle, args=(process, lambda: happens(network)))
            happening.start()
            out, err = process.communicate(timeout=60)
            happening.join()
    report = json.loads(out)
    assert any(note in said for said in report["run"]["notes"]), (err, report["run"])
    outcomes = {check["outcome"] for check in report["sites"][0]["services"][0]["checks"]}
    assert "failed" not in outcomes
