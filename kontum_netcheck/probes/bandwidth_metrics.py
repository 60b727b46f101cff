"""What the bandwidth probe brings home, by whatever method."""

from collections.abc import Mapping
from typing import TypeVar

from kontum_netcheck.model import Metric, MetricValue, message
from kontum_netcheck.probes.provenance import PROVENANCE

Way = TypeVar("Way", bound=str)

METRICS = (
    Metric("down_mbit_per_s", message("download (Mbit/s)"), lower_is_better=False),
    Metric("up_mbit_per_s", message("upload (Mbit/s)"), lower_is_better=False),
    Metric("down_spread_pct", message("spread of the download's samples (%)"), lower_is_better=True),
    Metric("up_spread_pct", message("spread of the upload's samples (%)"), lower_is_better=True),
    Metric("down_error_pct", message("download known to ± (%), 95 %")),
    Metric("up_error_pct", message("upload known to ± (%), 95 %")),
    Metric(
        "down_mean_mbit_per_s",
        message("download, mean of all samples, QCVN 34 (Mbit/s)"),
        lower_is_better=False,
    ),
    Metric(
        "up_mean_mbit_per_s", message("upload, mean of all samples, QCVN 34 (Mbit/s)"), lower_is_better=False
    ),
    Metric("transferred_bytes", message("bytes that the test used"), lower_is_better=True),
    Metric("idle_rtt_ms", message("round trip before the load (ms)"), lower_is_better=True),
    Metric("loaded_rtt_ms", message("round trip under load (ms)"), lower_is_better=True),
    Metric("down_peak_rtt_ms", message("longest round trip of the download (ms)"), lower_is_better=True),
    Metric("up_peak_rtt_ms", message("longest round trip of the upload (ms)"), lower_is_better=True),
    Metric("added_latency_ms", message("latency that the load adds at worst (ms)"), lower_is_better=True),
    Metric("latency_method", message("round trips measured with")),
    Metric("rpm_count", message("round trips a minute under load"), lower_is_better=False),
    Metric("rpm_formula", message("formula of these")),
    Metric("method", message("measured with")),
    Metric("server_kind", message("kind of measurement server")),
    Metric("streams_count", message("connections side by side")),
    Metric("duration_s", message("duration of the test (s)"), lower_is_better=True),
    Metric("down_ended_by", message("why the download ended")),
    Metric("up_ended_by", message("why the upload ended")),
    Metric("up_counted_by", message("who counted the upload")),
    Metric("down_limited_by", message("our own limit of the download")),
    Metric("up_limited_by", message("our own limit of the upload")),
    Metric("proxy_ignored", message("a proxy of this machine's settings that was not used")),
    Metric("proxy", message("proxy")),
    Metric("tool_version", message("version of the program that measured")),
    Metric("file_sha256", message("SHA-256 of the file that it was taken over from")),
    Metric("file_name", message("file that it was taken over from")),
    Metric("server_name", message("measurement server, as it calls itself")),
    Metric("jitter_ms", message("jitter (ms)"), lower_is_better=True),
    Metric("loss_pct", message("loss (%)"), lower_is_better=True),
    Metric("down_jitter_ms", message("jitter of datagrams on their way here (ms)"), lower_is_better=True),
    Metric("up_jitter_ms", message("jitter of datagrams on their way there (ms)"), lower_is_better=True),
    Metric("down_loss_pct", message("loss of datagrams on their way here (%)"), lower_is_better=True),
    Metric("up_loss_pct", message("loss of datagrams on their way there (%)"), lower_is_better=True),
    *PROVENANCE,
)


def latency_metrics(
    method: str,
    idle_rtt_ms: float | None,
    loaded_rtt_ms: Mapping[Way, float],
    peak_rtt_ms: Mapping[Way, float],
) -> dict[str, MetricValue]:
    """Round trips before the load and under it, by direction; what was not measured is absent."""
    metrics: dict[str, MetricValue] = {}
    if idle_rtt_ms is not None:
        metrics["idle_rtt_ms"] = round(idle_rtt_ms, 3)
    metrics |= {f"{way}_peak_rtt_ms": round(rtt_ms, 3) for way, rtt_ms in peak_rtt_ms.items()}
    if loaded_rtt_ms:  # the worse way is what a caller notices
        metrics["loaded_rtt_ms"] = round(max(loaded_rtt_ms.values()), 3)
        if idle_rtt_ms is not None:
            metrics["added_latency_ms"] = round(max(0.0, max(peak_rtt_ms.values()) - idle_rtt_ms), 3)
    return metrics | {"latency_method": method} if metrics else metrics
