"""Reads the certificate that a server showed: the server's word, so bounded, and maybe garbage."""

import ipaddress
from collections.abc import Iterable

from kontum_netcheck.net.http.exchange import Certificate

_TEXT_MAX_CHARACTERS = 300
_NAMES_MAX_COUNT = 100


def read_certificate(pem: bytes, host: str) -> Certificate | None:
    """The first certificate in `pem`, compared with `host` (ASCII name or address); None if unreadable."""
    from cryptography import x509

    try:
        parsed = x509.load_pem_x509_certificate(pem)
        names = tuple(_names(parsed))
        return Certificate(
            subject=parsed.subject.rfc4514_string()[:_TEXT_MAX_CHARACTERS],
            issuer=parsed.issuer.rfc4514_string()[:_TEXT_MAX_CHARACTERS],
            names=tuple(name[:_TEXT_MAX_CHARACTERS] for name in names[:_NAMES_MAX_COUNT]),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            self_signed=parsed.subject == parsed.issuer,
            host_matches=any(matches(name, host) for name in names),
        )
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _names(certificate: object) -> Iterable[str]:
    """Its subject alternative names. The common name doesn't count (RFC 9110, section 4.3.4)."""
    from cryptography import x509

    assert isinstance(certificate, x509.Certificate)
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return
    yield from extension.value.get_values_for_type(x509.DNSName)
    yield from map(str, extension.value.get_values_for_type(x509.IPAddress))


def matches(name: str, host: str) -> bool:
    """Whether a certificate's name stands for `host`: equal, or `*.` for a label (RFC 9525, section 6.3)."""
    name, host = name.lower().removesuffix("."), host.lower().removesuffix(".")
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(host)
    except ValueError:
        first_label, _, rest = host.partition(".")
        return name == host or (
            name.startswith("*.") and bool(first_label) and rest == name[2:] and "." in rest
        )
