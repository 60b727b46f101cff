"""What goes over the wire: DLE shielding and T.4, each with a reader that is not ours or is the inverse."""

import ctypes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.net.modem import t4
from kontum_netcheck.net.modem.lettering import dots, plain
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.modem.shielding import Unshielding, shielded
from tests.spandsp import library

ROW = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
ONE_DIMENSIONAL = 1  # T4_COMPRESSION_ITU_T4_1D


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_shielded_comes_out_whole_and_nothing_after_its_end(data: bytes, after: bytes) -> None:
    unshielding, wire = Unshielding(), shielded(data) + after
    taken = next(count for count, octet in enumerate(wire, 1) if unshielding.feed(octet))
    assert bytes(unshielding.data) == data
    assert wire[taken:] == after


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    unshielding = Unshielding()
    for octet in data:
        unshielding.feed(octet)
    assert len(unshielding.data) <= len(data)


def decoded(data: bytes, tiff: Path) -> list[list[bool]]:
    """The rows that libspandsp2 reads from a page."""
    spandsp, rows = library(), list[list[bool]]()
    spandsp.t4_rx_init.restype = ctypes.c_void_p

    def keep(_data: int, row: int, length: int) -> int:
        if length:
            octets = ctypes.string_at(row, length)
            rows.append([bool(octet >> 7 - place & 1) for octet in octets for place in range(8)])
        return 0

    handler = ROW(keep)
    state = ctypes.c_void_p(spandsp.t4_rx_init(None, str(tiff).encode(), ONE_DIMENSIONAL))
    spandsp.t4_rx_set_row_write_handler(state, handler, None)
    spandsp.t4_rx_set_rx_encoding(state, ONE_DIMENSIONAL)
    spandsp.t4_rx_set_image_width(state, t4.WIDTH)
    spandsp.t4_rx_start_page(state)
    spandsp.t4_rx_put_chunk(state, data, len(data))
    spandsp.t4_rx_end_page(state)
    spandsp.t4_rx_free(state)
    return rows


def test_every_run_of_black_and_white_is_read_by_spandsp(tmp_path: Path) -> None:
    lengths = (*range(65), *range(65, t4.WIDTH, 64), t4.WIDTH)
    rows = [[False] * length + [True] * (t4.WIDTH - length) for length in lengths]
    rows += [[True] * length + [False] * (t4.WIDTH - length) for length in lengths]
    assert decoded(t4.joined(map(t4.line_bits, rows)), tmp_path / "page.tif") == rows


def test_a_page_is_read_by_spandsp_as_it_was_drawn(tmp_path: Path) -> None:
    page = Page(("Trường THPT Kon Tum", "26/06/2024 09:30"))
    assert decoded(page.coded(), tmp_path / "page.tif") == list(page.rows())


def test_short_lines_are_filled_up_to_the_time_that_paper_needs() -> None:
    white = t4.line_bits([False] * t4.WIDTH)
    assert len(t4.joined([white] * 100, least_line_bits=192)) >= 100 * 192 // 8


def test_a_line_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="1728"):
        t4.line_bits([True])


def test_text_loses_its_accents_and_nothing_else() -> None:
    assert plain("Trường Đắk Hà") == "TRUONG DAK HA"
    assert len(list(dots("Kon Tum"))) == 7
    assert list(dots("ạ")) == list(dots("A"))


@given(st.text(max_size=80))
def test_any_text_fits_the_page(text: str) -> None:
    assert {len(row) for row in Page((text,)).rows()} == {t4.WIDTH}
