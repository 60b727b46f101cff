"""Addresses as the socket calls want them."""

import socket
from typing import NamedTuple

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort, address_of


class SockAddr(NamedTuple):
    """An address family and the tuple that `connect` and `sendto` take; nothing is left to look up."""

    family: socket.AddressFamily
    sockaddr: tuple[object, ...]


def sockaddr_of(address: str, port: int) -> SockAddr:
    """From an IP address, whose scope id may be an interface's name or number, and a port.

    Raises CannotMeasure where this machine has no such interface, or a link-local address names none.
    """
    parsed = address_of(address)
    if parsed is None:
        raise ValueError(f"{HostPort(address, port)}: not an IP address")
    if parsed.version == 4:
        return SockAddr(socket.AF_INET, (str(parsed), port))
    host, _, scope = str(parsed).partition("%")
    if parsed.is_link_local and not scope:
        detail = f"{host} is link-local: without its interface, as in {host}%eth0, nobody knows where to send"
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, detail))
    return SockAddr(socket.AF_INET6, (host, port, 0, _scope_id(scope)))


def _scope_id(scope: str) -> int:
    if not scope or scope.isdecimal():
        return int(scope or 0)
    try:
        return socket.if_nametoindex(scope)
    except OSError as error:
        failure = Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, f"there is no network interface {scope}")
        raise CannotMeasure(failure) from error


def source_sockaddr(source_address: str, family: socket.AddressFamily) -> tuple[object, ...]:
    """What to bind to.

    Raises CannotMeasure where the source is of the other family: it cannot reach the target.
    """
    source = sockaddr_of(source_address, 0)
    if source.family != family:
        target = "IPv4" if family == socket.AF_INET else "IPv6"
        detail = f"{source_address} cannot be the source on the way to an {target} address"
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, detail))
    return source.sockaddr
