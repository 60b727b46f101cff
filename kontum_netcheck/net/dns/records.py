"""The data of a record as people type it, as `dig +short` prints it."""

import socket

from kontum_netcheck.net.dns.message import BadMessage, Message, Record, read_name

_A, _AAAA, _TXT, _SPF, _HIP = 1, 28, 16, 99, 55

# Types whose names may be compressed (RFC 1035; SRV by old servers): bytes before the names, names, bytes after.
_WITH_NAMES = {
    2: (0, 1, 0),  # NS
    5: (0, 1, 0),  # CNAME
    6: (0, 2, 20),  # SOA
    12: (0, 1, 0),  # PTR
    15: (2, 1, 0),  # MX
    33: (6, 1, 0),  # SRV
}


def text_of(message: Message, record: Record) -> str:
    """The record's data; TXT without its quotes. What isn't printable stays as it is, for the reports to escape.

    Raises BadMessage where the data is none of that type.
    """
    data = message.wire[record.start : record.start + record.length]
    if record.rdtype == _A and record.length == 4:
        return socket.inet_ntop(socket.AF_INET, data)
    if record.rdtype == _AAAA and record.length == 16:
        return socket.inet_ntop(socket.AF_INET6, data)
    if record.rdtype in (_TXT, _SPF):
        return _joined(data).decode("utf-8", "backslashreplace")
    if record.rdtype in _WITH_NAMES:
        data = _uncompressed(message.wire, record)
    return _by_dnspython(data, record.rdtype)


def target_of(message: Message, alias: Record) -> bytes:
    """The name that a CNAME leads to, in lower case. Raises BadMessage."""
    return _uncompressed(message.wire, alias).lower()


def _joined(data: bytes) -> bytes:
    """The strings of a TXT record, one after the other."""
    strings, at = [], 0
    while at < len(data):
        end = at + 1 + data[at]
        strings.append(data[at + 1 : end])
        at = end
    if at > len(data):
        raise BadMessage("a string that breaks off")
    return b"".join(strings)


def _uncompressed(wire: bytes, record: Record) -> bytes:
    """The data with its names written out."""
    before, name_count, after = _WITH_NAMES[record.rdtype]
    at, end = record.start + before, record.start + record.length
    parts = [wire[record.start : at]]
    try:
        for _ in range(name_count):
            name, at = read_name(wire, at)
            parts.append(name)
    except IndexError:
        raise BadMessage("a name that breaks off") from None
    if at + after != end:
        raise BadMessage("data longer or shorter than it says")
    return b"".join((*parts, wire[at:end]))


def _by_dnspython(data: bytes, rdtype: int) -> str:
    """In the presentation format of its type. There is no pointer out of the data, so that reading it ends soon."""
    import dns.exception
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype

    known_type = dns.rdatatype.RdataType.make(rdtype)
    if rdtype == _HIP:  # any number of names, each of any number of pointers
        return dns.rdata.GenericRdata(dns.rdataclass.IN, known_type, data).to_text()
    try:
        return dns.rdata.from_wire(dns.rdataclass.IN, known_type, data, 0, len(data)).to_text()
    except (dns.exception.DNSException, ValueError) as error:
        raise BadMessage(f"{type(error).__name__}: {error}") from error
