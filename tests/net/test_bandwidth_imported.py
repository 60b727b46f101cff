"""Results of other programs, read from their files."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import WrongValue
from kontum_netcheck.net.bandwidth.imported import read_results

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OOKLA: dict[str, Any] = {
    "type": "result",
    "timestamp": "2024-06-25T03:12:11Z",
    "ping": {"jitter": 0.4, "latency": 5.2},
    "download": {"bandwidth": 11_750_000, "bytes": 120_000_000, "latency": {"iqm": 20.1}},
    "upload": {"bandwidth": 5_875_000, "bytes": 60_000_000, "latency": {"iqm": 33.3}},
    "packetLoss": 0,
    "server": {"host": "speed.example", "name": "VNPT", "location": "Kon Tum"},
}


def test_ooklas_bandwidth_is_in_bytes_a_second() -> None:
    (result,) = read_results(json.dumps(OOKLA), ZONE)
    assert result.metrics["down_mbit_per_s"] == 94.0
    assert result.metrics["up_mbit_per_s"] == 47.0
    assert result.metrics["transferred_bytes"] == 180_000_000
    assert result.metrics["loaded_rtt_ms"] == 33.3
    assert result.at == datetime(2024, 6, 25, 3, 12, 11, tzinfo=UTC)
    assert result.metrics["method"] == "ookla"
    assert result.server == "VNPT Kon Tum speed.example"


def test_lines_of_progress_are_no_results() -> None:
    lines = [json.dumps({"type": "testStart"}), json.dumps(OOKLA), json.dumps(OOKLA)]
    assert len(read_results("\n".join(lines), ZONE)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "time,down_mbit_per_s,up_mbit_per_s,ping_ms\n2024-06-26 09:30,94.2,47.5,8.1\n",
        "\ufefftime;down_mbit_per_s;up_mbit_per_s;ping_ms\r\n2024-06-26 09:30;94,2;47,5;8,1\r\n",
    ],
)
def test_figures_of_i_speed_are_read_from_a_csv_in_local_time(text: str) -> None:
    (result,) = read_results(text, ZONE)
    assert (result.metrics["down_mbit_per_s"], result.metrics["up_mbit_per_s"]) == (94.2, 47.5)
    assert result.metrics["method"] == "i-speed"
    assert result.at == datetime(2024, 6, 26, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "hello",
        json.dumps({**OOKLA, "download": {"bandwidth": 0}}),
        json.dumps({**OOKLA, "timestamp": 3}),
        "time,down_mbit_per_s,up_mbit_per_s,ping_ms\n2024-06-26,fast,1,1\n",
        "time,down_mbit_per_s,up_mbit_per_s,ping_ms\n2024-06-26 09:30,-1,1,1\n",
    ],
)
def test_what_is_no_result_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WrongValue):
        read_results(text, ZONE)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(WrongValue):
        read_results(text, ZONE)
