"""One run of `check` in a world that means harm: a row each, bounded, and twenty good targets as if nothing were."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.process import FRAME
from tests.namespaces import RESOLVER, needs_namespaces, small_network

pytestmark = needs_namespaces
SHORT = "timeout_s: 1.5"
NO_ROUTE = "203.0.113.7"
MEMORY_MAX_KB = 150_000
MEASURED = ("measured", None, None)
EVIL = {  # end point → outcome, stage, cause
    '{{http: "http://127.0.0.1:{web}/garbage", {short}}}': ("failed", "reply", "bad_reply"),
    '{{http: "http://127.0.0.1:{web}/endless_header", {short}}}': ("failed", "reply", "too_large"),
    '{{http: "http://127.0.0.1:{web}/slow_drip", {short}}}': ("failed", "transfer", "timeout"),
    '{{http: "http://127.0.0.1:{web}/silent", {short}}}': ("failed", "reply", "timeout"),
    '{{http: "http://127.0.0.1:{web}/closes_in_body", {short}}}': ("failed", "transfer", "closed"),
    '{{http: "http://127.0.0.1:{web}/oversize", {short}}}': MEASURED,  # as much as was asked for
    '{{http: "http://127.0.0.1:{web}/compressed_bomb", {short}}}': MEASURED,
    '{{http: "https://127.0.0.1:{large}/", {short}}}': ("failed", "tls", "tls_failed"),
    '{{http: "http://nobody.example/", {short}}}': ("failed", "resolve", "no_such_name"),
    "{{ping: nobody.example, count: 2}}": ("failed", "resolve", "no_such_name"),
    '{{tcp: "203.0.113.7:443", {short}}}': ("failed", "connect", "host_unreachable"),
    "{{ping: 203.0.113.7, count: 2}}": ("failed", "request", "host_unreachable"),
    '{{tcp: "127.0.0.1:{flood}", expect: {{banner: hello}}, {short}}}': (
        "failed",
        "expectation",
        "unexpected_banner",
    ),
    '{{dns: other_question.example, server: "127.0.0.1:{names}", {short}}}': ("failed", "reply", "timeout"),
    '{{dns: other_address.example, server: "127.0.0.1:{names}", {short}}}': ("failed", "reply", "timeout"),
    '{{dns: garbage.example, server: "127.0.0.1:{names}", {short}}}': ("failed", "reply", "timeout"),
    '{{dns: loop.example, server: "127.0.0.1:{names}", {short}}}': ("failed", "reply", "bad_reply"),
}
GOOD = (
    *[
        '{{http: "http://127.0.0.1:{web}/?' + str(number) + '", expect: {{status: 200}}}}'
        for number in range(8)
    ],
    *['{{tcp: "127.0.0.1:{good}", expect: {{banner: hello}}}}'] * 4,
    *['{{dns: good.example, server: "127.0.0.1:{names}", expect: {{answers: [192.0.2.1]}}}}'] * 4,
    *["{{ping: 127.0.0." + str(number) + ", count: 5}}" for number in range(1, 5)],
)
MEASURING_MEMORY = (
    "import resource, subprocess, sys\n"
    "code = subprocess.run(sys.argv[1:]).returncode\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
    "sys.exit(code)\n"
)


pytestmark = pytest.mark.xdist_group("hostile world")  # one worker: what they read is made once


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The report of one run over all of them as it was printed, and what was said on stderr."""
    folder = tmp_path_factory.mktemp("hostile")
    with small_network() as network:
        network.connect()
        network.in_box("route", "add", "unreachable", f"{NO_ROUTE}/32")
        world = subprocess.Popen(
            ["ip", "netns", "exec", network.box, sys.executable, "-m", "tests.hostile_world", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with world, network.resolver():
            assert world.stdout is not None
            ports = json.loads(world.stdout.readline())
            typed = [endpoint.format(short=SHORT, **ports) for endpoint in (*EVIL, *GOOD)]
            file = folder / "sites.yaml"
            file.write_text(FRAME.format(endpoints=", ".join(typed)), encoding="utf-8")
            network.use_resolvers(RESOLVER)
            check = (sys.executable, "-m", "kontum_netcheck", "check", str(file), "--format", "json")
            done = network.run(sys.executable, "-c", MEASURING_MEMORY, *check, "--lang", "en")
        yield done.stdout, done.stderr


def rows(report: str) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = json.loads(report)["sites"][0]["services"][0]["checks"]
    return checks


def test_each_evil_is_one_row_that_says_what_it_was(run: tuple[str, str]) -> None:
    evil = rows(run[0])[: len(EVIL)]
    found = {
        check["target"]: (
            check["outcome"],
            *((check["failure"] or {}).get(key) for key in ("stage", "cause")),
        )
        for check in evil
    }
    assert list(found.values()) == list(EVIL.values()), found


def test_twenty_good_targets_are_ready_as_if_nothing_were(run: tuple[str, str]) -> None:
    good = rows(run[0])[len(EVIL) :]
    assert len(good) == len(GOOD) == 20
    assert {check["readiness"] for check in good} == {"ready"}, [
        check for check in good if check["readiness"] != "ready"
    ]


def test_what_is_read_is_bounded(run: tuple[str, str]) -> None:
    bodies = [check["metrics"]["body_bytes"] for check in rows(run[0]) if "body_bytes" in check["metrics"]]
    assert max(bodies) == 1_000_000
    banners = [check["metrics"]["banner"] for check in rows(run[0]) if "banner" in check["metrics"]]
    assert max(map(len, banners)) <= 1024
    assert int(run[1].split()[-1]) < MEMORY_MAX_KB


def test_no_evil_text_reaches_the_terminal_as_it_is(run: tuple[str, str]) -> None:
    assert "\x1b" not in run[0] + run[1]
    assert any("never what" in check["metrics"].get("banner", "") for check in rows(run[0]))
