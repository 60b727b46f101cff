"""What docs/agents.md and docs/agents/ tell people to type and to deploy is right for this program."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
import yaml

from kontum_netcheck.cli.app import app
from kontum_netcheck.lab.database import DatabaseServer, database_server, programs
from kontum_netcheck.store.fault import StoreError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "agents"
PAGE = ROOT / "docs" / "agents.md"
UNITS = sorted(FOLDER.glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
OURS = {
    name: each for name, each in COMPOSE["services"].items() if each["image"].startswith("kontum-netcheck:")
}


def parse(words: list[str]) -> None:
    """Read a command line as the program does, and run nothing. UsageError where it is none."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("kontum-netcheck", words[:1])
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, list(words), parent=context) if words or name else context


def page_commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_agents_are_there_in_ten_commands() -> None:
    assert len([line for line in page_commands() if "demo" not in line]) == 10


@pytest.mark.parametrize("line", [line for line in page_commands() if line.startswith("kontum-netcheck ")])
def test_the_pages_command_lines_are_right(line: str) -> None:
    parse(shlex.split(line)[1:])


@pytest.mark.parametrize("name", OURS)
def test_the_compose_files_command_lines_are_right(name: str) -> None:
    parse(list(OURS[name]["command"]))


def test_the_compose_file_has_a_dispatcher_and_three_agents_over_tls_that_is_verified() -> None:
    commands = [each["command"][0] for each in OURS.values()]
    assert (commands.count("dispatch"), commands.count("agent")) == (1, 3)
    stores = [each["environment"]["KONTUM_NETCHECK_STORE"] for each in OURS.values()]
    assert all("sslmode=verify-full" in store for store in stores)


def test_images_are_pinned() -> None:
    images = [each["image"] for each in COMPOSE["services"].values()]
    images += re.findall(r"^FROM (\S+)", (FOLDER / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


def test_no_password_stands_in_the_compose_file() -> None:
    used = {secret for each in COMPOSE["services"].values() for secret in each.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    for each in COMPOSE["services"].values():
        named = [key for key in each.get("environment", {}) if "PASSWORD" in key]
        assert all(key.endswith("_FILE") for key in named), named


def test_every_volume_and_step_that_a_service_names_is_there() -> None:
    services = COMPOSE["services"]
    for name, each in services.items():
        assert set(each.get("depends_on", ())) <= set(services), name
        for volume in each.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (FOLDER / source).exists(), volume


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_what_the_program_understands(unit: Path) -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(unit.read_text(encoding="utf-8"))
    assert read["Service"]["Restart"] == "always"
    program, *words = shlex.split(read["Service"]["ExecStart"])
    assert Path(program).name == "kontum-netcheck"
    parse(words)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (systemd)")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_no_fault_with_the_units(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text(encoding="utf-8").replace("/opt/kontum-netcheck/bin/kontum-netcheck", "/bin/true")
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert unit.name not in done.stderr, done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseServer]:
    """A server as Debian's package makes it: its superuser is postgres, and nothing else is there."""
    try:
        programs()
    except StoreError:
        pytest.skip("needs a PostgreSQL server (package postgresql)")
    with database_server("postgres") as running:
        yield running


def as_superuser(server: DatabaseServer, **more: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{programs()}:{os.environ['PATH']}"
    way = {"PGHOST": str(server.socket.parent), "PGUSER": "postgres", "PGPASSWORD": server.password}
    return {**os.environ, **way, "PATH": path, **more}


def test_the_page_and_the_set_up_of_the_compose_file_lead_to_agents(
    server: DatabaseServer, tmp_path: Path
) -> None:
    for name in ("owner_password", "agent_noc", "agent_dak_to"):
        (tmp_path / name).write_text(f"secret of {name}\n")
    environment = as_superuser(server, SECRETS=str(tmp_path))
    store = f"postgresql://netcheck:secret%20of%20owner_password@/evidence?host={server.socket.parent}"
    setup = ["sh", str(FOLDER / "setup.sh")]
    upgrade = [sys.executable, "-m", "kontum_netcheck", "store", "upgrade", "--store", store, "--lang", "en"]
    for command in (
        [*setup, "owner"],
        upgrade,
        [*setup, "agents", "noc"],
        [*setup, "agents", "dak-to", "noc"],
    ):
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    with psycopg.connect(
        host=str(server.socket.parent),
        user="agent_dak_to",
        password="secret of agent_dak_to",
        dbname="evidence",
    ) as agent:
        assert agent.execute("SELECT agent_vantage()").fetchall() == [("dak-to",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            agent.execute("SELECT * FROM observations")


def test_the_pages_commands_for_the_database_do_the_same(server: DatabaseServer) -> None:
    """Under other names, in the same server; passwords are no matter of theirs."""
    environment = as_superuser(server)
    for line in page_commands():
        if "CREATE ROLE kontum_agent" in line and _run(_HAS_GROUP, environment):
            continue  # of all databases of the server
        if line.startswith("sudo -u postgres "):
            plain = line.removeprefix("sudo -u postgres ").replace("--pwprompt ", "")
            renamed = (
                plain.replace("netcheck", "second")
                .replace("evidence", "second")
                .replace("agent_dak", "other_dak")
            )
            _run(renamed.replace("SELECT other", "SELECT agent"), environment)
        elif "store upgrade" in line:
            store = f"postgresql://second@/second?host={server.socket.parent}"
            _run(f"psql -c \"ALTER ROLE second PASSWORD '{server.password}'\" postgres", environment)
            _run(
                f"{sys.executable} -m kontum_netcheck store upgrade --store {shlex.quote(store)}", environment
            )
    done = _run('psql second -Atc "SELECT role, vantage FROM agent_roles"', environment)
    assert done == "other_dak_to|dak-to\n"


_HAS_GROUP = "psql -Atc \"SELECT 1 FROM pg_roles WHERE rolname = 'kontum_agent'\" postgres"


def _run(line: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        shlex.split(line), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_the_certificate_of_the_compose_file_is_for_its_host_and_of_its_authority(tmp_path: Path) -> None:
    for _ in range(2):  # again changes nothing
        command = ["sh", str(FOLDER / "setup.sh"), "certificate", str(tmp_path), "db"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    verify = ["openssl", "verify", "-CAfile", "ca.crt", "-verify_hostname", "db", "server.crt"]
    subprocess.run(verify, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0
