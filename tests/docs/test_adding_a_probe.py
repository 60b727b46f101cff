"""docs/adding-a-probe.md is true: what it says, done to a copy of the program, adds a probe."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
INVENTORY = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Thành phố Kon Tum}]
sites:
  - id: a
    name: A
    district: "608"
    internet:
      - id: ftth
"""


def blocks(page: str) -> list[str]:
    return re.findall(r"^```(?:python|yaml)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_one_file_one_line_one_test(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "adding-a-probe.md").read_text(encoding="utf-8")
    probe, import_line, entry, test, endpoints = blocks(page)
    shutil.copytree(ROOT / "kontum_netcheck", tmp_path / "kontum_netcheck")
    (tmp_path / "kontum_netcheck/probes/ntp.py").write_text(probe, encoding="utf-8")
    registry = tmp_path / "kontum_netcheck/probes/__init__.py"
    before = registry.read_text(encoding="utf-8")
    first_import = "from kontum_netcheck.probes.by_hand"
    after = before.replace(first_import, import_line + first_import).replace(
        '        "tcp": TCP,\n', '        "tcp": TCP,\n' + entry
    )
    assert after.count("NTP") == 2
    registry.write_text(after, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_ntp.py").write_text(test, encoding="utf-8")
    indented = "".join(f"        {line}\n" for line in endpoints.splitlines())
    (tmp_path / "sites.yaml").write_text(INVENTORY + indented, encoding="utf-8")

    def run(*command: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "LANGUAGE": "en"}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "2 passed" in run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "tests/test_ntp.py"
    )
    assert "in order" in run("-m", "kontum_netcheck", "validate")
    assert "a/ftth/ntp" in run("-m", "kontum_netcheck", "plan", "--format", "json")
    assert '"ntp"' in run("-m", "kontum_netcheck", "schema")
