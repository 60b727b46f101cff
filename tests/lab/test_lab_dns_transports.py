"""The lab stands in for name servers over TLS and HTTPS, with certificates that its own world trusts."""

import asyncio
from typing import Any

import pytest

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.lab import Lab
from kontum_netcheck.lab.script import Faults
from kontum_netcheck.model import Measurement
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.probes.dns import DNS, DnsParams

QUESTIONS: dict[str, dict[str, Any]] = {
    "tcp": {"server": "192.0.2.53", "transport": "tcp"},
    "tls by address": {"server": "192.0.2.54", "transport": "tls"},
    "tls by name": {"server": "dns.example", "transport": "tls"},
    "tls of a given name": {"server": "192.0.2.55", "transport": "tls", "tls_name": "secure.example"},
    "https": {"server": "https://doh.example/dns-query"},
}


def inventory(endpoint: dict[str, Any]) -> Inventory:
    line = {"id": "ftth", "endpoints": [endpoint]}
    site = {"id": "a", "name": "A", "district": "608", "internet": [line]}
    return Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "districts": [{"code": "608", "name": "Kon Tum"}],
            "sites": [site],
        }
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_name_server_of_the_inventory_answers_over_its_transport(question: str) -> None:
    typed = {"dns": "school.example"} | QUESTIONS[question]
    with Lab(inventory(typed), Faults()) as lab:
        measurement = asyncio.run(measured(DnsParams.model_validate(typed), lab.network))
    assert measurement.failure is None
    assert measurement.metrics["transport"] == question.partition(" ")[0]


async def measured(params: DnsParams, options: NetworkOptions) -> Measurement:
    assert DNS.run is not None
    async with Network(options) as network:
        return await DNS.run(params, network)
