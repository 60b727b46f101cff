"""A way with routers for tests, in namespaces: a box, two routers, and a host behind a narrower link.

box 198.51.100.2 ── .1 near 203.0.113.1 ── .2 far 192.0.2.1 ── .2 host

The first router forbids 100.64.0.0/24, the second swallows 100.64.1.0/24, the box itself has no route to 100.64.2.0/24;
what nobody has (100.64.3.0/24, say) goes in a circle between the routers.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator

from tests.namespaces import ip

BOX, NEAR, FAR, HOST = (f"routers-{os.getpid()}-{name}" for name in ("box", "near", "far", "host"))
LINKS = (
    (BOX, "198.51.100.2", "2001:db8:1::2", NEAR, "198.51.100.1", "2001:db8:1::1"),
    (NEAR, "203.0.113.1", "2001:db8:2::1", FAR, "203.0.113.2", "2001:db8:2::2"),
    (FAR, "192.0.2.1", "2001:db8:3::1", HOST, "192.0.2.2", "2001:db8:3::2"),
)
ROUTES = (
    (BOX, "default", "198.51.100.1", "2001:db8:1::1"),
    (NEAR, "default", "203.0.113.2", "2001:db8:2::2"),
    (FAR, "default", "203.0.113.1", "2001:db8:2::1"),
    (HOST, "default", "192.0.2.1", "2001:db8:3::1"),
)


def inside(namespace: str, *command: str) -> str:
    """Run a command there; its complaint is the test's."""
    done = subprocess.run(
        ["ip", "netns", "exec", namespace, *command], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def connect(index: int) -> None:
    """One of the links, with a cable of its own."""
    left, left_v4, left_v6, right, right_v4, right_v6 = LINKS[index]
    left_end, right_end = f"a{index}", f"b{index}"
    ip("-n", left, "link", "add", left_end, "type", "veth", "peer", "name", right_end, "netns", right)
    for name, end, v4, v6 in ((left, left_end, left_v4, left_v6), (right, right_end, right_v4, right_v6)):
        ip("-n", name, "address", "add", f"{v4}/24", "dev", end)
        ip("-n", name, "address", "add", f"{v6}/64", "dev", end, "nodad")
        ip("-n", name, "link", "set", end, "up")


def set_mtu(router_bytes: int, host_bytes: int) -> None:
    """Of the last link, at either end."""
    ip("-n", FAR, "link", "set", "a2", "mtu", str(router_bytes))
    ip("-n", HOST, "link", "set", "b2", "mtu", str(host_bytes))


@contextlib.contextmanager
def routers() -> Iterator[None]:
    """The network, gone afterwards."""
    names = (BOX, NEAR, FAR, HOST)
    made: list[str] = []
    try:
        for name in names:
            ip("netns", "add", name)
            made.append(name)
        for index in range(len(LINKS)):
            connect(index)
        for name, to, via_v4, via_v6 in ROUTES:
            ip("-n", name, "route", "add", to, "via", via_v4)
            ip("-n", name, "-6", "route", "add", to, "via", via_v6)
        for name in (NEAR, FAR):
            settings = ("ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1", "ipv4.icmp_ratelimit=0")
            inside(name, "sysctl", "-qw", *(f"net.{setting}" for setting in settings))
            inside(name, "sysctl", "-qw", "net.ipv6.icmp.ratelimit=0")
        ip("-n", FAR, "route", "add", "blackhole", "100.64.1.0/24")
        ip("-n", NEAR, "route", "add", "prohibit", "100.64.0.0/24")
        ip("-n", BOX, "route", "add", "unreachable", "100.64.2.0/24")
        yield
    finally:
        for name in made:
            ip("netns", "del", name)


def allow_datagrams(*, allowed: bool) -> None:
    """Whether the box lets anybody have ICMP datagram sockets; without them it takes root, and raw ones."""
    group_range = "0 2147483647" if allowed else "1 0"
    inside(BOX, "sysctl", "-qw", f"net.ipv4.ping_group_range={group_range}")
