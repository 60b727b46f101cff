"""`evidence keygen`, `evidence trust`, `evidence keys`: who signs, and whose signature counts."""

import json
from enum import StrEnum
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption, option
from kontum_netcheck.cli.shell import shell_of

KeyOption = Annotated[
    Path | None,
    option(
        "--key",
        metavar=_("FILE"),
        help=_("The operator's private key [operator.pem in the settings' folder]."),
    ),
]
TrustedOption = Annotated[
    Path | None,
    option(
        "--trusted",
        metavar=_("FILE"),
        help=_("The list of trusted keys [trusted_keys in the settings' folder]."),
    ),
]


class ListFormat(StrEnum):
    """How a list can be printed."""

    TABLE = "table"
    JSON = "json"


ListFormatOption = Annotated[ListFormat, option("--format", "-f", help=_("How to print."))]


def keygen(
    context: typer.Context,
    operator: Annotated[
        str, option("--operator", metavar=_("NAME"), help=_("Whose key it is: a person's full name."))
    ],
    key: KeyOption = None,
    lang: LangOption = None,
) -> None:
    """Make the operator's key. It is never overwritten: what it signed would lose its signer."""
    from kontum_netcheck.bundles.signing import new_signer
    from kontum_netcheck.cli.key_files import key_file, public_half, write_new_key
    from kontum_netcheck.model import message

    shell, file = shell_of(context), key_file(key)
    name = " ".join(operator.split())
    if not any(character.isalpha() for character in name) or not name.isprintable() or len(name) > 200:
        raise shell.stop(message("--operator: write the full name of the person who signs."))
    signer = new_signer(name)
    try:
        write_new_key(file, signer)
    except FileExistsError:
        raise shell.stop(
            message(
                "There is a key at {file} already, and it stays: what it has signed needs it. "
                "Its public half is in {public}.",
                file=str(file),
                public=str(public_half(file)),
            )
        ) from None
    shell.put(f"{signer.public.line}\n{signer.public.fingerprint}")
    shell.tell(
        message(
            "The key is in {file}: keep it to yourself. Send the first line to the province, and read the second "
            "one to them, so that they know that the first one is yours.",
            file=str(file),
        )
    )


def trust(
    context: typer.Context,
    key: Annotated[
        str, typer.Argument(metavar=_("KEY"), help=_("The line of a public key, or the file that holds it."))
    ],
    trusted: TrustedOption = None,
    lang: LangOption = None,
) -> None:
    """Add a key to the list of those whose bundles are taken."""
    from kontum_netcheck.bundles.refusal import Refused
    from kontum_netcheck.bundles.trust import read_trusted
    from kontum_netcheck.cli.key_files import add_trusted, public_key_or_stop, text_of, trusted_file
    from kontum_netcheck.model import message

    shell, file = shell_of(context), trusted_file(trusted)
    found = public_key_or_stop(shell, key)
    try:
        listed = read_trusted(text_of(file), str(file)) if file.exists() else ()
    except Refused as wrong:
        raise shell.stop(wrong.problem) from None
    except ValueError:
        raise shell.stop(message("{file} is no text in UTF-8.", file=str(file))) from None
    already = next((other for other in listed if other.raw == found.raw), None)
    if already is not None:
        shell.put_line(
            message("This key is on the list {file} already, as {name}.", file=str(file), name=already.name)
        )
        return
    add_trusted(file, found)
    shell.put_line(
        message(
            "{name}, {fingerprint}: bundles with this key are taken from now on. Have the owner read the "
            "fingerprint to you; if it is another one, delete the line from {file}.",
            name=found.name,
            fingerprint=found.fingerprint,
            file=str(file),
        )
    )


def keys(
    context: typer.Context,
    key: KeyOption = None,
    trusted: TrustedOption = None,
    format_name: ListFormatOption = ListFormat.TABLE,
    lang: LangOption = None,
) -> None:
    """Print the operator's own key and the trusted ones."""
    from kontum_netcheck.cli.evidence_view import plain_table
    from kontum_netcheck.cli.key_files import key_file, own_public_key, trusted_keys
    from kontum_netcheck.model import message

    shell = shell_of(context)
    own = own_public_key(key_file(key))
    listed = trusted_keys(shell, trusted, key_file(key))
    if format_name is ListFormat.JSON:
        rows = [
            {"name": k.name, "fingerprint": k.fingerprint, "key": k.line, "own": k == own} for k in listed
        ]
        document = {"format": "kontum-netcheck/keys", "version": 1, "keys": rows}
        shell.put(json.dumps(document, ensure_ascii=False, indent=2))
        return
    if not listed:
        shell.put_line(
            message("No key yet. Make your own with evidence keygen, add others' with evidence trust.")
        )
        return
    heads = (message("name"), message("fingerprint"), message("own key"))
    shell.put(plain_table(shell, heads, [(k.name, k.fingerprint, k == own) for k in listed]))
