"""Where this machine keeps the certificate authorities that it trusts."""

import os
import sys
from pathlib import Path

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS, BSD
)


def system_bundle() -> Path | None:
    """The file of authorities, PEM; None where the system keeps none in a file.

    $SSL_CERT_FILE wins, as it does for OpenSSL itself.
    """
    named = os.environ.get("SSL_CERT_FILE")
    candidates = (named, *_BUNDLES) if named else _BUNDLES
    return next((Path(candidate) for candidate in candidates if Path(candidate).is_file()), None)


def keeps_a_store() -> bool:
    """Whether the authorities stand in the system's own store (Windows), which libcurl reads by itself."""
    return sys.platform == "win32"
