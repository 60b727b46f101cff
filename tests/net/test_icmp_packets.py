"""ICMP messages to and from bytes; what comes from the network may be anything."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.linux_errors import control_messages
from kontum_netcheck.net.icmp.packets import (
    IPV4,
    IPV6,
    Family,
    echo_request,
    meaning,
    ones_sum,
    parse_refusal,
    without_ipv4_header,
)
from kontum_netcheck.net.icmp.requests import EchoRequests

COOKIE = b"cookie"


def request(identifier: int, sequence: int, number: int = 0, padding: bytes = b"") -> bytes:
    return echo_request(IPV4, identifier, sequence, COOKIE, number, padding, ones_sum(COOKIE + padding))


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 999), st.sampled_from([0, 1, 48]))
def test_a_request_sums_to_nothing_as_rfc_1071_asks(
    identifier: int, sequence: int, number: int, pad: int
) -> None:
    assert ones_sum(request(identifier, sequence, number, bytes(pad))) == 0


@given(
    st.lists(st.binary(min_size=6, max_size=6), min_size=1, max_size=70),
    st.integers(0, 60_000),
    st.integers(0, 999),
    st.sampled_from([8, 9, 56, 1472]),
    st.data(),
)
def test_requests_written_in_columns_are_those_written_one_by_one(
    cookies: list[bytes], sequence: int, number: int, payload_bytes: int, data: st.DataObject
) -> None:
    requests = EchoRequests(IPV4, 7, cookies, payload_bytes)
    first = data.draw(st.integers(0, len(cookies) - 1))
    requests.renew(first, range(sequence, sequence + len(cookies) - first), number)
    for place in range(first, len(cookies)):
        padding = bytes(payload_bytes - 8)
        alone = echo_request(
            IPV4, 7, sequence + place - first, cookies[place], number, padding, ones_sum(cookies[place])
        )
        assert requests.packet(place) == alone


@given(st.binary(max_size=200))
def test_control_messages_may_be_garbage(control: bytes) -> None:
    assert all(len(data) <= len(control) for _, _, data in control_messages(control))


@pytest.mark.parametrize("quoted_payload_bytes", [0, 6, 56])
def test_an_error_names_the_echo_that_it_is_about(quoted_payload_bytes: int) -> None:
    echo = request(7, 300, padding=bytes(48))[: 8 + quoted_payload_bytes]
    ip_header = bytes((0x45, *bytes(8), 1, *bytes(6))) + socket.inet_aton("192.0.2.9")
    refused = parse_refusal(IPV4, bytes((3, 13, *bytes(6))) + ip_header + echo)
    assert refused is not None
    assert (refused.type, refused.code, refused.identifier, refused.sequence) == (3, 13, 7, 300)
    assert socket.inet_ntoa(refused.destination) == "192.0.2.9"


def test_an_ipv6_error_names_the_echo_too() -> None:
    echo = echo_request(IPV6, 7, 300, COOKIE, 0, b"", ones_sum(COOKIE))
    destination = socket.inet_pton(socket.AF_INET6, "2001:db8::9")
    ip_header = bytes((0x60, *bytes(5), 58, 64)) + bytes(16) + destination
    refused = parse_refusal(IPV6, bytes((1, 3, *bytes(6))) + ip_header + echo)
    assert refused is not None
    assert (refused.identifier, refused.sequence, refused.destination) == (7, 300, destination)


def test_a_router_tells_how_large_a_packet_may_be() -> None:
    ip_header = bytes((0x45, *bytes(8), 1, *bytes(10)))
    refused = parse_refusal(
        IPV4, bytes((3, 4, *bytes(4))) + (1400).to_bytes(2, "big") + ip_header + request(1, 1)
    )
    assert refused is not None
    assert refused.mtu_bytes == 1400


def test_an_error_about_another_protocol_is_not_ours() -> None:
    ip_header = bytes((0x45, *bytes(8), 17, *bytes(10)))
    assert parse_refusal(IPV4, bytes((3, 3, *bytes(6))) + ip_header + request(1, 1)) is None


@given(st.sampled_from([IPV4, IPV6]), st.binary(max_size=120))
def test_garbage_is_never_an_error_of_the_program(family: Family, garbage: bytes) -> None:
    parse_refusal(family, garbage)
    parse_refusal(family, bytes((3, 1)) + garbage)
    without_ipv4_header(garbage)


@given(st.sampled_from([IPV4, IPV6]), st.integers(0, 255), st.integers(0, 255))
def test_every_type_and_code_means_something(family: Family, icmp_type: int, code: int) -> None:
    cause, text = meaning(family, icmp_type, code)
    assert isinstance(cause, Cause)
    assert text


def test_a_prohibition_is_told_from_an_unreachable_host() -> None:
    assert meaning(IPV4, 3, 13)[0] is Cause.PROHIBITED
    assert meaning(IPV4, 3, 1)[0] is Cause.HOST_UNREACHABLE
    assert meaning(IPV6, 1, 0)[0] is Cause.NETWORK_UNREACHABLE
