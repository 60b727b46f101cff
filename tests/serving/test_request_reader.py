"""Requests out of whatever bytes come, in whatever pieces."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.serving.chunks import Chunks
from kontum_netcheck.serving.refusal import BadRequest
from kontum_netcheck.serving.request import Request, RequestReader

UPLOAD = (
    b"POST /upload?bytes=7&x=%20y HTTP/1.1\r\nHost: a\r\nUser-Agent: me\r\nContent-Length: 5\r\n\r\nhello"
)
IN_CHUNKS = (
    b"POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"
)
NEXT = b"GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Stream:
    """What a client sends, in pieces of whatever size."""

    def __init__(self, data: bytes, cuts: list[int]) -> None:
        edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
        self.pieces = [data[start:end] for start, end in pairwise(edges) if start < end]

    def receive(self, most_bytes: int = 1 << 20) -> bytes:
        """The next piece, or as much of it as may be."""
        piece = self.pieces.pop(0) if self.pieces else b""
        if len(piece) > most_bytes:
            self.pieces.insert(0, piece[most_bytes:])
        return piece[:most_bytes]


def read_all(stream: Stream) -> tuple[list[Request], list[int]]:
    """Every request of a stream, and how long their bodies were: read as a connection does."""
    reader = RequestReader(4096)
    requests: list[Request] = []
    bodies: list[int] = []
    data = stream.receive()
    while data or reader.has_begun:
        request = reader.head(data)
        if request is not None:
            requests.append(request)
            bodies.append(body_of(reader, request, stream))
        data = b"" if request is not None and reader.has_begun else stream.receive()
        if request is None and not data:
            break
    return requests, bodies


def body_of(reader: RequestReader, request: Request, stream: Stream) -> int:
    """How long the body was."""
    if request.body_bytes is not None:
        count = reader.take(request.body_bytes)
        while count < request.body_bytes:
            count += len(stream.receive(request.body_bytes - count))
        return count
    chunks = Chunks()
    count = chunks.take(reader.take_all())
    while not chunks.ended:
        count += chunks.take(stream.receive())
    reader.give_back(chunks.rest)
    return count


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_requests_are_the_same_however_they_are_cut(cuts: list[int]) -> None:
    requests, bodies = read_all(Stream(UPLOAD + IN_CHUNKS + NEXT, cuts))
    assert [(one.method, one.path) for one in requests] == [
        ("POST", "/upload"),
        ("POST", "/upload"),
        ("GET", "/ping"),
    ]
    assert bodies == [5, 19, 0]
    assert requests[0].query == {"bytes": "7", "x": " y"}
    assert requests[0].headers["user-agent"] == "me"
    assert [one.keeps_open for one in requests] == [True, True, False]


@given(st.binary(max_size=600))
def test_garbage_is_refused_or_waited_for_and_never_more(data: bytes) -> None:
    reader = RequestReader(400)
    try:
        request = reader.head(data)
    except BadRequest as refused:
        assert 400 <= refused.status < 600
    else:
        assert request is None or request.path
        if request is None:
            assert len(data) <= 400


@settings(max_examples=40)
@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=100))
def test_no_target_breaks_the_reader(target: str) -> None:
    reader = RequestReader(4096)
    line = f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1")
    try:
        request = reader.head(line)
    except BadRequest:
        return
    assert request is not None
    request.number("bytes", 1)


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: -5",
        b"Content-Length: 5 5",
        b"Content-Length: 0x5",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding : chunked",
        b"A\x00B: c",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_length_that_two_could_read_differently_is_refused(lines: bytes) -> None:
    with pytest.raises(BadRequest):
        RequestReader(4096).head(b"POST /upload HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n\r\n")


def test_a_head_without_end_is_refused_at_its_limit() -> None:
    reader = RequestReader(1000)
    with pytest.raises(BadRequest) as refused:
        for _ in range(100):
            reader.head(b"GET / HTTP/1.1\r\n" if not reader.has_begun else b"X: yyyyyyyyyyyyyyyy\r\n")
    assert refused.value.status == 431


def test_a_number_is_only_what_is_one() -> None:
    query = {"a": "7", "b": "-7", "c": "", "d": "9" * 30, "e": "0007"}
    request = Request("GET", "/", query)
    assert [request.number(name, 1) for name in "abcdef"] == [7, None, None, None, 7, 1]
