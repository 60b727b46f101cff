"""The ladder of ways to ping, and what to say about the rung that we stand on."""

import shutil
import sys
from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, message
from kontum_netcheck.net.icmp.packets import IPV4, Family
from kontum_netcheck.net.icmp.series import Method, Way

ADVICE: Mapping[Method, Message] = MappingProxyType(
    {
        Method.ICMP_DATAGRAM: message("Ping uses ICMP datagram sockets: the best way, and without root."),
        Method.ICMP_RAW: message("Ping uses raw ICMP sockets: as true as it gets, but it needs root."),
        Method.WINDOWS_ICMP: message(
            "Ping uses the ICMP service of Windows: good, and without administrator rights."
        ),
        Method.SYSTEM_PING: message(
            "Ping uses the system's ping program: slower, and no late replies are seen. "
            "For a better way on Linux: sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'"
        ),
        Method.TCP_CONNECT: message(
            "No ping is possible here, so the time of a TCP connection stands in for it. "
            "For a better way install the ping program, or on Linux: "
            "sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'"
        ),
        Method.LAB_UDP: message("Ping goes to the built-in lab, over UDP."),
    }
)


def best_without_sockets(family: Family, source_address: str | None) -> Way:
    """The best way without ICMP sockets: the service of Windows, a ping program that may send, or TCP at last."""
    if sys.platform == "win32":
        from kontum_netcheck.net.icmp.windows import WindowsIcmp

        return WindowsIcmp(source_address)
    if (program := shutil.which("ping")) is not None:
        from kontum_netcheck.net.icmp.system_ping import SystemPing, may_send

        if may_send(program, "127.0.0.1" if family is IPV4 else "::1"):
            return SystemPing(program, source_address)
    from kontum_netcheck.net.icmp.tcp_connect import TcpConnect

    return TcpConnect(source_address)
