"""Trunks, and what lines are called over: errors at their place, no password in the file."""

from pathlib import Path

import pytest

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.problem import InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.locale.language import Language

HEAD = """\
version: 1
province: {code: "62", name: Kon Tum}
districts: [{code: "608", name: Thành phố Kon Tum}]
carriers: [{id: vnpt, name: VNPT}, {id: viettel, name: Viettel}]
"""
SITE = 'sites: [{id: a, name: Trường A, district: "608", phones: [{number: 0260 3 000 002, %s}]}]\n'


def loaded(folder: Path, trunks: str, phone: str) -> Inventory:
    file = folder / "sites.yaml"
    file.write_text(HEAD + f"trunks: [{trunks}]\n" + SITE % phone, encoding="utf-8")
    return load(file, {}).inventory


def refusal(folder: Path, trunks: str, phone: str) -> str:
    with pytest.raises(InventoryErrors) as caught:
        loaded(folder, trunks, phone)
    say = Language("en").say
    return "\n".join(
        f"{e.line}:{e.column}: {say(e.problem)} {say(e.hint) if e.hint else ''}" for e in caught.value.errors
    )


VNPT = '{id: one, sip: "192.0.2.60:5080", carrier: vnpt}'
OTHER = "{id: two, sip: pbx.example, transport: tls}"


@pytest.mark.parametrize(
    ("trunks", "phone", "used"),
    [
        pytest.param(f"{VNPT}, {OTHER}", "via: sip, trunk: two, carrier: vnpt", "two", id="the one it names"),
        pytest.param(f"{VNPT}, {OTHER}", "via: sip, carrier: vnpt", "one", id="its carrier's"),
        pytest.param(OTHER, "via: sip, carrier: viettel", "two", id="the only one"),
    ],
)
def test_a_line_is_called_over_its_trunk(tmp_path: Path, trunks: str, phone: str, used: str) -> None:
    inventory = loaded(tmp_path, trunks, phone)
    trunk = inventory.trunk_of(inventory.sites[0].phones[0])
    assert trunk is not None
    assert trunk.id == used


@pytest.mark.parametrize(
    ("trunks", "phone", "said"),
    [
        pytest.param("", "via: sip", "There is no trunk to call it over.", id="no trunk"),
        pytest.param(f"{VNPT}, {OTHER}", "via: sip", "Write trunk: with one of one, two.", id="which of two"),
        pytest.param(VNPT, "via: sip, trunk: onee", "Did you mean one?", id="an unknown trunk"),
        pytest.param("{id: one, sip: a, carrier: vnpd}", "via: sip", "vnpt", id="an unknown carrier"),
        pytest.param(f"{VNPT}, {VNPT}", "via: sip, trunk: one", "taken", id="one id twice"),
        pytest.param('{id: one, sip: "a:99999"}', "via: sip", "is not a port", id="a wrong port"),
        pytest.param(
            "{id: one, sip: a, prefix: '9113'}", "via: sip", "by itself", id="a prefix that calls the police"
        ),
        pytest.param("{id: one, sip: a, prefix: '1900'}", "via: sip", "by itself", id="a premium prefix"),
        pytest.param('{id: one, sip: "sip:a"}', "via: sip", "Write host", id="a URI"),
        pytest.param(
            "{id: one, sip: a, transport: sctp}", "via: sip", "udp, tcp, tls", id="no such transport"
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, trunks: str, phone: str, said: str) -> None:
    assert said in refusal(tmp_path, trunks, phone)


@pytest.mark.parametrize("key", ["user", "password"])
def test_a_literal_credential_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    told = refusal(tmp_path, f"{{id: one, sip: a, {key}: hunter2}}", "via: sip")
    assert "must not stand in the inventory" in told
    assert "${NAME}" in told
    assert "hunter2" not in told


def test_a_credential_that_is_not_set_hinders_nobody_who_does_not_call(tmp_path: Path) -> None:
    trunk = loaded(tmp_path, '{id: one, sip: a, password: "${TRUNK_PASSWORD}"}', "via: sip").trunks[0]
    assert str(trunk.password) == "${TRUNK_PASSWORD}"


def test_the_port_is_the_transports_own_where_none_is_typed(tmp_path: Path) -> None:
    one, two, six = loaded(
        tmp_path, f'{VNPT}, {OTHER}, {{id: three, sip: "[2001:db8::1]"}}', "via: manual"
    ).trunks
    assert [each.server for each in (one, two, six)] == [
        ("192.0.2.60", 5080),
        ("pbx.example", 5061),
        ("2001:db8::1", 5060),
    ]
