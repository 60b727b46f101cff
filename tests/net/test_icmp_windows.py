"""The structures of ipexport.h, whose sizes decide where Windows writes."""

import ctypes
import socket

import pytest

from kontum_netcheck.net.icmp.windows_layouts import (
    AddressV6,
    EchoReply,
    EchoReplyV6,
    OptionInformation,
    SocketAddressV6,
    socket_address_v6,
)


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes are those of 64-bit processes")
@pytest.mark.parametrize(
    ("structure", "size_bytes"),
    [(OptionInformation, 16), (EchoReply, 40), (AddressV6, 26), (EchoReplyV6, 36), (SocketAddressV6, 28)],
)
def test_sizes_are_those_of_windows(structure: type[ctypes.Structure], size_bytes: int) -> None:
    assert ctypes.sizeof(structure) == size_bytes


def test_the_status_stands_where_windows_writes_it() -> None:
    assert (EchoReply.status.offset, EchoReply.data.offset, EchoReplyV6.status.offset) == (4, 16, 28)


def test_an_ipv6_address_becomes_a_socket_address() -> None:
    address = socket_address_v6("fe80::1%7")
    assert address.family == 23
    assert bytes(address.address) == socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert address.scope_id == 7
