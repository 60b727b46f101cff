"""The files that people begin with load, and editors that know the schema find nothing wrong in them."""

import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

import kontum_netcheck.inventory
from kontum_netcheck.inventory.json_schema import json_schema
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.probes import PROBES

SAMPLE = Path(__file__).parents[2] / "sites.yaml"
STARTER = Path(kontum_netcheck.inventory.__file__).parent / "starter.yaml"
SAMPLE_NETWORKS = [
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]

NOT_IN_EVERY_LINE = {"sip", "bandwidth"}
"""What only some lines have, and the lab does not answer."""


CORE = (
    (re.compile(r"~|null|Null|NULL|"), lambda _text: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)


def as_editors_see_it(node: yaml.Node | None) -> Any:
    """Plain scalars typed by the core schema of YAML 1.2."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: as_editors_see_it(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_editors_see_it(item) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)
    if node.style:
        return node.value
    return next((typed(node.value) for form, typed in CORE if form.fullmatch(node.value)), node.value)


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load(SAMPLE).inventory


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


def complaints(schema: dict[str, Any], text: str) -> list[str]:
    data = as_editors_see_it(yaml.compose(text, Loader=yaml.BaseLoader))
    return [error.message for error in Draft202012Validator(schema).iter_errors(data)]


def test_the_sample_is_the_province_of_2024(sample: Inventory) -> None:
    assert sample.sample
    assert [district.code for district in sample.districts] == [str(c) for c in (608, *range(610, 619))]
    assert len([site for site in sample.sites if site.role != "headquarters"]) == 12
    assert {d.code for d in sample.districts} - {site.district for site in sample.sites} == {
        "613",
        "617",
        "618",
    }


def test_the_sample_uses_every_probe_and_several_of_them_on_each_line(sample: Inventory) -> None:
    asked = [
        [endpoint.probe for endpoint in sample.endpoints_of(line, site)]
        for site in sample.sites
        for line in site.internet
    ]
    assert all(3 <= len(probes) <= 5 for probes in asked)
    assert {probe for probes in asked for probe in probes} == {
        name for name, probe in PROBES.items() if not probe.by_person and name not in NOT_IN_EVERY_LINE
    }


def test_the_sample_names_no_real_number_host_or_address(sample: Inventory) -> None:
    numbers = [phone.number for site in sample.sites for phone in site.phones]
    numbers += [fax.number for site in sample.sites for fax in site.faxes]
    numbers += [site.contact.phone for site in sample.sites if site.contact and site.contact.phone]
    assert all(re.fullmatch(r"\+8426030000\d\d", number) for number in numbers)
    text = SAMPLE.read_text(encoding="utf-8")
    for host in re.findall(r"(?<![\w.])(?:\d+\.){3}\d+|2001:[\da-f:]+", text):
        assert any(ipaddress.ip_address(host) in network for network in SAMPLE_NETWORKS), host
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s,}\"]+", text)}
    assert hosts
    assert all(host and host.endswith(".example") for host in hosts)


def test_each_line_of_the_sample_has_targets_of_its_own(sample: Inventory) -> None:
    targets = [
        endpoint.target for site in sample.sites for line in site.internet for endpoint in line.endpoints
    ]
    assert len(set(targets)) == len(targets)


def test_the_starter_loads_and_shows_every_probe() -> None:
    starter = load(STARTER).inventory
    used = {endpoint.probe for site in starter.sites for line in site.internet for endpoint in line.endpoints}
    assert used == {
        name for name, probe in PROBES.items() if not probe.by_person and name not in NOT_IN_EVERY_LINE
    }


@pytest.mark.parametrize("file", [SAMPLE, STARTER], ids=["sample", "starter"])
def test_the_schema_agrees_with_the_shipped_files(schema: dict[str, Any], file: Path) -> None:
    assert complaints(schema, file.read_text(encoding="utf-8")) == []


def test_the_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


SITE = "version: 1\nprovince: {code: 62, name: 7}\nsites: [{id: a, name: no, district: 608, %s}]\n"


@pytest.mark.parametrize(
    "more",
    [
        "phones: [02603000002, +842603000004, {number: 02603000005, loudspeaker: yes}]",
        "internet: [{id: x, endpoints: [192.0.2.1, 'https://a.example/', {ping: a.example, limits: {loss_pct: 1}}]}]",
        "internet: [{id: x, endpoints: [{http: 'http://a.example/', max_body_bytes: 1MB, expect: {status: 200}}]}]",
        "internet: [{id: x, endpoints: [{dns: a.example, expect: {answers: 192.0.2.1}, valid_for: 12h}]}]",
        "internet: [{id: x, endpoints: [{ping: a.example, limits: {loss_pct: [1, ~], rtt_avg_ms: [5]}}]}]",
        "need: {internet: all, phone: 2}",
    ],
)
def test_the_schema_takes_short_forms_and_scalars_as_editors_type_them(
    schema: dict[str, Any], more: str
) -> None:
    assert complaints(schema, SITE % more) == []


@pytest.mark.parametrize(
    "more",
    [
        "rooms: many",
        "rols: main",
        "role: boss",
        "internet: [{id: x, endpoints: [{ping: a, cout: 1}]}]",
        "internet: [{id: x, endpoints: [{ping: a, limits: {los: 1}}]}]",
        "internet: [{id: x, endpoints: [{count: 1}]}]",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(schema: dict[str, Any], more: str) -> None:
    assert complaints(schema, SITE % more)


def test_keys_and_end_points_have_descriptions_for_the_editor(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert definitions["PingParams"]["properties"]["limits"]["properties"]["loss_pct"]["description"]
    assert definitions["Line"]["properties"]["endpoints"]["description"]
    assert {"$ref": "#/$defs/TcpParams"} in definitions["Line"]["properties"]["endpoints"]["items"]["anyOf"]
