"""Servers that misbehave: one row each, in bounded time, and nobody else is disturbed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from kontum_netcheck.lab.certificates import CertificateAuthority
from kontum_netcheck.lab.dns import DnsFault, DnsReply, DnsScript, DnsServer, SecureDnsServer
from kontum_netcheck.model import Cause, Measurement, Stage
from kontum_netcheck.net.network import Detours, Network, NetworkOptions
from kontum_netcheck.probes.dns import DNS, DnsParams

ADDRESSES = tuple(f"10.0.{index >> 8}.{index & 255}" for index in range(4000))  # 64 KB of them
NAMES = {f"{fault}.example": DnsReply(("192.0.2.1", "192.0.2.2"), fault=fault) for fault in DnsFault}
NAMES["good.example"] = DnsReply(("192.0.2.1",))
NAMES["drip.example"] = DnsReply(ADDRESSES, fault=DnsFault.DRIP)
NAMES["circle.example"] = DnsReply(("circle.example.",))
SCRIPT = DnsScript(
    {(name, "A"): reply for name, reply in NAMES.items() if name != "circle.example"}
    | {("circle.example", "CNAME"): NAMES["circle.example"]}
)

PATIENT_S, SHORT_S = 20.0, 3.0
TIMEOUT = (Stage.REPLY, Cause.TIMEOUT)
BAD_REPLY = (Stage.REPLY, Cause.BAD_REPLY)
UDP_ROWS = {
    "silent": TIMEOUT,
    "garbage": TIMEOUT,  # anybody can send garbage: the right answer may still come
    "other_id": TIMEOUT,
    "other_question": TIMEOUT,
    "other_address": TIMEOUT,
    "cut": BAD_REPLY,
    "loop": BAD_REPLY,
    "drip": TIMEOUT,  # truncated over UDP, and over TCP a byte now and then
    "circle": (Stage.RESOLVE, Cause.NO_ADDRESS),
    "nobody": (Stage.RESOLVE, Cause.NO_SUCH_NAME),
    "truncated": None,
    "good": None,
}
CONNECTION_ROWS = {
    "silent": TIMEOUT,
    "garbage": BAD_REPLY,
    "other_question": BAD_REPLY,
    "cut": BAD_REPLY,
    "loop": BAD_REPLY,
    "drip": TIMEOUT,
    "circle": (Stage.RESOLVE, Cause.NO_ADDRESS),
    "nobody": (Stage.RESOLVE, Cause.NO_SUCH_NAME),
    "good": None,
}
ROWS = [
    *(("udp", name, row) for name, row in UDP_ROWS.items()),
    *((over, name, row) for over in ("tcp", "tls", "https") for name, row in CONNECTION_ROWS.items()),
]


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    """A world in which dns.example misbehaves over every transport."""
    authority = CertificateAuthority(tmp_path)
    async with DnsServer(SCRIPT) as plain, SecureDnsServer(SCRIPT, authority, "dns.example") as secure:
        table = {
            ("dns", "dns.example", 53): plain.address,
            ("dns", "dns.example", 853): secure.tls_address,
            ("tcp", "dns.example", 443): secure.https_address,
        }
        async with Network(NetworkOptions(Detours(table), authority.path)) as network:
            yield network


def asking(over: str, name: str, row: tuple[Stage, Cause] | None) -> dict[str, Any]:
    """One question; patient where an answer is due."""
    server = "https://dns.example/dns-query" if over == "https" else "dns.example"
    timeout_s = SHORT_S if row == TIMEOUT else PATIENT_S
    return {"dns": f"{name}.example", "server": server, "transport": over, "timeout_s": timeout_s}


async def measure(network: Network, typed: dict[str, Any]) -> Measurement:
    assert DNS.run is not None
    return await DNS.run(DnsParams.model_validate(typed), network)


def row_of(measurement: Measurement) -> tuple[Stage, Cause] | None:
    failure = measurement.failure
    if failure is None:
        return None
    stage = Stage.REPLY if failure.stage is Stage.TRANSFER else failure.stage  # HTTP says it more exactly
    return stage, failure.cause


async def test_every_misbehaviour_is_one_short_row_and_disturbs_no_other(network: Network) -> None:
    measurements = await asyncio.gather(*(measure(network, asking(*row)) for row in ROWS))
    said = {(over, name): row_of(each) for (over, name, _), each in zip(ROWS, measurements, strict=True)}
    assert said == {(over, name): row for over, name, row in ROWS}
    assert all(len(each.failure.detail) < 300 for each in measurements if each.failure)


async def test_a_server_whose_name_does_not_resolve_is_one_row() -> None:
    typed: tuple[dict[str, Any], ...] = (
        {"server": "nobody.example"},
        {"server": "nobody.example", "transport": "tls"},
        {"server": "https://nobody.example/dns-query"},
    )
    async with AsyncExitStack() as stack:
        names = await stack.enter_async_context(DnsServer(DnsScript()))
        options = NetworkOptions(Detours(name_server=names.address))
        network = await stack.enter_async_context(Network(options))
        rows = [row_of(await measure(network, {"dns": "good.example"} | each)) for each in typed]
    assert rows == [(Stage.RESOLVE, Cause.NO_SUCH_NAME)] * 3
