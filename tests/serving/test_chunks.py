"""The framing of chunked bodies, held against h11's own reader."""

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.serving.chunks import Chunks
from kontum_netcheck.serving.refusal import BadRequest

EXTENSION = st.sampled_from([b"", b";a", b';a="b c"', b"  "])


@st.composite
def framed(draw: st.DrawFn) -> tuple[bytes, int]:
    """A chunked body with its length."""
    sizes = draw(st.lists(st.integers(1, 70), max_size=6))
    trailers = draw(st.sampled_from([b"", b"A: b\r\n", b"A: b\r\nC: d\r\n"]))
    chunks = [b"%x%b\r\n%b\r\n" % (size, draw(EXTENSION), b"\r" * size) for size in sizes]
    return b"".join(chunks) + b"0%b\r\n" % draw(EXTENSION) + trailers + b"\r\n", sum(sizes)


def by_h11(data: bytes) -> int | None:
    """How long h11 says that the body is; None: it isn't whole, or wrong."""
    reader = h11.Connection(h11.SERVER)
    reader.receive_data(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + data)
    count = 0
    try:
        reader.next_event()
        while isinstance(event := reader.next_event(), h11.Data):
            count += len(event.data)
    except h11.RemoteProtocolError:
        return None
    return count if isinstance(event, h11.EndOfMessage) else None


@settings(max_examples=60)
@given(framed(), st.lists(st.integers(0, 600), max_size=10))
def test_a_body_has_the_same_length_however_it_is_cut(body: tuple[bytes, int], cuts: list[int]) -> None:
    data, length = body[0] + b"GET", body[1]
    chunks, count, at = Chunks(), 0, 0
    for cut in [*sorted(cuts), len(data)]:
        count += chunks.take(data[at:cut]) if not chunks.ended else 0
        at = max(at, cut)
    assert (chunks.ended, count) == (True, length)
    assert by_h11(body[0]) == length


@given(framed())
def test_what_the_kernel_drops_need_not_be_seen(body: tuple[bytes, int]) -> None:
    data, length = body
    chunks, count = Chunks(), 0
    while not chunks.ended:
        if chunks.left_bytes:
            dropped = chunks.left_bytes
            chunks.skip(dropped)
        else:
            dropped = 0
        data = data[dropped:]
        count += dropped + chunks.take(data[:1])
        data = data[1:]
    assert (count, data, chunks.rest) == (length, b"", b"")


@given(
    st.lists(
        st.sampled_from([b"0", b"1", b"2", b"a", b"\r\n", b"\r\n", b"\n", b"x", b";", b" ", b"-"]),
        max_size=14,
    )
)
def test_whatever_is_taken_for_whole_h11_takes_too(parts: list[bytes]) -> None:
    data, chunks = b"".join(parts), Chunks()
    try:
        count = chunks.take(data)
    except BadRequest:
        return
    if chunks.ended:
        assert by_h11(data[: len(data) - len(chunks.rest)]) == count


@pytest.mark.parametrize(
    "wrong",
    [b"x\r\n", b"-1\r\n", b"1 1\r\n", b"1\r\nab\r\n", b"\r\n", b"1" * 16 + b"\r\n", b"1;" + b"y" * 2_000,
     b"0\r\n0\r\n\r\n", b"0\r\n" + b"A: b\r\n" * 60],
)  # fmt: skip
def test_wrong_framing_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadRequest):
        Chunks().take(wrong)
