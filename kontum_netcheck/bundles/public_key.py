"""Public keys of operators, written as SSH writes them: `ssh-ed25519 BASE64 NAME`.

So `ssh-keygen -l -f FILE` shows the same fingerprints as this program does.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from kontum_netcheck.model import WrongValue, message

ALGORITHM = "ssh-ed25519"
_HEAD = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"  # RFC 8709, 4: two strings, each after its length
_KEY_BYTES = 32
_LONGEST = 1000
_PRIVATE = "PRIVATE KEY-----"  # RFC 7468; OpenSSH's own form ends so too


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key (RFC 8032) and whose it is said to be."""

    raw: bytes  # 32 bytes
    name: str = ""

    @property
    def base64(self) -> str:
        """The key as it stands in a line."""
        return base64.b64encode(_HEAD + self.raw).decode()

    @property
    def line(self) -> str:
        """The line that others add to their list of trusted keys."""
        return f"{ALGORITHM} {self.base64} {self.name}".rstrip()

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and 43 characters, to be compared by voice or from paper."""
        digest = hashlib.sha256(_HEAD + self.raw).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def public_key(line: str) -> PublicKey:
    """The key in a line `ssh-ed25519 BASE64 NAME`. Raises WrongValue for any other text."""
    if _PRIVATE in line:
        raise WrongValue(
            message(
                "This is a private key: show it to nobody, and give its public half, the file ending in .pub."
            )
        )
    algorithm, _, rest = line.strip().partition(" ")
    encoded, _, name = rest.strip().partition(" ")
    if len(line) > _LONGEST or algorithm != ALGORITHM:
        raise WrongValue(message("A key is written as: ssh-ed25519 AAAA… NAME."))
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if len(blob) != len(_HEAD) + _KEY_BYTES or not blob.startswith(_HEAD):
        raise WrongValue(message("The key after ssh-ed25519 is not whole; copy the line again."))
    return PublicKey(blob[len(_HEAD) :], name.strip())
