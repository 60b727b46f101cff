"""The DNS engine against a real resolver: unbound, with zones of its own and nobody to ask."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kontum_netcheck.net.dns import Answer, DnsEngine
from kontum_netcheck.net.network import NetworkOptions

UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin")
pytestmark = pytest.mark.skipif(
    UNBOUND is None, reason="unbound is not installed (Debian: apt install unbound)"
)

CONFIGURATION = """
server:
    directory: "{directory}"
    interface: 127.0.0.1@{port}
    pidfile: ""
    chroot: ""
    username: ""
    use-syslog: no
    logfile: ""
    verbosity: 1
    do-daemonize: no
    module-config: "iterator"
    local-zone: "example." static
    local-data: "school.example. 120 IN A 192.0.2.1"
    local-data: "school.example. 120 IN A 192.0.2.2"
    local-data: 'school.example. 120 IN TXT "điểm thi"'
    local-zone: "closed." always_refuse
{long_text}
remote-control:
    control-enable: no
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, int]]:
    """A running unbound, once it has said that it serves."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    long_text = "\n".join(f"    local-data: 'long.example. IN TXT \"{index:0>200}\"'" for index in range(40))
    configuration = tmp_path / "unbound.conf"
    configuration.write_text(CONFIGURATION.format(directory=tmp_path, port=port, long_text=long_text))
    assert UNBOUND is not None
    process = await asyncio.create_subprocess_exec(
        UNBOUND, "-d", "-c", str(configuration), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    said = b""
    while b"start of service" not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line
    yield "127.0.0.1", port
    process.terminate()
    await process.communicate()


@pytest.fixture
async def engine() -> AsyncIterator[DnsEngine]:
    engine = DnsEngine(NetworkOptions())
    yield engine
    await engine.close()


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode", "answers"),
    [
        ("school.example", "A", "NOERROR", ("192.0.2.1", "192.0.2.2")),
        ("SCHOOL.example", "A", "NOERROR", ("192.0.2.1", "192.0.2.2")),
        ("school.example", "TXT", "NOERROR", ("điểm thi",)),
        ("school.example", "AAAA", "NOERROR", ()),
        ("nobody.example", "A", "NXDOMAIN", ()),
        ("any.closed", "A", "REFUSED", ()),
    ],
)
async def test_a_real_resolver_is_understood(
    engine: DnsEngine, server: tuple[str, int], name: str, rdtype: str, rcode: str, answers: tuple[str, ...]
) -> None:
    answer = await engine.ask(name, rdtype, server, 10.0)
    assert isinstance(answer, Answer), answer
    assert (answer.rcode, answer.answers, answer.transport) == (rcode, answers, "udp")


async def test_a_long_answer_of_a_real_resolver_comes_over_tcp(
    engine: DnsEngine, server: tuple[str, int]
) -> None:
    answer = await engine.ask("long.example", "TXT", server, 10.0)
    assert isinstance(answer, Answer), answer
    assert (answer.answer_count, answer.transport) == (40, "tcp")
