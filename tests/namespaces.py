"""A small network of our own for tests: a machine and its gateway, each in a namespace, and a cable between.

box 192.0.2.2 ──cable── 192.0.2.1 gate, with a resolver on 192.0.2.53
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

needs_namespaces = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("ip") is None,
    reason="network namespaces need root and the ip command (package iproute2)",
)

BOX_ADDRESS, GATEWAY, RESOLVER = "192.0.2.2", "192.0.2.1", "192.0.2.53"

_RESOLVER_CODE = """
import socket, sys
from dnslib import DNSRecord, NS, RCODE, RR
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], 53))
print("ready", flush=True)
while True:
    packet, peer = sock.recvfrom(4096)
    reply = DNSRecord.parse(packet).reply()
    if sys.argv[2] == "SERVFAIL":
        reply.header.rcode = RCODE.SERVFAIL
    elif str(reply.q.qname) == ".":
        reply.add_answer(RR(".", 2, rdata=NS("a.root.example."), ttl=60))
    else:
        reply.header.rcode = RCODE.NXDOMAIN
    sock.sendto(reply.pack(), peer)
"""


def ip(*arguments: str) -> None:
    """Run the ip command; its complaint is the test's."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


class SmallNetwork:
    """The two namespaces. `box` is where the program runs."""

    def __init__(self, name: str, folder: Path) -> None:
        self.box, self.gate = f"{name}-box", f"{name}-gate"
        self._resolv_conf = folder / "resolv.conf"
        self.use_resolvers(RESOLVER)

    def connect(self) -> None:
        """Plug in the cable, give addresses and the default route."""
        ip("-n", self.box, "link", "add", "cable", "type", "veth", "peer", "name", "port", "netns", self.gate)
        self.in_box("address", "add", f"{BOX_ADDRESS}/24", "dev", "cable")
        for address in (GATEWAY, RESOLVER):
            self.in_gate("address", "add", f"{address}/24", "dev", "port")
        self.in_gate("link", "set", "port", "up")
        self.in_box("link", "set", "cable", "up")
        self.in_box("route", "add", "default", "via", GATEWAY)
        self._wait_for_state("UP")

    def cut(self) -> None:
        """Pull the cable out at the gateway's end."""
        self.in_gate("link", "set", "port", "down")
        self._wait_for_state("DOWN")

    def plug_in(self) -> None:
        """Put the cable back that was pulled out."""
        self.in_gate("link", "set", "port", "up")
        self._wait_for_state("UP")

    def _wait_for_state(self, state: str) -> None:
        """The kernel tells of a carrier a little later: ask until it has."""
        show = ["ip", "-n", self.box, "link", "show", "dev", "cable"]
        for _attempt in range(5000):
            if (
                f"{state} "
                in subprocess.run(show, capture_output=True, text=True, check=True).stdout.split("state ")[1]
            ):
                return
        raise AssertionError(f"the cable never came to be {state}")

    def in_box(self, *arguments: str) -> None:
        """`ip …` on the machine."""
        ip("-n", self.box, *arguments)

    def in_gate(self, *arguments: str) -> None:
        """`ip …` on the gateway."""
        ip("-n", self.gate, *arguments)

    def ignore_echoes(self) -> None:
        """The gateway no longer answers pings."""
        self._set_in_gate("icmp_echo_ignore_all", 1)

    def forward_into_the_void(self, address: str) -> None:
        """The gateway forwards packets for the address, and nobody ever gets them."""
        self._set_in_gate("ip_forward", 1)
        for interface in ("all", "port"):
            self._set_in_gate(f"conf/{interface}/send_redirects", 0)
        self.in_gate("route", "add", address, "dev", "port")
        self.in_gate("neighbour", "add", address, "lladdr", "02:00:00:00:00:99", "dev", "port")

    def _set_in_gate(self, setting: str, value: int) -> None:
        write = f"echo {value} > /proc/sys/net/ipv4/{setting}"
        subprocess.run(["ip", "netns", "exec", self.gate, "sh", "-c", write], check=True)

    def use_resolvers(self, *addresses: str) -> None:
        """What /etc/resolv.conf of the machine says; nothing of the real one is touched."""
        self._resolv_conf.write_text("".join(f"nameserver {address}\n" for address in addresses))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the machine to its end."""
        mount = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'  # in a mount namespace of its own
        return subprocess.run(
            ["ip", "netns", "exec", self.box, "sh", "-c", mount, "sh", str(self._resolv_conf), *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextlib.contextmanager
    def resolver(self, answers: str = "NOERROR") -> Iterator[None]:
        """A name server on the gateway's side, which knows the root and no other name."""
        command = ["ip", "netns", "exec", self.gate, sys.executable, "-c", _RESOLVER_CODE, RESOLVER, answers]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                assert server.stdout.readline() == "ready\n"
                yield
            finally:
                server.kill()


@contextlib.contextmanager
def small_network() -> Iterator[SmallNetwork]:
    """Two namespaces without a cable between; gone afterwards with all that is in them."""
    with tempfile.TemporaryDirectory() as folder:
        network = SmallNetwork(f"netcheck-{os.getpid()}", Path(folder))
        made: list[str] = []
        try:
            for name in (network.box, network.gate):
                ip("netns", "add", name)
                made.append(name)
                ip("-n", name, "link", "set", "lo", "up")
            yield network
        finally:
            for name in made:
                ip("netns", "del", name)
