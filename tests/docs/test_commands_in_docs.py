"""Every command line that the README and docs show is run, in a network that has nothing but loopback.

The two lines that set everything up (blocks marked `sh`) install from PyPI: .ci/run runs them as they stand.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """The lines that begin with `$ ` in blocks marked `console`."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


EXIT_CODES = {  # without a network, and with the inventories that the pages make
    "check": 3,  # nothing could be asked: own link down
    "demo": 2,  # the lab has faults
    "diff": 0,
    "doctor": 2,  # own link down
    "evidence": 0,
    "export": 0,
    "history": 0,
    "init": 0,
    "lines": 0,
    "numbers": 0,
    "modem": 0,
    "plan": 0,
    "report": 3,  # nothing could be asked, so nothing is known
    "record": 0,  # what was found is kept, also if it is broken
    "schema": 0,
    "store": 0,
    "validate": 0,
    "watch": 3,  # nothing could be asked, so nothing is known
}
WITH_COMMANDS = [page for page in PAGES if commands(page)]


def without_network() -> list[str]:
    """What to put before a command so that it has an empty network of its own."""
    prefix = ["unshare", "--map-root-user", "--net", "--"]
    if shutil.which("unshare") is None or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("needs unshare (util-linux) and the right to make a network namespace")
    return prefix


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=[str(page.relative_to(ROOT)) for page in WITH_COMMANDS])
def test_commands_of(page: Path, tmp_path: Path) -> None:
    prefix = without_network()
    shutil.copy(ROOT / "sites.yaml", tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KONTUM")} | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": "",  # a store of its own, in that home
    }
    for command in commands(page):
        done = subprocess.run(
            [*prefix, "bash", "-o", "pipefail", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == EXIT_CODES[command.split()[1]], f"{command}\n{done.stderr}"
        assert bool(done.stdout) is (" -q" not in command and ">" not in command), command
        assert "Traceback" not in done.stderr, f"{command}\n{done.stderr}"
        assert "--help" not in done.stderr, f"{command} is no right usage:\n{done.stderr}"


def test_the_readme_shows_commands() -> None:
    assert len(commands(ROOT / "README.md")) > 5
