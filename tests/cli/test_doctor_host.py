"""`doctor HOST` in a network of routers: where the way ends, who says so, how wide it is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.process import environment
from tests.namespaces import needs_namespaces
from tests.routers import BOX, allow_datagrams, routers, set_mtu

pytestmark = needs_namespaces
NEAR_SIDE, FAR_SIDE = "198.51.100.1", "203.0.113.2"


@pytest.fixture(scope="module")
def _network() -> Iterator[None]:
    with routers():
        yield


@pytest.fixture(autouse=True)
def _usual(_network: None) -> None:
    set_mtu(1500, 1500)
    allow_datagrams(allowed=True)


def doctor(
    *arguments: str, as_user: tuple[str, ...] = (), lang: str = "en"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kontum_netcheck", "doctor", "--lang", lang, *arguments]
    return subprocess.run(
        ["ip", "netns", "exec", BOX, *as_user, *command],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


def facts_of(host: str, *arguments: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Exit code, what is known of the host, and its findings by name."""
    done = doctor(host, "--format", "json", *arguments)
    (facts,) = json.loads(done.stdout)["hosts"]
    return done.returncode, facts, {finding["name"]: finding for finding in facts["findings"]}


@pytest.mark.parametrize(
    ("host", "hops"),
    [
        ("192.0.2.2", [NEAR_SIDE, FAR_SIDE, "192.0.2.2"]),
        ("2001:db8:3::2", ["2001:db8:1::1", "2001:db8:2::2", "2001:db8:3::2"]),
    ],
)
def test_a_host_that_answers_is_fine_and_every_hop_is_measured(host: str, hops: list[str]) -> None:
    code, facts, found = facts_of(host)
    assert (code, facts["level"], facts["path"]["is_reached"]) == (0, "ok", True)
    assert [hop["addresses"] for hop in facts["path"]["hops"]] == [[address] for address in hops]
    assert all(len(hop["rtts_ms"]) == 5 and hop["loss_pct"] == 0 for hop in facts["path"]["hops"])
    assert "10 of 10" in found["echoes"]["message"]
    assert facts["ping"]["source_address"] in ("198.51.100.2", "2001:db8:1::2")


def test_the_table_has_a_line_for_each_hop() -> None:
    lines = doctor("192.0.2.2").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("hop"))
    assert [line.split()[:3] for line in lines[at + 1 :]] == [
        ["1", NEAR_SIDE, "0"],
        ["2", FAR_SIDE, "0"],
        ["3", "192.0.2.2", "0"],
    ]


def test_a_router_that_swallows_packets_is_looked_for_behind_the_last_that_answers() -> None:
    code, facts, found = facts_of("100.64.1.7")
    assert (code, facts["path"]["last_hop"]) == (2, NEAR_SIDE)
    assert f"Behind {NEAR_SIDE}, hop 1," in found["path"]["message"]


def test_a_router_that_forbids_is_named_with_what_it_says() -> None:
    code, facts, found = facts_of("100.64.0.7")
    assert (code, facts["path"]["hops"][-1]["cause"]) == (2, "prohibited")
    assert f"{NEAR_SIDE}, hop 1, refuses" in found["path"]["message"]


def test_routers_that_send_packets_in_a_circle_are_both_named() -> None:
    code, _facts, found = facts_of("100.64.3.7")
    assert code == 2
    assert "circle" in found["path"]["message"]
    assert {NEAR_SIDE, FAR_SIDE} <= set(found["path"]["message"].rstrip(".").replace(":", ",").split(", "))


def test_in_the_table_a_circle_stands_once() -> None:
    lines = doctor("100.64.3.7").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("hop"))
    assert [line.split()[:2] for line in lines[at + 1 : at + 3]] == [["1", NEAR_SIDE], ["2", FAR_SIDE]]
    assert lines[at + 3] == "3 to 30: the same 2 again and again"


@pytest.mark.parametrize(("mtu_bytes", "code", "level"), [(1400, 0, "ok"), (1200, 1, "warning")])
def test_a_narrow_link_is_measured_and_a_very_narrow_one_is_a_warning(
    mtu_bytes: int, code: int, level: str
) -> None:
    set_mtu(mtu_bytes, mtu_bytes)
    done_code, facts, found = facts_of("192.0.2.2")
    assert (done_code, facts["path"]["path_mtu_bytes"], found["path_mtu"]["level"]) == (
        code,
        mtu_bytes,
        level,
    )


def test_no_route_is_said() -> None:
    code, facts, found = facts_of("100.64.2.7")
    assert (code, facts["path"]) == (2, None)
    assert "reach" in found["path"]["message"]


def test_a_name_that_nobody_knows_ends_there() -> None:
    code, facts, found = facts_of("no such name".replace(" ", "-") + ".localhost.invalid")
    assert list(found) == ["host_name"]
    assert facts["address"] is None
    assert code in (0, 2)  # 0: this machine's own resolver is not there, so nobody can tell


def test_without_icmp_sockets_the_way_cannot_be_told_and_advice_is_given() -> None:
    allow_datagrams(allowed=False)
    no_capabilities = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")
    done = doctor("192.0.2.2", "--format", "json", as_user=no_capabilities)
    (facts,) = json.loads(done.stdout)["hosts"]
    path = next(finding for finding in facts["findings"] if finding["name"] == "path")
    assert path["level"] == "not_checked"
    assert "ping_group_range" in path["advice"]


def test_several_hosts_are_looked_into_and_the_worst_counts() -> None:
    done = doctor("192.0.2.2", "100.64.0.7", "--format", "json")
    assert [host["level"] for host in json.loads(done.stdout)["hosts"]] == ["ok", "problem"]
    assert done.returncode == 2


def test_vietnamese_is_spoken() -> None:
    out = doctor("192.0.2.2", lang="vi").stdout
    assert "chặng" in out
    assert "hop " not in out
