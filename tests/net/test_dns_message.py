"""Reading DNS messages: as dnspython reads them, whatever bytes come, in bounded time."""

import struct

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.answer import Answer, Times, read_answer
from kontum_netcheck.net.dns.question import Question

PATIENT = settings(deadline=None)  # on a busy machine
SERVER = HostPort("192.0.2.53", 53)
RECORDS = {
    "A": ("192.0.2.1", "192.0.2.2"),
    "AAAA": ("2001:db8::1", "::ffff:192.0.2.1"),
    "CAA": ('0 issue "ca.example"',),
    "CNAME": ("Web.School.example.",),
    "DS": ("12345 13 2 " + "ab" * 32,),
    "HIP": ("2 200100107b1a74df365639cc39f1d578 AwEAAbdx rvs.example.",),
    "HTTPS": ('1 . alpn="h2,h3"',),
    "MX": ("10 Mail.School.example.", "20 mail2.school.example."),
    "NAPTR": ('100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .',),
    "NS": ("ns1.school.example.", "ns2.example."),
    "SOA": ("ns.school.example. root.school.example. 1 2 3 4 5",),
    "SRV": ("0 5 5060 sip.school.example.",),
    "TLSA": ("3 1 1 " + "cd" * 32,),
    "TYPE65400": (r"\# 2 abcd",),
}
labels = st.text("abcDEF019-_", min_size=1, max_size=12)
names = st.lists(labels, min_size=1, max_size=4).map(".".join)


def response(name: str, rdtype: str, *texts: str, ttl_s: int = 300) -> dns.message.Message:
    """What a server answers, names compressed."""
    message = dns.message.make_response(dns.message.make_query(name, rdtype, want_dnssec=True))
    if texts:
        message.answer.append(dns.rrset.from_text(f"{name}.", ttl_s, "IN", rdtype, *texts))
    return message


def read(wire: bytes, rdtype: str = "A") -> Answer | Failure:
    number = dns.rdatatype.from_text(rdtype)
    return read_answer(wire, number, "udp", SERVER, Times(1.0))


def answer_in(wire: bytes, rdtype: str = "A") -> Answer:
    answer = read(wire, rdtype)
    assert isinstance(answer, Answer), answer
    return answer


@PATIENT
@given(name=names, rdtype=st.sampled_from(sorted(RECORDS)), ttl_s=st.integers(0, 2**31 - 1))
def test_records_read_as_dnspython_reads_them(name: str, rdtype: str, ttl_s: int) -> None:
    wire = response(name, rdtype, *RECORDS[rdtype], ttl_s=ttl_s).to_wire()
    answer = answer_in(wire, rdtype)
    if rdtype != "HIP":  # known, but written as an unknown type
        said = dns.message.from_wire(wire).answer[0]
        assert answer.answers == tuple(sorted(rdata.to_text() for rdata in said))
    assert answer.ttl_s == ttl_s


@PATIENT
@given(name=names, rdtype=st.sampled_from(["A", "MX", "NS", "TXT", "DS"]))
def test_a_question_is_written_as_dnspython_writes_it(name: str, rdtype: str) -> None:
    query = dns.message.make_query(name.lower(), rdtype, want_dnssec=True, payload=1232)
    assert Question.of(name, rdtype).to_wire(query.id) == query.to_wire()


@PATIENT
@given(wire=st.binary(max_size=300), rdtype=st.sampled_from(sorted(RECORDS)))
def test_garbage_is_never_more_than_a_failure(wire: bytes, rdtype: str) -> None:
    result = read(wire, rdtype)
    assert isinstance(result, Answer) or (result.stage, result.cause) == (Stage.REPLY, Cause.BAD_REPLY)


@PATIENT
@given(
    rdtype=st.sampled_from(sorted(RECORDS)),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_a_damaged_message_is_never_more_than_a_failure(rdtype: str, changes: list[tuple[int, int]]) -> None:
    wire = bytearray(response("www.school.example", rdtype, *RECORDS[rdtype]).to_wire())
    for place, byte in changes:
        wire[place % len(wire)] = byte
    result = read(bytes(wire), rdtype)
    assert isinstance(result, Answer) or (result.stage, result.cause) == (Stage.REPLY, Cause.BAD_REPLY)


@PATIENT
@given(cut=st.integers(1, 200))
def test_a_message_cut_anywhere_is_a_bad_reply(cut: int) -> None:
    wire = response("www.school.example", "MX", *RECORDS["MX"]).to_wire()
    result = read(wire[: -min(cut, len(wire))], "MX")
    assert isinstance(result, Failure)
    assert result.cause is Cause.BAD_REPLY


def test_bytes_after_the_message_are_ignored() -> None:
    wire = response("school.example", "A", "192.0.2.1").to_wire() + b"\0\0\0"
    assert answer_in(wire).answers == ("192.0.2.1",)


def test_an_extended_response_code_is_put_together() -> None:
    message = response("school.example", "A")
    message.set_rcode(dns.rcode.BADVERS)
    assert answer_in(message.to_wire()).rcode == "BADVERS"


def test_a_ttl_with_its_highest_bit_set_is_zero() -> None:
    wire = response("school.example", "A", "192.0.2.1", ttl_s=0x7FFFFFFF).to_wire()
    assert answer_in(wire.replace(b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff")).ttl_s == 0


def test_records_of_other_names_and_types_are_not_the_answer() -> None:
    message = response("school.example", "A", "192.0.2.1")
    message.answer.append(dns.rrset.from_text("other.example.", 5, "IN", "A", "198.51.100.1"))
    message.answer.append(dns.rrset.from_text("school.example.", 5, "IN", "TXT", '"text"'))
    answer = answer_in(message.to_wire())
    assert (answer.answers, answer.ttl_s) == (("192.0.2.1",), 300)


def test_records_of_another_class_are_not_the_answer() -> None:
    message = response("school.example", "A")
    message.answer.append(dns.rrset.from_text("school.example.", 300, "CH", "TXT", '"text"'))
    assert answer_in(message.to_wire(), "TXT").answers == ()


def test_aliases_that_go_in_circles_end_without_records() -> None:
    message = response("a.example", "A")
    message.answer.append(dns.rrset.from_text("a.example.", 300, "IN", "CNAME", "b.example."))
    message.answer.append(dns.rrset.from_text("b.example.", 300, "IN", "CNAME", "a.example."))
    assert answer_in(message.to_wire()).answers == ()


@pytest.mark.parametrize("data", [b"", b"\xc0\x00\x02", b"\xc0\x00\x02\x01\x05"])
def test_an_address_of_another_length_is_a_bad_reply(data: bytes) -> None:
    wire = _with_record(b"\xc0\x0c", 1, data)
    assert _failed(wire, "A")


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x20",  # to itself
        b"\xc0\xff",  # forward
        b"\x01a\xc0\x20",  # back into its own labels
        b"\x80\x00",  # a reserved kind
        (b"\x3f" + b"x" * 63) * 4 + b"\0",  # 257 bytes
    ],
)
def test_a_name_that_cannot_be_is_a_bad_reply(name: bytes) -> None:
    wire = _with_record(name, 1, b"\xc0\x00\x02\x01")
    assert wire.index(name, 20) == 0x20
    assert _failed(wire, "A")


@pytest.mark.parametrize("rdtype", ["MX", "NS", "SRV", "HIP", "RP", "A"])
def test_64_kilobytes_of_pointers_are_read_or_refused_soon(rdtype: str) -> None:
    """A chain of 16,000 pointers and 2,000 records that lead to its end would be 32 million steps."""
    places = (0x2C, *range(0x2D, 0x3FF0, 2))  # the root's name, then each pointer leads to the one before it
    chain = b"\0" + b"".join((0xC000 | place).to_bytes(2, "big") for place in places)
    pointer = (0xC000 | places[-1]).to_bytes(2, "big")
    body = _record(b"\xc0\x0c", 65400, chain)
    data = {"MX": b"\0\x0a", "SRV": bytes(6), "HIP": b"\0\1\0\0", "RP": pointer}.get(rdtype, b"") + pointer
    number = dns.rdatatype.from_text(rdtype)
    record = _record(pointer if rdtype == "A" else b"\xc0\x0c", number, data)
    count = (65_535 - 32 - len(body)) // len(record)
    wire = _head(rdtype, count + 1) + body + record * count
    result = read(wire, rdtype)
    assert isinstance(result, Failure) or rdtype == "HIP", "HIP is not taken apart"


def _failed(wire: bytes, rdtype: str) -> bool:
    result = read(wire, rdtype)
    return isinstance(result, Failure) and result.cause is Cause.BAD_REPLY


def _head(rdtype: str, answer_count: int) -> bytes:
    """A header and the question for school.example: 32 bytes."""
    section = Question.of("school.example", rdtype).section
    return struct.pack("!HHHHHH", 7, 0x8180, 1, answer_count, 0, 0) + section


def _record(name: bytes, rdtype: int, data: bytes) -> bytes:
    return name + struct.pack("!HHIH", rdtype, 1, 300, len(data)) + data


def _with_record(name: bytes, rdtype: int, data: bytes) -> bytes:
    return _head("A", 1) + _record(name, rdtype, data)


def test_every_question_asks_a_validating_server_to_say_whether_it_vouches() -> None:
    query = dns.message.from_wire(Question.of("school.example", "A").to_wire(1))
    assert query.ednsflags & dns.flags.DO
