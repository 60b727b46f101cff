"""The clock, compared with the Date of HTTP answers, and with the monotonic clock."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.clock import StepWatch, ask_clock, sample_of
from kontum_netcheck.net.http import Fetched, Phases
from kontum_netcheck.net.network import Network

URL = "http://portal.example/"
NOON = datetime(2024, 6, 27, 5, 0, tzinfo=UTC)


def dated(
    date: str | None, wait_ms: float = 0.0, transfer_ms: float = 0.0, age: str | None = None
) -> Fetched:
    headers = (("date", date), ("age", age))
    return Fetched(
        URL,
        status=200,
        phases=Phases(wait_ms=wait_ms, transfer_ms=transfer_ms),
        headers=tuple((name, value) for name, value in headers if value is not None),
    )


def test_a_server_ahead_of_us_gives_a_positive_offset() -> None:
    sample = sample_of(URL, dated(format_datetime(NOON + timedelta(seconds=30), usegmt=True)), NOON)
    assert (sample.offset_s, sample.uncertainty_s) == (30.5, 0.5)


def test_half_the_wait_is_taken_off_and_counts_as_uncertainty() -> None:
    fetched = dated(format_datetime(NOON, usegmt=True), wait_ms=2000, transfer_ms=500)
    sample = sample_of(URL, fetched, NOON + timedelta(milliseconds=1500))
    assert (sample.offset_s, sample.uncertainty_s) == (0.5, 1.5)


@given(st.floats(-1e6, 1e6), st.floats(0, 1.999))
def test_the_true_offset_lies_within_the_uncertainty(offset_s: float, wait_s: float) -> None:
    """Whenever on the way the server looked at its clock, and whatever fraction of a second it cut off."""
    for looked_after_s in (0.0, wait_s / 2, wait_s):
        server_now = NOON + timedelta(seconds=offset_s + looked_after_s)
        date = format_datetime(server_now.replace(microsecond=0), usegmt=True)
        sample = sample_of(URL, dated(date, wait_ms=wait_s * 1000), NOON + timedelta(seconds=wait_s))
        assert sample.offset_s is not None
        assert abs(sample.offset_s - offset_s) <= sample.uncertainty_s + 1e-5


@pytest.mark.parametrize(
    "date", [None, "", "yesterday", "Thu, 99 Jun 2024 99:00:00 GMT", "Thu, 27 Jun 99999 05:00:00 GMT"]
)
def test_a_date_that_is_none_tells_nothing(date: str | None) -> None:
    sample = sample_of(URL, dated(date), NOON)
    assert (sample.offset_s, sample.failure) == (None, None)


@given(st.text())
def test_no_date_header_breaks_the_reader(date: str) -> None:
    sample_of(URL, dated(date), NOON)


def test_an_answer_from_a_cache_has_an_old_date_and_tells_nothing() -> None:
    assert sample_of(URL, dated(format_datetime(NOON, usegmt=True), age="120"), NOON).offset_s is None


def test_no_answer_keeps_its_failure() -> None:
    silence = Failure(Stage.CONNECT, Cause.TIMEOUT)
    assert sample_of(URL, Fetched(URL, failure=silence), NOON).failure == silence


def test_a_clock_set_forward_by_an_hour_shows_as_a_step() -> None:
    watch = StepWatch(_wall_s=1000.0, _monotonic_s=50.0)
    assert watch.step_s(now_wall_s=4601.0, now_monotonic_s=51.0) == 3600.0


def test_a_clock_that_nobody_sets_shows_no_step() -> None:
    watch = StepWatch(_wall_s=1000.0, _monotonic_s=50.0)
    assert watch.step_s(now_wall_s=1001.0, now_monotonic_s=51.0) == 0.0


async def test_a_real_server_that_is_an_hour_ahead() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        writer.write(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening, Network() as network:
        sample = await ask_clock(network, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/")
    assert sample.offset_s is not None
    assert abs(sample.offset_s - 3600) <= sample.uncertainty_s
