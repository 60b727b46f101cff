"""Where an operator's key and the list of trusted keys lie, and how they are read and written."""

import contextlib
import os
from pathlib import Path

from kontum_netcheck.bundles.public_key import PublicKey, public_key
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.bundles.signing import Signer, load_signer
from kontum_netcheck.bundles.trust import HEAD, read_trusted
from kontum_netcheck.cli.output import write_whole
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import WrongValue, message

_MOST_BYTES = 1 << 20
_PASSPHRASE = "KONTUM_NETCHECK_KEY_PASSPHRASE"


def config_folder() -> Path:
    """The user's folder for settings of this program."""
    import platformdirs

    return platformdirs.user_config_path("kontum-netcheck", appauthor=False)


def key_file(typed: Path | None) -> Path:
    """The operator's private key; its public half lies beside it, in a file ending in .pub."""
    return typed or config_folder() / "operator.pem"


def public_half(file: Path) -> Path:
    """The file with the line for other people's lists."""
    return file.with_name(file.name + ".pub")


def trusted_file(typed: Path | None) -> Path:
    """The list of keys whose bundles are taken."""
    return typed or config_folder() / "trusted_keys"


def passphrase() -> bytes | None:
    """The passphrase of the key, from the environment only: a command line is seen by everybody on the machine."""
    return os.environ.get(_PASSPHRASE, "").encode() or None


def own_public_key(file: Path) -> PublicKey | None:
    """The public half of the operator's key; None where there is none that can be read."""
    try:
        return public_key(text_of(public_half(file)))
    except (OSError, WrongValue, ValueError):
        return None


def public_key_or_stop(shell: Shell, typed: str) -> PublicKey:
    """The key in the line that was typed, or in the file of that name; any other ends the program. Raises OSError."""
    is_line = typed.startswith("ssh-")
    try:
        found = public_key(typed if is_line else text_of(Path(typed)))
        if not found.name:
            raise WrongValue(message("The key has no name: write whose it is after it."))
    except WrongValue as wrong:
        if is_line:
            raise shell.stop(wrong.problem) from None
        raise shell.stop(message("{where}: {problem}", where=typed, problem=wrong.problem)) from None
    except ValueError:
        raise shell.stop(message("{file} is no text in UTF-8.", file=typed)) from None
    return found


def signer_or_stop(shell: Shell, file: Path) -> Signer:
    """The operator's key; where there is none, or it can't be used, the program ends with how to get one."""
    if not file.exists():
        raise shell.stop(
            message(
                "There is no key to sign with at {file}. Make one: kontum-netcheck evidence keygen --operator NAME; "
                "or export without a signature: --unsigned.",
                file=str(file),
            )
        )
    own = own_public_key(file)
    try:
        return load_signer(text_of(file).encode(), own.name if own else "", passphrase())
    except (Refused, ValueError) as fault:
        problem = fault.problem if isinstance(fault, Refused) else message("This is no private key in PEM.")
        raise shell.stop(message("{where}: {problem}", where=str(file), problem=problem)) from None


def trusted_keys(shell: Shell, typed: Path | None, own: Path) -> tuple[PublicKey, ...]:
    """The keys on the list, and our own; a list that was named and isn't there, or isn't right, ends the program."""
    file = trusted_file(typed)
    keys: tuple[PublicKey, ...] = ()
    try:
        if typed is not None or file.exists():
            keys = read_trusted(text_of(file), str(file))
    except Refused as refused:
        raise shell.stop(refused.problem) from None
    except ValueError:
        raise shell.stop(message("{file} is no text in UTF-8.", file=str(file))) from None
    mine = own_public_key(own)
    return (*keys, mine) if mine else keys


def add_trusted(file: Path, key: PublicKey) -> None:
    """Add a line at the end of the list, which is made where there is none; all else in it stays."""
    before = text_of(file) if file.exists() else HEAD
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, before + ("" if before.endswith("\n") else "\n") + key.line + "\n")


def write_new_key(file: Path, signer: Signer) -> None:
    """Write both halves; the private one for its owner's eyes only. Raises FileExistsError, OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(signer.pem(passphrase()))
            out.flush()
            os.fsync(out.fileno())
        write_whole(public_half(file), signer.public.line + "\n")
    except BaseException:
        with contextlib.suppress(OSError):
            file.unlink()
        raise


def text_of(file: Path) -> str:
    """A small text. Raises OSError, ValueError (not UTF-8, too large)."""
    with file.open("rb") as source:
        data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(f"{file} is too large")
    return data.decode("utf-8")
