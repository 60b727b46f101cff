"""Bad usage: one clear sentence with the nearest right word, exit code 3; help in both languages."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.process import Program

COMMANDS = ["demo", "check", "watch", "plan", "validate", "init", "doctor", "schema"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "check"),
        (["check", "--distrct", "608"], "--district"),
        (["check", "--format", "jason"], "json"),
        (["check", "--site", "thpt-b"], "thpt-a"),
        (["check", "--district", "Thanh pho Kontum"], "Thành phố Kon Tum"),
        (["check", "--carrier", "vnpd"], "vnpt"),
        (["check", "--probe", "pign"], "ping"),
        (["check", "--at", "thpt-aa"], "thpt-a"),
        (["check", "--deadline", "soon"], "--deadline"),
        (["check", "--rate"], "--rate"),
        (["check", "--by", "province"], "--by"),
        (["check", "nowhere.yaml"], "nowhere.yaml"),
        (["check", "a.yaml", "b.yaml"], "b.yaml"),
    ],
)
def test_bad_usage_is_3_and_names_the_nearest_right_word(
    program: Program, inventory: Callable[..., Path], arguments: list[str], said: str
) -> None:
    inventory('{tcp: "127.0.0.1:9"}')
    for language in ("en", "vi"):
        done = program(*arguments, KONTUM_NETCHECK_LANG=language)
        assert (done.code, done.out) == (3, ""), done
        assert said in done.err
        assert len(done.err.splitlines()) == 1, done.err


@pytest.mark.parametrize(
    ("arguments", "option"), [(["keygen"], "--operator NAME"), (["prune"], "--older-than TIME")]
)
def test_an_option_that_must_be_there_is_called_missing(
    program: Program, arguments: list[str], option: str
) -> None:
    name, wanted = option.split()
    assert program("evidence", *arguments).err.startswith(f"{name} is missing; write {wanted}.")


def test_a_language_of_the_environment_that_nobody_speaks_here_is_told(program: Program) -> None:
    done = program("evidence", "keys", KONTUM_NETCHECK_LANG="fr")
    assert (done.code, done.out) == (3, "")
    assert done.err == "KONTUM_NETCHECK_LANG: this is no right value; write vi | en.\n"
    assert program("schema", "--lang", "en", KONTUM_NETCHECK_LANG="fr").code == 0


def test_the_language_may_stand_before_a_command_of_a_group_too(program: Program) -> None:
    told = program("evidence", "--lang", "vi", "prune")
    assert told == program("evidence", "prune", "--lang", "vi")
    assert (told.code, "--older-than" in told.err, "is missing" in told.err) == (3, True, False)


def test_without_an_inventory_it_says_where_it_looked_and_how_to_start(program: Program) -> None:
    done = program("check", KONTUM_NETCHECK_INVENTORY="/nowhere/else.yaml")
    assert done.code == 3
    for said in ("sites.yaml", "/nowhere/else.yaml", "demo", "init"):
        assert said in done.err


def test_the_inventory_may_be_named_in_the_environment(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    file = inventory("").rename(tmp_path / "mine.yaml")
    assert program("validate", KONTUM_NETCHECK_INVENTORY=str(file)).code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_the_readers_language_and_fits_80_columns(program: Program, command: str) -> None:
    english, vietnamese = (program(command, "--help", KONTUM_NETCHECK_LANG=lang).out for lang in ("en", "vi"))
    assert "Usage" in english
    assert "Examples:" in english
    for phrase in ("Usage", "Options", "Show this message", "Examples", "repeatable", "env var", "default:"):
        assert phrase not in vietnamese
    assert max(len(line) for text in (english, vietnamese) for line in text.splitlines()) <= 80


def test_the_programs_help_lists_every_command(program: Program) -> None:
    listed = program("--help").out
    assert all(command in listed for command in COMMANDS)
    assert program().out == listed


def test_version_is_one_line(program: Program) -> None:
    for arguments in (["--version"], ["-V"]):
        done = program(*arguments)
        assert done.code == 0
        assert done.out.startswith("kontum-netcheck ")
        assert done.out.count("\n") == 1


def test_validate_prints_all_errors_at_their_places(program: Program, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(
        'version: 1\nprovince: {code: "62", name: Kon Tum}\ndistricts: [{code: "608", nmae: A}]\n'
        "sites:\n  - {id: a, name: A, district: '609', rooms: many}\n",
        encoding="utf-8",
    )
    done = program("validate")
    assert done.code == 3
    lines = done.out.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith("sites.yaml:") for line in lines)
    assert any(":3:" in line and "name" in line for line in lines)
    assert any(":5:" in line and "608" in line for line in lines)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("{dns: x.example, expect: {answers: [300.1.1.1]}}", "300.1.1.1"),
        ("{dns: x.example, type: AAAA, expect: {contains: [192.0.2.1]}}", "192.0.2.1"),
        ("{ping: 192.0.2.1, family: 6}", "IPv4"),
    ],
)
def test_what_can_never_be_answered_is_an_error_of_the_inventory(
    program: Program, inventory: Callable[..., Path], endpoint: str, said: str
) -> None:
    inventory(endpoint)
    done = program("validate")
    assert done.code == 3
    assert said in done.out


def test_every_wrong_header_is_named_at_its_own_place(
    program: Program, inventory: Callable[..., Path]
) -> None:
    inventory(
        '{http: "http://127.0.0.1:9/", headers: {Authorization: Bearer abc, X-A: "${NO_SUCH}", "B d": y}}'
    )
    lines = program("validate").out.splitlines()
    assert len(lines) == 3
    assert all(any(f"headers/{name}" in line for line in lines) for name in ("Authorization", "X-A", "B d"))
    assert "abc" not in "".join(lines)


def test_init_writes_a_starter_that_is_valid_and_never_overwrites(program: Program, tmp_path: Path) -> None:
    assert program("init").code == 0
    assert program("validate").code == 0
    before = (tmp_path / "sites.yaml").read_bytes()
    again = program("init")
    assert again.code == 3
    assert "sites.yaml" in again.err
    assert (tmp_path / "sites.yaml").read_bytes() == before


def test_schema_prints_a_json_schema(program: Program) -> None:
    assert "$schema" in json.loads(program("schema").out)


def test_plan_sends_nothing_and_adds_up(
    program: Program, inventory: Callable[..., Path], refusing: str
) -> None:
    inventory(f'{{tcp: "{refusing}"}}', "192.0.2.1")
    data = json.loads(program("plan", "--format", "json").out)
    assert [check["id"] for check in data["checks"]] == ["thpt-a/ftth/tcp", "thpt-a/ftth/ping"]
    assert data["summary"]["packets_count"] == sum(check["packets_count"] for check in data["checks"]) > 0
    table = program("plan").out
    assert "192.0.2.1" in table
    assert "Nothing was sent" in table
    assert max(map(len, table.splitlines()[:5])) <= 80


def test_a_plan_of_nothing_says_so(program: Program, inventory: Callable[..., Path]) -> None:
    inventory("127.0.0.1")
    done = program("plan", "--probe", "ping", "--skip", "ping")
    assert (done.code, done.out) == (3, "")
    assert "Nothing" in done.err


def test_a_broken_inventory_is_no_reason_for_doctor_not_to_look(program: Program, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text("version: 1\n\tsites: []\n", encoding="utf-8")
    for arguments in ([], ["sites.yaml"]):
        findings = json.loads(program("doctor", *arguments, "--format", "json").out)["findings"]
        assert {"inventory", "ping"} <= {finding["name"] for finding in findings}


def test_an_option_of_any_command_can_stand_in_the_environment(
    program: Program, inventory: Callable[..., Path]
) -> None:
    inventory("127.0.0.1")
    assert json.loads(program("plan", KONTUM_NETCHECK_FORMAT="json").out)["format"] == "kontum-netcheck/plan"


@pytest.mark.parametrize("unreadable", ["file", "folder"])
def test_an_inventory_that_cannot_be_read_is_said(program: Program, tmp_path: Path, unreadable: str) -> None:
    target = tmp_path / "secret.yaml"
    if unreadable == "folder":
        target.mkdir()
    else:
        target.symlink_to("/proc/self/mem")  # nobody can read its start, root neither
    done = program("validate", str(target))
    assert done.code == 3
    assert "secret.yaml" in done.out + done.err
