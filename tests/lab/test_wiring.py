"""What the lab starts for an inventory and a script: pure, so no server is needed to see it."""

from typing import Any

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.lab.dns import DnsReply
from kontum_netcheck.lab.echo import SILENT
from kontum_netcheck.lab.http import Page
from kontum_netcheck.lab.script import Faults
from kontum_netcheck.lab.tcp import TcpFault, TcpScript
from kontum_netcheck.lab.wiring import Wiring, wire
from kontum_netcheck.plan import plan

NONE = Faults()


def wiring(*endpoints: Any, faults: Faults = NONE) -> Wiring:
    site = {
        "id": "a",
        "name": "A",
        "district": "608",
        "internet": [{"id": "ftth", "endpoints": list(endpoints)}],
    }
    inventory = Inventory.model_validate(
        {
            "version": "1",
            "province": {"code": "62", "name": "Kon Tum"},
            "districts": [{"code": "608", "name": "Kon Tum"}],
            "sites": [site],
        }
    )
    return wire(plan(inventory).checks, faults)


def test_every_host_and_port_of_the_inventory_is_wired() -> None:
    wired = wiring(
        "192.0.2.1",
        {"dns": "a.example", "server": "192.0.2.53"},
        {"tcp": "192.0.2.1:22"},
        "https://www.example/",
        "http://www.example:8080/x",
    )
    assert set(wired.echoes) == {"192.0.2.1"}
    assert set(wired.servers) == {("192.0.2.53", 53)}
    assert set(wired.ports) == {("192.0.2.1", 22)}
    assert wired.origins == {("www.example", 443, True), ("www.example", 8080, False)}


def test_a_host_that_is_pinged_by_name_is_echoed_at_the_address_that_its_name_gets() -> None:
    wired = wiring("www.example")
    (address,) = wired.names.reply("www.example", "A").answers
    assert set(wired.echoes) == {address}


def test_a_name_that_the_script_does_not_know_has_no_address() -> None:
    wired = wiring("https://www.example/", faults=Faults(unknown_hosts=frozenset({"www.example"})))
    assert wired.names.reply("www.example", "A").rcode == "NXDOMAIN"


def test_without_a_fault_a_server_does_what_the_inventory_expects_of_it() -> None:
    wired = wiring(
        {"dns": "a.example", "server": "192.0.2.53", "type": "MX", "expect": {"answers": ["5 m.example."]}},
        {
            "http": "https://www.example/",
            "expect": {"status": 401, "body": "Điểm thi", "headers": {"Server": "x"}},
        },
        {"tcp": "192.0.2.1:25", "expect": {"banner": "220"}},
    )
    assert wired.servers["192.0.2.53", 53].reply("a.example", "MX").answers == ("5 m.example.",)
    page = wired.pages["www.example/"]
    assert (page.status, dict(page.headers)) == (401, {"Server": "x"})
    assert "Điểm thi" in page.body
    assert wired.ports["192.0.2.1", 25].banner == b"220"


def test_faults_are_by_check_id_and_servers_may_differ() -> None:
    refuses = TcpScript(fault=TcpFault.REFUSES)
    faults = Faults(
        echoes={"a/ftth/ping": SILENT},
        names={"a/ftth/dns@192.0.2.54": DnsReply(("192.0.2.99",))},
        pages={"a/ftth/http": Page(status=503)},
        ports={"a/ftth/tcp": refuses},
    )
    wired = wiring(
        "192.0.2.1",
        {"dns": "a.example", "servers": ["192.0.2.53", "192.0.2.54"], "expect": {"contains": ["192.0.2.7"]}},
        "https://www.example/",
        {"tcp": "192.0.2.1:22"},
        faults=faults,
    )
    assert wired.echoes["192.0.2.1"] is SILENT
    assert wired.servers["192.0.2.53", 53].reply("a.example", "A").answers == ("192.0.2.7",)
    assert wired.servers["192.0.2.54", 53].reply("a.example", "A").answers == ("192.0.2.99",)
    assert wired.pages["www.example/"].status == 503
    assert wired.ports["192.0.2.1", 22] is refuses


def test_what_is_asked_twice_is_wired_by_the_first_check_that_asks() -> None:
    faults = Faults(pages={"a/ftth/http": Page(status=503)})
    wired = wiring("https://www.example/", "https://www.example/", faults=faults)
    assert wired.pages["www.example/"].status == 503
