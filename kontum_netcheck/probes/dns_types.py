"""The names and record types that can be asked for, as people type them."""

import re

from kontum_netcheck.model import WrongValue, message

# fmt: off
_USUAL_TYPES = frozenset({
    "A", "AAAA", "CAA", "CNAME", "DNSKEY", "DS", "HTTPS", "MX",
    "NAPTR", "NS", "PTR", "SOA", "SRV", "SVCB", "TLSA", "TXT",
})
# fmt: on


def check_name(text: str) -> str:
    """The name as typed. Raises WrongValue where no server could be asked for it."""
    labels = text.removesuffix(".").split(".") if text != "." else []
    if not text.isprintable() or " " in text or any(not 0 < len(label) <= 63 for label in labels):
        raise WrongValue(message("“{value}” is not a DNS name.", value=text))
    return text


def check_type(text: str) -> str:
    """The type in capitals. Raises WrongValue where there is no such record type."""
    rdtype = text.upper()
    if rdtype not in _USUAL_TYPES and not _is_rare_type(rdtype):
        raise WrongValue(
            message("“{value}” is not a DNS record type.", value=text),
            message("Write A, AAAA, MX, TXT or another type."),
        )
    return rdtype


def _is_rare_type(rdtype: str) -> bool:
    """Asks dnspython, whose import a usual type need not pay for."""
    if not re.fullmatch(r"[A-Z][A-Z0-9-]{0,15}", rdtype):
        return False
    import dns.exception
    import dns.rdatatype

    try:
        return not dns.rdatatype.is_metatype(dns.rdatatype.from_text(rdtype))
    except (dns.exception.DNSException, ValueError):
        return False
