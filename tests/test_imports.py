"""The shape of the package: imports only go down, files and functions stay small, heavy modules load late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import kontum_netcheck
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import FORMATS

PACKAGE = Path(kontum_netcheck.__file__).parent
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 45

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({"lab", "doctor", "bundles", "watch", "agents"}),
    frozenset({"serving"}),
    frozenset({"report", "store"}),
    frozenset({"history"}),
    frozenset({"engine"}),
    frozenset({"judge", "recording", "province_list"}),
    frozenset({"plan"}),
    frozenset({"own"}),
    frozenset({"inventory"}),
    frozenset({"probes"}),
    frozenset({"net"}),
    frozenset({"locale"}),
    frozenset({"wording"}),
    frozenset({"model"}),
)
"""The rooms from the top floor to the ground. A room may import itself and what lies on lower floors."""

HEAVY = ("pycurl", "dns", "cryptography", "rich", "pydantic", "phonenumbers", "sqlalchemy", "jinja2")


class Import(NamedTuple):
    """One import: in which file and line, of which module."""

    file: Path
    line: int
    module: str  # kontum_netcheck.…

    @property
    def room(self) -> str:
        """The room that is imported; empty for the package itself (its version)."""
        return self.module.split(".")[1] if "." in self.module else ""

    def __str__(self) -> str:
        return f"{_shown(self.file)}:{self.line} imports {self.module}"


def _shown(file: Path) -> str:
    return file.relative_to(PACKAGE.parent).as_posix()


def _sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _room_of(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def _is_module(dotted: str) -> bool:
    path = PACKAGE.parent.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _own_imports(file: Path) -> Iterator[Import]:
    """Every import of our own package, also those inside functions and under TYPE_CHECKING."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_shown(file)}:{node.lineno}: relative import"
            module = node.module or ""
            deeper = [f"{module}.{alias.name}" for alias in node.names]
            modules = [name if _is_module(name) else module for name in deeper]
        else:
            continue
        for name in modules:
            if name.split(".")[0] == PACKAGE.name:
                yield Import(file, node.lineno, name)


def _floor_of(room: str) -> int:
    return next((number for number, floor in enumerate(FLOORS) if room in floor), -1)


def test_every_room_has_a_floor() -> None:
    rooms = {_room_of(file) for file in _sources()} - {"__init__"}
    homeless = sorted(room for room in rooms if _floor_of(room) < 0)
    assert not homeless, f"add to FLOORS: {homeless}"


def test_imports_only_go_down() -> None:
    wrong = [
        f"{found} (upwards or sideways: {_room_of(file)} → {found.room})"
        for file in _sources()
        for found in _own_imports(file)
        if found.room and found.room != _room_of(file) and _floor_of(found.room) <= _floor_of(_room_of(file))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


ENTRIES = {
    "probes": {probe.params.__module__ for probe in PROBES.values()},
    "report": {f"kontum_netcheck.report.{entry.module}" for entry in FORMATS.values()},
}
"""What the literals register: each is one file that can be read, tested and removed alone."""


@pytest.mark.parametrize("folder", sorted(ENTRIES))
def test_entries_of_a_registry_do_not_import_each_other(folder: str) -> None:
    wrong = [
        str(found)
        for file in sorted((PACKAGE / folder).glob("*.py"))
        if file.name != "__init__.py"
        for found in _own_imports(file)
        if found.module in ENTRIES[folder]
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_file_is_longer_than_people_read() -> None:
    lengths = {_shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in _sources()}
    long = {file: count for file, count in lengths.items() if count > MAX_FILE_LINES}
    assert not long, f"over {MAX_FILE_LINES} lines: {long}"


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    """Each function and the lines of its body: the parameters of a command are the list of its options."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{_shown(file)}:{node.lineno} {node.name}", node.end_lineno - node.body[0].lineno + 1


def test_every_function_fits_a_screen() -> None:
    long = {
        name: count for file in _sources() for name, count in _functions(file) if count > MAX_FUNCTION_LINES
    }
    assert not long, f"over {MAX_FUNCTION_LINES} lines: {long}"


def _loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after running `code`."""
    report = "import sys; sys.stdout.flush(); print('\\n' + ' '.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, timeout=60
    )
    return {module.split(".")[0] for module in done.stderr.splitlines()[-1].split()}


def test_version_loads_nothing_heavy() -> None:
    code = "import sys; sys.argv[1:] = ['--version']; from kontum_netcheck.__main__ import main; main()"
    assert not _loaded_after(code) & set(HEAVY)


def test_an_inventory_is_read_without_the_engines() -> None:
    code = "import kontum_netcheck.inventory, kontum_netcheck.inventory.schema"
    assert not _loaded_after(code) & {"pycurl", "dns", "cryptography"}
