"""`export`: the inventory for other programs. `export blackbox`: for a Prometheus with blackbox_exporter."""

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.options import (
    CarrierOption,
    DistrictOption,
    InventoryArgument,
    LangOption,
    ProbeOption,
    SiteOption,
    SkipOption,
    option,
)
from kontum_netcheck.cli.record_template import record_template
from kontum_netcheck.cli.shell import Shell, shell_of

if TYPE_CHECKING:
    from kontum_netcheck.model import Message

_SHOWN_COUNT = 3

FolderOption = Annotated[
    Path,
    option("-o", "--output", metavar=_("FOLDER"), help=_("Write the files there; it is made if need be.")),
]

export = group(_("Give the inventory, or the record's template, to other programs."))


def blackbox(
    context: typer.Context,
    inventory: InventoryArgument = None,
    output: FolderOption = Path("blackbox"),
    district: DistrictOption = None,
    site: SiteOption = None,
    carrier: CarrierOption = None,
    probe: ProbeOption = None,
    skip: SkipOption = None,
    lang: LangOption = None,
) -> None:
    """Write modules, targets and alerts, so that an existing Prometheus asks the same questions. Sends nothing."""
    from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
    from kontum_netcheck.cli.output import write_whole
    from kontum_netcheck.model import message
    from kontum_netcheck.plan import plan
    from kontum_netcheck.report.blackbox.exported import export as exported_of
    from kontum_netcheck.report.blackbox.files import files

    shell = shell_of(context)
    loaded = load_or_stop(shell, inventory)
    selection = select_or_stop(
        shell, loaded.inventory, district=district, site=site, carrier=carrier, probe=probe, skip=skip
    )
    exported = exported_of(loaded.inventory, plan(loaded.inventory, selection).checks)
    if not exported.targets:
        _tell(shell, message("Left out"), exported.left_out)
        raise shell.stop(message("blackbox_exporter can ask nothing of what is selected."))
    folder = _folder_or_stop(shell, output)
    written = files(exported)
    for name, content in written.items():
        write_whole(folder / name, content)
    shell.put_line(
        message(
            "{folder}: {targets} targets with {modules} modules, in {files}.",
            folder=str(folder),
            targets=len(exported.targets),
            modules=len(exported.modules),
            files=tuple(written),
        )
    )
    _tell(shell, message("Left out"), exported.left_out)
    _tell(shell, message("Asked less strictly"), exported.weaker)


def _folder_or_stop(shell: Shell, folder: Path) -> Path:
    from kontum_netcheck.cli.output import check_writable
    from kontum_netcheck.model import message

    if folder.exists() and not folder.is_dir():
        raise shell.stop(message("{file} is no folder; give the name of one.", file=str(folder)))
    problem = check_writable(folder / "targets.json") if folder.is_dir() else check_writable(folder)
    if problem is not None:
        raise shell.stop(problem)
    folder.mkdir(exist_ok=True)
    return folder


def _tell(shell: Shell, head: "Message", found: "list[tuple[str, Message]]") -> None:
    """A line a reason, with how many checks it holds for and the first of them."""
    from kontum_netcheck.model import message

    by_reason: dict[str, list[str]] = {}
    for check_id, reason in found:
        by_reason.setdefault(shell.language.say(reason), []).append(check_id)
    for text, ids in by_reason.items():
        more = ("…",) if len(ids) > _SHOWN_COUNT else ()
        shell.tell(
            message(
                "{head}: {count} ({ids}): {reason}",
                head=head,
                count=len(ids),
                ids=(*ids[:_SHOWN_COUNT], *more),
                reason=text,
            )
        )


@export.callback(invoke_without_command=True)
def _help_alone(context: typer.Context, lang: LangOption = None) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


add(
    export,
    record_template,
    _("Write the template of the official record, to be edited in Word."),
    ("export record-template", "export record-template mau.docx --lang en"),
    name="record-template",
)
add(
    export,
    blackbox,
    _("Write modules, targets and alerts for blackbox_exporter."),
    ("export blackbox", "export blackbox sites.yaml -o /etc/prometheus/kontum --carrier vnpt"),
)
