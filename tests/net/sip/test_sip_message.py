"""The reader of messages: what people really send, and whatever a stranger may."""

import pytest
import sipmessage
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.sip.account import Account
from kontum_netcheck.net.sip.conversation import Conversation, answer_to
from kontum_netcheck.net.sip.fields import branch_of, cseq_of, parameters, shown, split, tag_of, uri_of
from kontum_netcheck.net.sip.message import (
    HEAD_MAX_BYTES,
    BadMessage,
    Request,
    Response,
    TooLarge,
    content_length,
    read_message,
)

OK = (
    b"SIP/2.0 200 OK\r\n"
    b"v: SIP/2.0/UDP gw.example;branch=z9hG4bKa;rport=5060, SIP/2.0/TCP b.example;branch=z9hG4bKb\r\n"
    b'f: "Duty; room" <sip:a@b;x=y>;tag=1\r\n'
    b"To : <sip:a@b>\r\n ;tag=2\r\n"
    b"i: abc\r\n"
    b"CSEQ: 7 \t OPTIONS\r\n"
    b"l: 3\r\n\r\nabcdef"
)


def test_short_names_folded_lines_and_odd_spaces_are_read() -> None:
    message = read_message(OK)
    assert isinstance(message, Response)
    assert (message.status, message.reason, message.body) == (200, "OK", b"abc")
    assert branch_of(message) == "z9hG4bKa"
    assert (tag_of(message.first("from")), tag_of(message.first("to"))) == ("1", "2")
    assert (message.first("call-id"), cseq_of(message)) == ("abc", (7, "OPTIONS"))


@pytest.mark.parametrize(
    ("wire", "why"),
    [
        (b"SIP/2.0 200 OK\r\n", "no empty line"),
        (b"SIP/2.0 2000 OK\r\n\r\n", "its status is no number"),
        (b"SIP/2.0 \xd9\xa2\xd9\xa0\xd9\xa0 OK\r\n\r\n", "its status is no number"),
        (b"GET / HTTP/1.1\r\n\r\n", "neither a request's nor a response's"),
        (b"SIP/2.0 200 OK\r\nno colon\r\n\r\n", "without a colon"),
        (b"SIP/2.0 200 OK\r\nl: -1\r\n\r\n", "Content-Length is no number"),
        (b"SIP/2.0 200 OK\r\nl: 1\r\nl: 2\r\n\r\nab", "Content-Length is no number"),
        (b"SIP/2.0 200 OK\r\nl: 9\r\n\r\nab", "shorter than it says"),
    ],
)
def test_what_is_no_message_is_refused_in_few_words(wire: bytes, why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        read_message(wire)


@pytest.mark.parametrize(
    "wire",
    [
        b"SIP/2.0 200 OK\r\nX: " + b"x" * HEAD_MAX_BYTES + b"\r\n\r\n",
        b"SIP/2.0 200 OK\r\n" + b"X: y\r\n" * 400 + b"\r\n",
        b"SIP/2.0 200 OK\r\nl: 9999999\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n" + b"x" * 70_000,
    ],
)
def test_more_than_anybody_needs_is_refused(wire: bytes) -> None:
    with pytest.raises(TooLarge):
        read_message(wire)


def test_a_stream_needs_to_know_where_a_message_ends() -> None:
    assert content_length(b"SIP/2.0 200 OK\r\nl: 17") == 17
    with pytest.raises(BadMessage, match="no Content-Length"):
        content_length(b"SIP/2.0 200 OK\r\nx: 17")


@given(st.binary(max_size=500))
def test_nothing_but_a_refusal_comes_of_garbage(garbage: bytes) -> None:
    for wire in (garbage, b"SIP/2.0 200 OK\r\n" + garbage + b"\r\n\r\n", OK.replace(b"abc", garbage)):
        try:
            message = read_message(wire)
        except BadMessage as refusal:
            assert str(refusal).isprintable()
            continue
        branch_of(message), cseq_of(message), tag_of(message.first("to"))


HEADER = st.text(st.characters(exclude_characters="\r\n"), max_size=60)


@given(HEADER)
def test_any_text_is_taken_apart_without_an_error(text: str) -> None:
    parameters(text)
    uri = uri_of(text)
    assert uri is None or (uri.isascii() and uri.isprintable() and " " not in uri)
    assert ",".join(split(text, ",")).replace(" ", "").startswith(text.partition(",")[0].strip()[:1])
    clean = shown(text)
    assert clean is None or clean.isprintable()


def test_quotes_that_never_end_cost_no_more_than_their_length() -> None:
    for evil in ('"' * 20_000, ',a=""' * 5_000, "<" * 20_000, '"\\' * 10_000):
        assert list(split(evil, ","))
        parameters(evil)
        uri_of(evil)
        tag_of(evil)


USER = st.text(min_size=1, max_size=12).filter(str.isprintable)


@given(USER, st.sampled_from(["udp", "tcp", "tls"]))
def test_what_we_write_sipmessage_reads(user: str, transport: str) -> None:
    """Another reader of the same standard, by other people."""
    account = Account("gw.example", transport=transport, user=user)  # type: ignore[arg-type]
    talk = Conversation(account.transport, HostPort("2001:db8::1", 5060), account.own_uri, account.server_uri)
    request = talk.request("OPTIONS", account.server_uri, (("Contact", talk.contact),), b"v=0\r\n")
    theirs = sipmessage.Message.parse(request.wire)
    assert isinstance(theirs, sipmessage.Request)
    assert (theirs.method, theirs.call_id, theirs.cseq.sequence) == ("OPTIONS", talk.call_id, 1)
    assert theirs.via[0].parameters["branch"] == request.branch
    assert theirs.content_length == len(theirs.body) == 5
    ours = read_message(request.wire)
    assert isinstance(ours, Request)
    assert (ours.uri, tag_of(ours.first("from"))) == (account.server_uri, talk.own_tag)


def test_what_we_answer_repeats_no_line_breaks() -> None:
    evil = read_message(b"BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a;rport;branch=b\nX: y\r\nTo: t\rz\r\n\r\n")
    assert isinstance(evil, Request)
    answer = read_message(answer_to(evil, 200, "OK", tag="t", source=HostPort("192.0.2.1", 99)))
    assert "x" not in answer.fields
