"""`evidence export`: a part of the store as one signed file."""

import hashlib
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.evidence_keys import KeyOption
from kontum_netcheck.cli.options import (
    DistrictOption,
    InventoryArgument,
    LangOption,
    OperatorOption,
    SiteOption,
    StoreOption,
    VantageOption,
    option,
)
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.bundles.contents import Contents
    from kontum_netcheck.bundles.signing import Signer
    from kontum_netcheck.cli.evidence_selected import Part
    from kontum_netcheck.store.store import Store

SUFFIX = ".knc.zip"


BundleOption = Annotated[
    Path | None,
    option("-o", "--output", metavar=_("FILE"), help=_("The file to write, ending in .knc.zip.")),
]
SinceOption = Annotated[
    str | None,
    option("--since", metavar=_("TIME"), help=_("Only what was observed since: 7d, a day, a time.")),
]
RunOption = Annotated[
    list[str] | None,
    option("--run", metavar=_("ID"), help=_("Only this run, by the beginning of its id; repeatable.")),
]
WithFilesOption = Annotated[
    Path | None,
    option(
        "--with-files",
        metavar=_("FOLDER"),
        help=_("Take photos and files along, found here by their hash."),
    ),
]
UnsignedOption = Annotated[bool, option("--unsigned", help=_("Without a signature."))]


def export(
    context: typer.Context,
    inventory: InventoryArgument = None,
    output: BundleOption = None,
    since: SinceOption = None,
    district: DistrictOption = None,
    site: SiteOption = None,
    run: RunOption = None,
    with_files: WithFilesOption = None,
    unsigned: UnsignedOption = False,
    key: KeyOption = None,
    operator: OperatorOption = None,
    vantage: VantageOption = None,
    store: StoreOption = None,
    lang: LangOption = None,
) -> None:
    """Write a bundle."""
    from kontum_netcheck.bundles.refusal import Refused
    from kontum_netcheck.cli.evidence_selected import Narrowing, selected_or_stop
    from kontum_netcheck.cli.key_files import key_file, signer_or_stop
    from kontum_netcheck.cli.output import check_writable
    from kontum_netcheck.cli.store import open_store_or_stop, store_or_stop
    from kontum_netcheck.cli.wanted import operator_or_default, vantage_or_default
    from kontum_netcheck.model import message

    shell, now = shell_of(context), datetime.now(UTC)
    if output is None or not output.name.endswith(SUFFIX):
        raise shell.stop(message("-o: name the bundle to write, ending in {suffix}.", suffix=SUFFIX))
    problem = check_writable(output)
    if problem is not None:
        raise shell.stop(problem)
    signer = None if unsigned else signer_or_stop(shell, key_file(key))
    claims = {
        "operator": operator or (signer.name if signer else "") or operator_or_default(None),
        "vantage": vantage_or_default(vantage),
    }
    narrowing = Narrowing(since, tuple(district or ()), tuple(site or ()), tuple(run or ()))
    with store_or_stop(shell), open_store_or_stop(shell, store, writable=False) as kept:
        part = selected_or_stop(shell, kept, inventory, narrowing, now)
        try:
            _write(shell, kept, part, output, signer, with_files, now, claims)
        except Refused as refused:
            raise shell.stop(refused.problem) from None


def _write(
    shell: Shell,
    kept: "Store",
    part: "Part",
    output: Path,
    signer: "Signer | None",
    folder: Path | None,
    now: datetime,
    claims: Mapping[str, str],
) -> None:
    from kontum_netcheck import __version__
    from kontum_netcheck.bundles.contents import Contents
    from kontum_netcheck.bundles.writing import write_bundle
    from kontum_netcheck.cli.output import whole
    from kontum_netcheck.model import message

    contents = Contents(now)
    with whole(output) as out:
        manifest = write_bundle(
            out,
            contents.counting(kept.entries(part.selected)),
            signer,
            now=now,
            attachments=_attachments(shell, folder, contents),
            tool_version=__version__,
            selection=part.words,
            **claims,
        )
        if not contents.counts:
            raise shell.stop(message("The store has nothing of what is selected; no bundle was written."))
    _tell_written(shell, output, contents, manifest.attachments_count, signer)


def _tell_written(
    shell: Shell, output: Path, contents: "Contents", files_count: int, signer: "Signer | None"
) -> None:
    from kontum_netcheck.model import message

    shell.put_line(
        message(
            "{file} is written: observations: {observations}, runs: {runs}, attached files: {files}, {kilobytes} kB.",
            file=str(output),
            observations=contents.counts["observation"],
            runs=contents.counts["run"],
            files=files_count,
            kilobytes=math.ceil(output.stat().st_size / 1000),
        )
    )
    shell.put_line(
        message("Signed by {name}, {fingerprint}.", name=signer.name, fingerprint=signer.public.fingerprint)
        if signer
        else message("It is not signed: whoever takes it in must say --accept-unsigned.")
    )


def _attachments(shell: Shell, folder: Path | None, contents: "Contents") -> Iterator[tuple[str, bytes]]:
    """The files that the exported evidence names, where they lie in `folder`; what isn't there is told."""
    from kontum_netcheck.bundles.limits import FILE_BYTES
    from kontum_netcheck.model import message

    if folder is None:
        return
    found: dict[str, Path] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.stat().st_size <= FILE_BYTES:
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            found.setdefault(sha256, file)
    for sha256, name in sorted(contents.attached.items()):
        content = found[sha256].read_bytes() if sha256 in found else b""
        if hashlib.sha256(content).hexdigest() == sha256:
            yield sha256, content
        else:
            shell.tell(
                message("{name} is not in {folder}: it doesn't come along.", name=name, folder=str(folder))
            )
