"""Who a client is, for the limits and the log."""

import ipaddress


def plain_address(address: str) -> str:
    """The address as people write it: `::ffff:192.0.2.1`, which a dual-stack socket tells, is 192.0.2.1."""
    host = address.partition("%")[0]
    parsed = ipaddress.ip_address(host)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(parsed)


def client_of(address: str) -> str:
    """Whom the limits count as one: an IPv4 address, or an IPv6 /64, of which every customer has at least one.

    Source of the /64: RFC 6177, RFC 7934.
    """
    plain = plain_address(address)
    if ":" not in plain:
        return plain
    return str(ipaddress.ip_network((plain, 64), strict=False))


def is_loopback(address: str) -> bool:
    """Whether it is this machine itself."""
    return ipaddress.ip_address(plain_address(address)).is_loopback
