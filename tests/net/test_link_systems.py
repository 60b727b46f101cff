"""What each operating system says of its routes and interfaces, read from samples of what it really says."""

import ctypes
import ipaddress
import socket
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.link import DefaultRoute, Interface, linux, macos, posix, windows
from kontum_netcheck.net.link.local import local_facts, system_resolvers

little_endian = pytest.mark.skipif(
    sys.byteorder == "big", reason="the sample is from a little-endian machine"
)

PROC_NET_ROUTE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlp3s0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
enp2s0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
enp2s0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""

PROC_NET_IPV6_ROUTE = """\
fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000020c29fffe9b1f01 00000064 00000002 00000000 00450003     eth0
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000003 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
"""  # noqa: E501

ROUTE_N_GET = """\
   route to: default
destination: default
       mask: default
    gateway: 192.168.1.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING,GLOBAL>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0
"""

ROUTE_N_GET_INET6 = """\
   route to: default
destination: default
       mask: default
    gateway: fe80::1%en0
  interface: en0
      flags: <UP,GATEWAY,DONE,PRCLONING,GLOBAL>
"""

ROUTE_N_GET_TUNNEL = """\
   route to: default
destination: default
    gateway: link#18
  interface: utun4
      flags: <UP,DONE,CLONING,STATIC,GLOBAL>
"""


@little_endian
def test_linux_takes_the_default_route_with_the_lowest_metric() -> None:
    assert linux.parse_ipv4(PROC_NET_ROUTE) == DefaultRoute(4, "192.0.2.1", "enp2s0")


def test_linux_has_no_default_route_in_an_empty_table() -> None:
    assert linux.parse_ipv4(PROC_NET_ROUTE.splitlines()[0]) is None


def test_linux_point_to_point_default_routes_have_no_gateway() -> None:
    table = "Iface\tDestination\tGateway\nppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
    assert linux.parse_ipv4(table) == DefaultRoute(4, None, "ppp0")


def test_linux_gives_a_link_local_gateway_its_zone() -> None:
    assert linux.parse_ipv6(PROC_NET_IPV6_ROUTE) == DefaultRoute(6, "fe80::20c:29ff:fe9b:1f01%eth0", "eth0")


def test_linux_unreachable_default_of_ipv6_is_no_way_out() -> None:
    assert linux.parse_ipv6(PROC_NET_IPV6_ROUTE.splitlines()[3]) is None


def test_macos_default_route() -> None:
    assert macos.parse(ROUTE_N_GET, 4) == DefaultRoute(4, "192.168.1.1", "en0")


def test_macos_default_route_of_ipv6_keeps_its_zone() -> None:
    assert macos.parse(ROUTE_N_GET_INET6, 6) == DefaultRoute(6, "fe80::1%en0", "en0")


def test_macos_tunnels_have_a_route_and_no_gateway() -> None:
    assert macos.parse(ROUTE_N_GET_TUNNEL, 4) == DefaultRoute(4, None, "utun4")


def test_macos_says_not_in_table() -> None:
    assert macos.parse("route: writing to routing socket: not in table\n", 4) is None


@given(
    st.lists(st.sampled_from(["gateway: ", "interface: ", "en0", "link#5", "192.0.2.1", ":", " ", "\n", "é"]))
)
def test_no_text_breaks_the_reader_of_macos_routes(pieces: list[str]) -> None:
    route = macos.parse("".join(pieces), 4)
    assert route is None or route.interface


def test_bsd_addresses_begin_with_their_length() -> None:
    sockaddr = struct.pack("BBH4s20x", 16, socket.AF_INET, 0, bytes([192, 0, 2, 7]))
    assert posix.address_in(sockaddr, has_length_byte=True) == "192.0.2.7"


def test_linux_addresses_begin_with_a_family_of_two_bytes() -> None:
    packed = ipaddress.ip_address("fd00::2").packed
    sockaddr = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, packed, 0)
    assert posix.address_in(sockaddr, has_length_byte=False) == "fd00::2"


@pytest.mark.skipif(sys.platform == "win32", reason="getifaddrs is not on Windows")
def test_this_machine_has_loopback_up() -> None:
    loopback = [interface for interface in posix.interfaces() if interface.loopback]
    assert loopback[0].up
    assert "127.0.0.1" in loopback[0].addresses


def test_resolvers_of_this_machine_are_addresses() -> None:
    for resolver in system_resolvers():
        ipaddress.ip_address(resolver.partition("%")[0])


def test_facts_of_this_machine_name_its_interfaces() -> None:
    names = {name for _, name in socket.if_nameindex()}
    assert {interface.name for interface in local_facts().interfaces} <= names


# Windows: iptypes.h, 64-bit


@pytest.mark.parametrize(
    ("field", "offset"),
    [
        ("next", 8),
        ("unicast", 24),
        ("dns_servers", 48),
        ("friendly_name", 72),
        ("physical_address", 80),
        ("mtu", 96),
        ("type", 100),
        ("oper_status", 104),
        ("zone_indices", 112),
        ("prefixes", 176),
        ("transmit_bit_per_s", 184),
        ("gateways", 208),
        ("ipv4_metric", 216),
    ],
)
def test_windows_adapter_has_the_layout_of_iptypes_h(field: str, offset: int) -> None:
    assert getattr(windows.Adapter, field).offset == offset


def test_windows_address_nodes_have_the_layout_of_iptypes_h() -> None:
    node = windows.AddressNode
    assert (node.next.offset, node.sockaddr.offset, ctypes.sizeof(node)) == (8, 16, 32)


def _sockaddr(address: str) -> ctypes.Array[ctypes.c_char]:
    ip = ipaddress.ip_address(address)
    raw = struct.pack("<HH4s8x", 2, 0, ip.packed)
    if ip.version == 6:
        raw = struct.pack("<HHI16sI", 23, 0, 0, ip.packed, 0)
    return ctypes.create_string_buffer(raw, len(raw))


def _node(address: str) -> windows.AddressNode:
    sockaddr = _sockaddr(address)
    node = windows.AddressNode(sockaddr=ctypes.addressof(sockaddr), sockaddr_length=len(sockaddr))
    node.kept = sockaddr  # ctypes holds no reference to what a bare address points to
    return node


def _adapter(name: str, address: str, gateway: str, metric: int, next_: object = None) -> windows.Adapter:
    adapter = windows.Adapter(
        friendly_name=name,
        index=7,
        ipv6_index=7,
        type=6,
        oper_status=1,
        unicast=ctypes.pointer(_node(address)),
        gateways=ctypes.pointer(_node(gateway)),
        ipv4_metric=metric,
        ipv6_metric=metric,
    )
    if isinstance(next_, windows.Adapter):
        adapter.next = ctypes.pointer(next_)
    return adapter


def test_windows_interfaces_and_the_gateway_with_the_lowest_metric() -> None:
    wifi = _adapter("Wi-Fi", "192.168.1.5", "192.168.1.1", 50)
    cable = _adapter("Mạng dây", "192.0.2.2", "192.0.2.1", 25, next_=wifi)
    interfaces, routes = windows.read(ctypes.pointer(cable))
    assert interfaces == (
        Interface("Mạng dây", True, False, ("192.0.2.2",)),
        Interface("Wi-Fi", True, False, ("192.168.1.5",)),
    )
    assert routes == (DefaultRoute(4, "192.0.2.1", "Mạng dây"),)


def test_windows_link_local_gateways_get_the_number_of_their_interface_as_zone() -> None:
    adapter = _adapter("Ethernet", "2001:db8::5", "fe80::1", 25)
    _, routes = windows.read(ctypes.pointer(adapter))
    assert routes == (DefaultRoute(6, "fe80::1%7", "Ethernet"),)


def test_windows_without_adapters() -> None:
    assert windows.read(ctypes.POINTER(windows.Adapter)()) == ((), ())


def test_who_is_looked_for_on_the_cable_and_not_found_is_missing() -> None:
    table = (
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0\n"
        "192.0.2.99       0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    )
    assert linux.parse_missing_neighbours(table) == {"192.0.2.99"}
    assert linux.parse_missing_neighbours("") == frozenset()
