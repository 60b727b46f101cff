"""Ed25519 (RFC 8032): making an operator's key, signing, checking a signature."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.bundles.public_key import PublicKey
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.model import message

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and its public half; the private half is never shown."""

    _private: "Ed25519PrivateKey"
    name: str

    @property
    def public(self) -> PublicKey:
        """What others need to check our signatures."""
        return PublicKey(self._private.public_key().public_bytes_raw(), self.name)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature; the same data gives the same."""
        return self._private.sign(data)

    def pem(self, passphrase: bytes | None = None) -> bytes:
        """The private key as PKCS #8 in PEM, encrypted if there is a passphrase."""
        from cryptography.hazmat.primitives import serialization as form

        secret = form.BestAvailableEncryption(passphrase) if passphrase else form.NoEncryption()
        return self._private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, secret)


def new_signer(name: str) -> Signer:
    """A new key, from the system's random numbers."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Signer(Ed25519PrivateKey.generate(), name)


def load_signer(pem: bytes, name: str, passphrase: bytes | None = None) -> Signer:
    """The key in a PEM file. Raises Refused where it is none, not Ed25519, or the passphrase is not its own."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    encrypted = b"ENCRYPTED" in pem
    if encrypted and not passphrase:
        raise Refused(
            message("The key has a passphrase: put it into KONTUM_NETCHECK_KEY_PASSPHRASE for this command.")
        )
    try:
        private = load_pem_private_key(pem, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if encrypted:
            raise Refused(
                message("The passphrase in KONTUM_NETCHECK_KEY_PASSPHRASE is not the key's.")
            ) from None
        raise Refused(message("This is no private key in PEM.")) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Refused(message("This key is not of the kind Ed25519; make one: evidence keygen."))
    return Signer(private, name)


def is_signed_by(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` was made with the private half of `key`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
