"""From a file or a folder to the Inventory, or to everything that is wrong with it."""

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from kontum_netcheck.inventory import document
from kontum_netcheck.inventory.document import Document
from kontum_netcheck.inventory.merging import Merged, merge
from kontum_netcheck.inventory.problem import InventoryError, InventoryErrors
from kontum_netcheck.inventory.references import check_references
from kontum_netcheck.inventory.schema import Inventory, Line, Portal, Site
from kontum_netcheck.inventory.vantages import idle_rules, misplaced
from kontum_netcheck.inventory.wording import Complaint, complaints
from kontum_netcheck.model import Message, message
from kontum_netcheck.wording import system_words

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An inventory in order, where it came from, and the SHA-256 of what was read."""

    inventory: Inventory
    path: str
    content_hash: str


def load(path: Path, env: Mapping[str, str] | None = None) -> Loaded:
    """Load a file, or a folder of YAML files as one inventory.

    With `env`, the environment variables that secrets refer to must be set in it. Raises InventoryErrors with
    all errors at once.
    """
    with _no_collections():
        return _load(path, env)


def _load(path: Path, env: Mapping[str, str] | None) -> Loaded:
    documents, digest = _read(path)
    merged = merge(documents)
    found = [*(problem for each in documents for problem in each.problems), *merged.problems]
    if any(each.data is None and each.problems for each in documents):
        raise _errors(found, documents)  # what couldn't be read would be missed everywhere
    inventory, complained = _typed(merged, env)
    found += [_at(merged, complaint) for complaint in complained]
    if found or inventory is None:
        raise _errors(found, documents)
    return Loaded(inventory, str(path), digest)


def load_as_typed(path: Path) -> Merged:
    """The data as typed, whatever is wrong in it besides. InventoryErrors where a file can't be read to its end."""
    documents, _ = _read(path)
    if any(each.data is None and each.problems for each in documents):
        raise _errors([problem for each in documents for problem in each.problems], documents)
    return merge(documents)


def _read(path: Path) -> tuple[list[Document], str]:
    """The files' data, and the hash over their names (of a folder) and contents."""
    digest = hashlib.sha256()
    documents = []
    try:
        files = _files(path)
        for file in files:
            try:
                with file.open("rb") as stream:
                    content = stream.read(document.MAX_BYTES + 1)
            except FileNotFoundError:
                raise
            except OSError as error:
                documents.append(document.refused(str(file), _unreadable(error)))
                continue
            if file != path:
                digest.update(f"{file.name}\0{len(content)}\0".encode())
            digest.update(content)
            documents.append(document.read(content, str(file)))
    except FileNotFoundError:
        raise _refused(path, message("There is no such file or folder.")) from None
    except OSError as error:
        raise _refused(path, _unreadable(error)) from None
    if not files:
        raise _refused(path, message("This folder holds no file that ends in .yaml or .yml."))
    if all(each.data is None and not each.problems for each in documents):
        raise _refused(
            path, message("The inventory is empty."), message("“kontum-netcheck init” writes a starter.")
        )
    return documents, digest.hexdigest()


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")
    )


def _unreadable(error: OSError) -> Message:
    return message("It can't be read: {reason}.", reason=system_words(error))


def _refused(path: Path, problem: Message, hint: Message | None = None) -> InventoryErrors:
    return InventoryErrors((InventoryError(str(path), 0, 0, "", problem, hint),))


def _typed(merged: Merged, env: Mapping[str, str] | None) -> tuple[Inventory | None, list[Complaint]]:
    """The inventory, None where it can't be, and all that is wrong."""
    inventory: Inventory | None = None
    found: list[Complaint] = []
    try:
        inventory = Inventory.model_validate(merged.data, context={"env": env})
    except ValidationError as error:
        found += complaints(error, merged.data)
    if isinstance(merged.data, dict):
        wrong = check_references(merged.data, lambda path: "{}:{}".format(*merged.locate(path)))
        found += [Complaint(path, error.problem, error.hint) for path, error in wrong]
    if inventory is not None and not found:
        found += [*_profiles_that_clash(inventory), *misplaced(inventory)]
    return inventory, found


def _profiles_that_clash(inventory: Inventory) -> Iterator[Complaint]:
    """End points that can't be what their profile makes of them: told at the line or portal. And idle `see`."""
    lines = [
        (("sites", at, "internet", place), line, site)
        for at, site in enumerate(inventory.sites)
        for place, line in enumerate(site.internet)
    ]
    portals = [(("portals", place), portal, None) for place, portal in enumerate(inventory.portals)]
    services: list[tuple[document.Path, Line | Portal, Site | None]] = [*lines, *portals]
    for path, service, site in services:
        try:
            endpoints = inventory.endpoints_of(service, site)
        except ValidationError as error:
            for complaint in complaints(error, None):
                clash = message("It doesn't go together with its profile: {reason}", reason=complaint.problem)
                yield Complaint(path, clash, complaint.hint)
            continue
        ids = [(endpoint.probe, endpoint.id) for endpoint in endpoints if endpoint.id]
        if len(set(ids)) < len(ids):
            yield Complaint(
                path, message("Two end points of one probe have the same id, one of them the profile's.")
            )
        yield from idle_rules(path, service, endpoints)


def _at(merged: Merged, complaint: Complaint) -> InventoryError:
    file, line, column = merged.locate(complaint.path, of_key=complaint.of_key)
    where = merged.where(complaint.path)
    return InventoryError(file, line, column, where, complaint.problem, complaint.hint)


def _errors(found: Sequence[InventoryError], documents: Sequence[Document]) -> InventoryErrors:
    """In the order of files and lines, each once."""
    order = {each.file: place for place, each in enumerate(documents)}
    once = {(e.file, e.line, e.column, e.problem.text, repr(e.problem.values)): e for e in found}
    return InventoryErrors(
        tuple(sorted(once.values(), key=lambda e: (order.get(e.file, -1), e.line, e.column)))
    )


@contextmanager
def _no_collections() -> Iterator[None]:
    """Without cyclic garbage collection: building 200,000 live objects takes twice as long with it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
