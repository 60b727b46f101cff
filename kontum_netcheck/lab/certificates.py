"""A certificate authority of the lab's own, and certificates with known faults. Made anew at every start."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_DAY = timedelta(days=1)
_OTHER_HOST = "another-host.example"


class CertificateKind(StrEnum):
    """What is right or wrong with a server's certificate."""

    GOOD = "good"  # 90 days
    EXPIRING = "expiring"  # in 12 days
    EXPIRED = "expired"  # 3 days ago
    NOT_YET_VALID = "not_yet_valid"  # in 3 days
    WRONG_HOST = "wrong_host"
    SELF_SIGNED = "self_signed"


_VALID_DAYS = {  # from, to, counted from today
    CertificateKind.EXPIRING: (-78, 12),
    CertificateKind.EXPIRED: (-93, -3),
    CertificateKind.NOT_YET_VALID: (3, 93),
}


class CertificateAuthority:
    """Issues certificates into `folder`; whoever trusts `path` trusts them. One key serves all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contexts: dict[tuple[str, CertificateKind], ssl.SSLContext] = {}
        self.path = folder / "lab-ca.pem"
        self.path.write_bytes(_pem(self._certificate))

    def context(self, host: str, kind: CertificateKind = CertificateKind.GOOD) -> ssl.SSLContext:
        """What a server of that host needs to show such a certificate; made once."""
        if (host, kind) not in self._contexts:
            self._contexts[host, kind] = self._make_context(host, kind)
        return self._contexts[host, kind]

    def _make_context(self, host: str, kind: CertificateKind) -> ssl.SSLContext:
        from cryptography.hazmat.primitives import serialization

        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self._folder / f"{len(self._contexts)}.pem"
        file.write_bytes(key + _pem(self._leaf(host, kind)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    @cached_property
    def _key(self) -> "EllipticCurvePrivateKey":
        from cryptography.hazmat.primitives.asymmetric import ec

        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def _certificate(self) -> "x509.Certificate":
        from cryptography import x509

        name = _name("Lab certificate authority")
        builder = self._builder(name, name, -365, 365)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return self._signed(builder)

    def _leaf(self, host: str, kind: CertificateKind) -> "x509.Certificate":
        from cryptography import x509

        is_own = kind is CertificateKind.SELF_SIGNED
        shown_host = _OTHER_HOST if kind is CertificateKind.WRONG_HOST else host
        subject = _name(shown_host)
        issuer = subject if is_own else self._certificate.subject
        builder = self._builder(subject, issuer, *_VALID_DAYS.get(kind, (-1, 90)))
        names = x509.SubjectAlternativeName([_general_name(shown_host)])
        return self._signed(builder.add_extension(names, critical=False))

    def _builder(
        self, subject: "x509.Name", issuer: "x509.Name", from_days: int, to_days: int
    ) -> "x509.CertificateBuilder":
        from cryptography import x509

        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + from_days * _DAY)
            .not_valid_after(now + to_days * _DAY + timedelta(hours=1))
        )

    def _signed(self, builder: "x509.CertificateBuilder") -> "x509.Certificate":
        from cryptography.hazmat.primitives import hashes

        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate: "x509.Certificate") -> bytes:
    from cryptography.hazmat.primitives import serialization

    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(common_name: str) -> "x509.Name":
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name[:64])])


def _general_name(host: str) -> "x509.GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
