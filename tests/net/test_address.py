"""Hosts and ports as people type them."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import WrongValue
from kontum_netcheck.net.address import HostPort, address_of, check_host, looks_numeric, parse_host_port


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.1:443", "192.0.2.1", 443),
        ("portal.example:80", "portal.example", 80),
        ("portal.example", "portal.example", 53),
        ("trường.example.", "trường.example.", 53),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("[2001:db8::1]", "2001:db8::1", 53),
        ("2001:db8::1", "2001:db8::1", 53),
        ("[fe80::1%eth0]:22", "fe80::1%eth0", 22),
        (" 192.0.2.1:443 ", "192.0.2.1", 443),
    ],
)
def test_hosts_with_and_without_ports(text: str, host: str, port: int) -> None:
    assert parse_host_port(text, default_port=53) == HostPort(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":53",
        "a:",
        "a:0",
        "a:65536",
        "a:53x",
        "a:-1",
        "a:٥٣",
        "[::1",
        "[::1]53",
        "[a]:53",
        "[]:53",
        "a b:53",
        *(
            "010.0.0.1:53",
            "192.0.2.256",
            "1.2.3",
            "1",
            "0x7f000001",
            "::g",
            "http://a",
            "a/b",
            "a@b",
            "x" * 300,
            "fe80::1",
        ),
    ],
)
def test_what_cannot_be_a_host_and_port_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(WrongValue):
        parse_host_port(text, default_port=53)


def test_where_no_port_is_usual_one_must_be_written() -> None:
    with pytest.raises(WrongValue, match="has no port"):
        parse_host_port("portal.example")


@given(
    st.one_of(
        st.ip_addresses().map(lambda a: f"{a}%eth0" if a.version == 6 and a.is_link_local else str(a)),
        st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{2,5}){0,2}", fullmatch=True),
    ),
    st.integers(1, 65535),
)
def test_what_is_printed_is_read_again(host: str, port: int) -> None:
    typed = HostPort(host, port)
    assert parse_host_port(str(typed)) == typed


@given(st.text(max_size=40))
def test_any_text_is_either_a_host_and_port_or_a_sentence(text: str) -> None:
    try:
        found = parse_host_port(text, default_port=53)
    except WrongValue:
        return
    assert found.host and 0 < found.port < 65536


@given(st.text(alphabet="0123456789.xaF-_:", max_size=20) | st.ip_addresses().map(str))
def test_whatever_is_taken_for_a_host_is_an_address_or_cannot_be_read_as_one(text: str) -> None:
    try:
        check_host(text)
    except WrongValue:
        assert address_of(text) is None or ip_address(text).is_link_local
    else:
        assert address_of(text) is not None or not looks_numeric(text)
