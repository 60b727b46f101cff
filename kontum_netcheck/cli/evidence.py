"""`evidence`: what is kept, brought from one machine to another as bundles; merging them is a union of sets."""

from gettext import gettext as _

import typer

from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.evidence_export import export
from kontum_netcheck.cli.evidence_import import import_, verify
from kontum_netcheck.cli.evidence_keys import keygen, keys, trust
from kontum_netcheck.cli.evidence_prune import prune
from kontum_netcheck.cli.evidence_speed import take_speed
from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.shell import shell_of

evidence = group(_("Carry evidence from machine to machine."))

_COMMANDS = (
    (
        keygen,
        "keygen",
        _("Make your own key to sign with."),
        ('evidence keygen --operator "Nguyễn Văn An"',),
    ),
    (
        export,
        "export",
        _("Write evidence into one signed file."),
        (
            "evidence export -o dak-glei.knc.zip",
            "evidence export -o today.knc.zip --since 12h",
            "evidence export -o 610.knc.zip --district 610 --with-files photos",
        ),
    ),
    (
        verify,
        "verify",
        _("Look at bundles; keep nothing."),
        ("evidence verify *.knc.zip", "evidence verify dak-glei.knc.zip --format json"),
    ),
    (
        import_,
        "import",
        _("Take bundles into the store."),
        (
            "evidence import *.knc.zip",
            "evidence import dak-glei.knc.zip --accept-key SHA256:…",
        ),
    ),
    (
        trust,
        "trust",
        _("Add a key to those whose bundles are taken."),
        ("evidence trust operator.pem.pub", 'evidence trust "ssh-ed25519 AAAA… Nguyễn Văn An"'),
    ),
    (keys, "keys", _("List your own key and the trusted ones."), ("evidence keys",)),
    (
        take_speed,
        "take-speed",
        _("Take over what another speed test measured."),
        (
            "evidence take-speed thpt-kon-tum ftth result.json",
            'evidence take-speed thpt-kon-tum ftth i-speed.csv --operator "Nguyễn Văn An"',
        ),
    ),
    (
        prune,
        "prune",
        _("Remove evidence older than must be kept."),
        ("evidence prune --older-than 6y",),
    ),
)


@evidence.callback(invoke_without_command=True)
def _help_alone(context: typer.Context, lang: LangOption = None) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


for _function, _name, _help, _examples in _COMMANDS:
    add(evidence, _function, _help, _examples, _name)
