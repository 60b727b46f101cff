"""What was asked of `serve`, read and checked; what can't be ends the program with one sentence."""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message
from kontum_netcheck.wording import system_words

if TYPE_CHECKING:
    from kontum_netcheck.serving import Limits

_LEAST_TOKEN_CHARACTERS = 16
_MOST_TOKEN_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key, ready for connections; and the names it is good for."""

    context: ssl.SSLContext
    certificate: Path
    key: Path | None
    names: tuple[str, ...]
    ends_at: datetime

    def reload(self) -> None:
        """Read both files again, for connections to come. Raises OSError and ssl.SSLError: then the old ones stay."""
        load_identity(self.certificate, self.key)  # so that half a pair is never taken
        self.context.load_cert_chain(self.certificate, self.key)


def load_identity(certificate: Path, key: Path | None) -> Identity:
    """Read certificate and key.

    Raises OSError where a file can't be read, ssl.SSLError and ValueError where it is not what it should be.
    """
    from cryptography import x509

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # An empty answer to OpenSSL's question for a passphrase: a server must not wait at a keyboard.
    context.load_cert_chain(certificate, key, password=lambda: b"")
    leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    try:
        alternatives = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(alternatives.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = ()
    usable = tuple(name for name in names if "*" not in name)
    return Identity(context, certificate, key, usable, leaf.not_valid_after_utc)


def tls_or_stop(shell: Shell, certificate: Path | None, key: Path | None) -> Identity | None:
    """The certificate that was named; None: none was."""
    if certificate is None:
        if key is not None:
            raise shell.stop(message("--key is of no use without --certificate."))
        return None
    named = ", ".join(str(file) for file in (certificate, key) if file is not None)
    try:
        identity = load_identity(certificate, key)
    except ssl.SSLError as fault:
        raise shell.stop(_not_a_pair(named, fault)) from None
    except OSError as fault:
        raise shell.stop(
            message(
                "The file {file} could not be read: {reason}.",
                file=str(fault.filename or named),
                reason=system_words(fault),
            )
        ) from None
    except ValueError:
        raise shell.stop(message("{files}: no certificate in PEM format.", files=named)) from None
    if identity.ends_at <= datetime.now(UTC):
        shell.tell(
            message("{files}: the certificate ended on {day}.", files=named, day=identity.ends_at.date())
        )
    return identity


def _not_a_pair(files: str, fault: ssl.SSLError) -> Message:
    if fault.reason == "KEY_VALUES_MISMATCH":
        return message("{files}: the key is not that of the certificate.", files=files)
    return message(
        "{files}: no certificate with its private key, both in PEM format and the key without a passphrase.",
        files=files,
    )


def token_or_stop(shell: Shell, variable: str | None, file: Path | None) -> str | None:
    """The token that clients must show; None: none is wanted. It never stands on a command line, which all can see."""
    if variable is None and file is None:
        return None
    if variable is not None and file is not None:
        raise shell.stop(message("Give --token-env or --token-file, not both."))
    if variable is not None:
        token = os.environ.get(variable, "")
        if not token:
            raise shell.stop(message("The environment variable {name} is not set.", name=variable))
        where = variable
    else:
        where = str(file)
        token = _first_line(shell, Path(where))
    if len(token) < _LEAST_TOKEN_CHARACTERS or not all("!" <= sign <= "~" for sign in token):
        raise shell.stop(
            message(
                "{where}: a token has at least {count} letters, digits and signs of ASCII, and no space.",
                where=where,
                count=_LEAST_TOKEN_CHARACTERS,
            )
        )
    return token


def _first_line(shell: Shell, file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_TOKEN_BYTES).partition(b"\n")[0].decode("utf-8", "replace").strip()
    except OSError as fault:
        raise shell.stop(
            message(
                "The file {file} could not be read: {reason}.", file=str(file), reason=system_words(fault)
            )
        ) from None


def limits_or_stop(
    shell: Shell,
    *,
    bytes_per_hour: str,
    tests_per_hour: int,
    clients: int,
    connections: int,
    connections_per_client: int,
    transfer_s: float,
) -> "Limits":
    """The limits that were typed, within what the system lets us open."""
    from kontum_netcheck.cli.open_files import most_open_sockets
    from kontum_netcheck.serving import Limits

    possible = most_open_sockets() // 2  # as many again may be told that there is no room
    if connections > possible:
        shell.tell(
            message(
                "The system lets this program open too few files for {wanted} connections; it takes {possible}.",
                wanted=connections,
                possible=possible,
            )
        )
    return Limits(
        bytes_per_hour=_size_or_stop(shell, bytes_per_hour),
        tests_per_hour=tests_per_hour,
        clients_at_once=clients,
        connections=min(connections, possible),
        connections_per_client=connections_per_client,
        transfer_s=transfer_s,
    )


def _size_or_stop(shell: Shell, text: str) -> int:
    from pydantic import ByteSize, TypeAdapter, ValidationError

    try:
        size = int(TypeAdapter(ByteSize).validate_python(text))
    except ValidationError:
        size = 0
    if size <= 0:
        problem = message("“{value}” is not a size.", value=text)
        hint = message("Write it as in 500kB, 25MB.")
        raise shell.stop(message("--max-bytes-per-hour: {problem} {hint}", problem=problem, hint=hint))
    return size
