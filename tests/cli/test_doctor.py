"""`kontum-netcheck doctor` as people and programs see it; for real inside network namespaces."""

import json
import sys
from collections.abc import Iterator

import pytest

from kontum_netcheck.cli.doctor_view import as_json, as_text, exit_code
from kontum_netcheck.doctor import Finding, Level
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import message
from tests.namespaces import SmallNetwork, needs_namespaces, small_network

FINDINGS = (
    Finding("own_link", Level.OK, message("The gateway {target} answers.", target="192.0.2.1")),
    Finding("clock", Level.WARNING, message("{x}", x="It is off \x1b[31m"), message("Switch on NTP.")),
)


def test_lines_are_aligned_with_symbol_and_word() -> None:
    assert as_text(FINDINGS, Language("en")).splitlines() == [
        "✓ fine     own link  The gateway 192.0.2.1 answers.",
        "! warning  clock     It is off \\x1b[31m",
        "                     → Switch on NTP.",
    ]


def test_long_sentences_wrap_under_themselves() -> None:
    long = Finding("clock", Level.OK, message("{x}", x="word " * 30))
    lines = as_text((long,), Language("en"), width=80).splitlines()
    assert len(lines) > 1
    assert all(line.startswith(" " * 15 + "word") for line in lines[1:])


def test_json_has_keys_for_programs() -> None:
    document = json.loads(as_json(FINDINGS, Language("vi")))
    assert document["format"] == "kontum-netcheck/doctor"
    assert document["level"] == "warning"
    assert [finding["name"] for finding in document["findings"]] == ["own_link", "clock"]
    assert document["findings"][0]["advice"] is None


@pytest.mark.parametrize(
    ("level", "code"), [(Level.OK, 0), (Level.NOT_CHECKED, 0), (Level.WARNING, 1), (Level.PROBLEM, 2)]
)
def test_exit_codes(level: Level, code: int) -> None:
    assert exit_code([Finding("clock", level, message("x"))]) == code


@pytest.fixture
def network() -> Iterator[SmallNetwork]:
    with small_network() as made:
        made.connect()
        yield made


def run(network: SmallNetwork, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "kontum_netcheck", "doctor", "--lang", "en", *arguments]
    done = network.run(*command)
    return done.returncode, done.stdout + done.stderr


@needs_namespaces
def test_a_cut_cable_is_exit_code_2_and_says_what_to_do(network: SmallNetwork) -> None:
    network.cut()
    code, text = run(network)
    assert code == 2
    assert "✗ problem" in text
    assert "Plug in the cable" in text


@needs_namespaces
def test_without_the_internet_no_login_page_is_claimed(network: SmallNetwork) -> None:
    with network.resolver():
        _code, text = run(network, "--captive-url", "http://198.51.100.1/", "--format", "json")
    found = {finding["name"]: finding for finding in json.loads(text)["findings"]}
    assert found["own_link"]["level"] == "ok"
    assert found["captive_portal"]["level"] == "not_checked"
    assert found["captive_portal"]["message"].startswith("Cannot tell")


@needs_namespaces
def test_a_captive_url_with_tls_could_not_run(network: SmallNetwork) -> None:
    code, text = run(network, "--captive-url", "https://portal.example/")
    assert code == 3
    assert "http://" in text
