"""From a burst of echoes to the metrics of the `ping` probe."""

from collections import Counter

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.icmp.series import EchoSeries
from kontum_netcheck.net.icmp.statistics import jitter_ms, loss_pct, loss_upper_pct, median, percentile
from kontum_netcheck.net.voice import mos


def measurement_of(series: EchoSeries | Failure) -> Measurement:
    """The metrics of a burst, and why none was answered, if none was. What is undefined is absent.

    Raises CannotMeasure where our own machine dropped as many packets as this host seems to have lost: then
    nobody knows whose fault that was.
    """
    if isinstance(series, Failure):
        return Measurement(failure=series)
    rtts_ms = series.received_rtts_ms
    lost_count = series.sent_count - len(rtts_ms)
    if 0 < lost_count <= series.dropped_count:
        detail = (
            f"{lost_count} echoes missing, but this machine dropped {series.dropped_count} packets itself"
        )
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.OVERLOADED, detail))
    metrics = _counts(series) | (_times(series) if rtts_ms else {})
    return Measurement(metrics, None if rtts_ms else _failure(series))


def _counts(series: EchoSeries) -> dict[str, MetricValue]:
    received_count = len(series.received_rtts_ms)
    metrics: dict[str, MetricValue] = {
        "sent_count": series.sent_count,
        "received_count": received_count,
        "loss_pct": loss_pct(series.sent_count, received_count),
        "loss_upper_pct": loss_upper_pct(series.sent_count, received_count),
        "duplicate_count": series.duplicate_count,
        "late_count": series.late_count,
        "foreign_count": series.foreign_count,
        "method": series.method.value,
    }
    if series.dropped_count:
        metrics["dropped_count"] = series.dropped_count
    return metrics


def _times(series: EchoSeries) -> dict[str, MetricValue]:
    rtts_ms = series.received_rtts_ms
    rtt_avg_ms = sum(rtts_ms) / len(rtts_ms)
    metrics: dict[str, MetricValue] = {
        "rtt_min_ms": min(rtts_ms),
        "rtt_avg_ms": rtt_avg_ms,
        "rtt_median_ms": median(rtts_ms),
        "rtt_p95_ms": percentile(rtts_ms, 95),
        "rtt_max_ms": max(rtts_ms),
        "mos": mos(rtt_avg_ms, loss_pct(series.sent_count, len(rtts_ms))),
    }
    jitter = jitter_ms(series.rtts_ms)
    return metrics if jitter is None else metrics | {"jitter_ms": jitter}


def _failure(series: EchoSeries) -> Failure:
    """Nobody answered: what most routers said, or else silence."""
    if not series.errors:
        late = f", {series.late_count} answered too late" if series.late_count else ""
        foreign = f", {series.foreign_count} replies refused" if series.foreign_count else ""
        return Failure(
            Stage.REPLY, Cause.TIMEOUT, f"{series.sent_count} echoes sent, no reply{late}{foreign}"
        )
    error, _ = Counter(series.errors).most_common(1)[0]
    return Failure(Stage.REPLY, error.cause, f"{error.text}, says {error.reporter}")
