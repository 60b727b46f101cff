"""`check` of hosts that answer later than anybody waits: lost, and the run says that they live."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import FRAME
from tests.namespaces import GATEWAY, RESOLVER, SmallNetwork, ip, needs_namespaces, small_network

LATE, LATER = "192.0.2.60", "192.0.2.61"

ANSWER = """
import socket, struct, sys, threading, time

def words(data):
    return sum(struct.unpack(f"!{len(data) // 2}H", data))

def serve(address, delay_s):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    sock.bind((address, 0))
    ready.release()
    while True:
        packet, peer = sock.recvfrom(2048)
        if packet[20] == 8:
            reply = bytes(4) + packet[24:]
            total = words(reply)
            total = (total & 0xFFFF) + (total >> 16)
            reply = reply[:2] + struct.pack("!H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + reply[4:]
            threading.Timer(delay_s, sock.sendto, (reply, peer)).start()

ready = threading.Semaphore(0)
hosts = list(zip(sys.argv[1::2], map(float, sys.argv[2::2])))
for host in hosts:
    threading.Thread(target=serve, args=host, daemon=True).start()
for _ in hosts:
    ready.acquire()
print("ready", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def late_hosts(network: SmallNetwork) -> Iterator[None]:
    """Behind the cable: the gateway answers at once, another host after 0.4 s, a third one after 1.5 s."""
    for address in (LATE, LATER):
        ip("-n", network.gate, "address", "add", f"{address}/24", "dev", "port")
    network.ignore_echoes()
    hosts = (GATEWAY, "0", LATE, "0.4", LATER, "1.5")
    command = ["ip", "netns", "exec", network.gate, sys.executable, "-c", ANSWER, *hosts]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as answering:
        assert answering.stdout is not None
        try:
            assert answering.stdout.readline() == "ready\n"
            yield
        finally:
            answering.kill()


@needs_namespaces
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Echo replies that came after"), ("vi", "gói trả lời")]
)
def test_a_reply_after_its_ping_had_ended_is_loss_and_the_run_tells_of_it(
    tmp_path: Path, language: str, words: str
) -> None:
    late = f"{{ping: {LATE}, count: 1, timeout_s: 0.1}}"
    later = f"{{ping: {LATER}, count: 1, timeout_s: 5}}"
    file = tmp_path / "sites.yaml"
    file.write_text(FRAME.format(endpoints=f"{late}, {later}"), encoding="utf-8")
    with small_network() as network:
        network.connect()
        network.use_resolvers(RESOLVER)
        with network.resolver(), late_hosts(network):
            done = network.run(
                *(sys.executable, "-m", "kontum_netcheck", "check", "--no-store", "--format", "json"),
                *(str(file), "--lang", language),
            )
    report = json.loads(done.stdout)
    lost, whole = report["sites"][0]["services"][0]["checks"]
    assert (lost["metrics"]["received_count"], whole["metrics"]["received_count"]) == (0, 1)
    (note,) = report["run"]["notes"]
    assert words in note and LATE in note
