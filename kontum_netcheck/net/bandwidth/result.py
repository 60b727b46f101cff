"""What a load tells: the plateau's speed and spread, QCVN 34's mean, and whether we ourselves were the limit. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from kontum_netcheck.net.bandwidth.curve import BITS_PER_MBIT, Sample, mean_mbit_per_s, points_of, samples_of
from kontum_netcheck.net.bandwidth.load import Direction, EndedBy, Load
from kontum_netcheck.net.bandwidth.plateau import LEAST_COUNT, Plateau, find_plateau

_BUSY_SHARE, _REST_SHARE = 0.9, 0.03
_HELD_UP_SHARE = 0.5
_WINDOW_SHARE = 0.8
_LEAST_SCALE, _NEARLY_ALL, _MOST_SCALE = 0.5, 0.95, 1.1
_KEEPS_UP_SHARE, _MOST_OF_IT = (
    0.6,
    0.75,
)  # of the plateau's speed; of the bytes: the last may wait long for a lost one


@dataclass(frozen=True, slots=True)
class Speed:
    """One direction, measured. Times in s since the load began."""

    direction: Direction
    mbit_per_s: float
    spread_pct: float
    error_pct: float  # half of the 95 % interval; where it never settled at least its spread
    mean_mbit_per_s: float  # of all samples, the ramp included
    is_level: bool
    plateau_start_s: float
    plateau_end_s: float
    ended_by: EndedBy
    counted_by: str  # arrived, receiver, acknowledged
    limited_by: (
        str | None
    )  # what of our own was the limit: cpu, receive window, send buffer; or server's window


def speed_of(load: Load, loaded_rtt_ms: float | None) -> Speed | None:
    """The speed that a load shows; None: too few samples for a plateau, or nothing moved in them."""
    samples, counted_by = _samples(load)
    plateau = find_plateau(samples)
    if plateau is None or not plateau.mbit_per_s or load.ended_by is None:
        return None
    return Speed(
        direction=load.order.direction,
        mbit_per_s=plateau.mbit_per_s,
        spread_pct=plateau.spread_pct,
        error_pct=plateau.known_to_pct,
        mean_mbit_per_s=mean_mbit_per_s(samples),
        is_level=plateau.is_level,
        plateau_start_s=plateau.samples[0].start_s,
        plateau_end_s=plateau.samples[-1].end_s,
        ended_by=load.ended_by,
        counted_by=counted_by,
        limited_by=_limit(load, plateau, loaded_rtt_ms),
    )


def _samples(load: Load) -> tuple[tuple[Sample, ...], str]:
    """The samples that count: how much is what arrived here, or what the receiver of an upload says.

    When it arrived, the kernels know better. They count segments, so their counts are scaled to what was read.
    """
    order = load.order
    if order.direction is Direction.DOWN:
        scale = _scale_of_reading(load)
        return samples_of(_scaled(load.line_points, scale) if scale else load.points), "arrived"
    counted_by = "receiver" if order.profile.counts_for_us else "acknowledged"
    until_s = min(load.ended_s, load.known_until_s)
    scale = _scale_of_receipts(load) if until_s >= load.ended_s else None
    if scale:
        return samples_of(_scaled(load.line_points, scale)), counted_by
    return samples_of(points_of(load.pieces, until_s, order.sample_s)), counted_by


def _scaled(points: Sequence[tuple[float, int]], scale: float) -> list[tuple[float, int]]:
    return [(at_s, round(count * scale)) for at_s, count in points]


def _scale_of_reading(load: Load) -> float | None:
    """Bytes read for each that the kernel counts as arrived; None: the two have nothing to do with each other.

    The most of any moment: at others more waited for a lost segment, arrived and not to be read.
    """
    later = range(len(load.points) // 2, len(load.points))
    shares = (load.points[at][1] / load.line_points[at][1] for at in later if load.line_points[at][1])
    scale = max(shares, default=0.0)
    if _NEARLY_ALL <= scale <= _MOST_SCALE:
        return 1.0  # segments are full, and some always waits
    return scale if _LEAST_SCALE <= scale <= _MOST_SCALE else None


def _scale_of_receipts(load: Load) -> float | None:
    """Bytes received for each that the far kernel is known to have; None: it is not the receiver's kernel.

    A proxy on the way may take an upload in the receiver's place, and faster: then the receiver is slower as a whole.
    """
    received_bytes, line_bytes = sum(piece.bytes_count for piece in load.pieces), load.delivered_bytes
    scale = received_bytes / line_bytes if line_bytes else 0.0
    plateau = find_plateau(samples_of(load.line_points))
    if not _LEAST_SCALE <= scale <= _MOST_SCALE or plateau is None:
        return None
    points = points_of(load.pieces, max(piece.end_s for piece in load.pieces), load.order.sample_s)
    most = next(point for point in points if point[1] >= _MOST_OF_IT * points[-1][1])
    mean_rate = 8 * most[1] / BITS_PER_MBIT / most[0] if most[0] else math.inf
    return scale if mean_rate >= _KEEPS_UP_SHARE * scale * plateau.mbit_per_s else None


def _limit(load: Load, plateau: Plateau, loaded_rtt_ms: float | None) -> str | None:
    """What of ours, or of the server's window, held the load back; None: the line did."""
    efforts = [
        effort
        for effort in load.efforts
        if plateau.samples[0].start_s <= effort[0] <= plateau.samples[-1].end_s
    ]
    if len(efforts) > 1:
        (first_s, first_cpu_s, first_rest_s), (last_s, last_cpu_s, last_rest_s) = efforts[0], efforts[-1]
        took_s = last_s - first_s
        if (last_cpu_s - first_cpu_s) / took_s >= _BUSY_SHARE:
            return "cpu"
        if (last_rest_s - first_rest_s) / took_s <= _REST_SHARE:
            return "cpu"
    told = [connection.last for connection in load.connections if connection.last]
    if load.order.direction is Direction.UP:
        busy = [tcp for tcp in told if tcp.busy_s > 0]
        if busy and mean(tcp.own_buffer_s / tcp.busy_s for tcp in busy) >= _HELD_UP_SHARE:
            return "send buffer"
        if busy and mean(tcp.far_window_s / tcp.busy_s for tcp in busy) >= _HELD_UP_SHARE:
            return "server's window"
        return None
    windows_bytes = sum(tcp.receive_window_bytes for tcp in told)
    if windows_bytes and loaded_rtt_ms:
        possible = 8 * windows_bytes / BITS_PER_MBIT / (loaded_rtt_ms / 1000)
        return "receive window" if plateau.mbit_per_s >= _WINDOW_SHARE * possible else None
    return None


def needed_bytes(load: Load) -> int | None:
    """What a load that was cut off by its budget would have needed, in bytes; None: nobody can tell.

    So many samples as a plateau needs, twice, at the fastest rate that was seen.
    """
    samples = samples_of(load.line_points)
    fastest = max((sample.bytes_count / (sample.end_s - sample.start_s) for sample in samples), default=0.0)
    if not fastest and load.ended_s > 0:
        fastest = load.moved_bytes / load.ended_s
    return round(fastest * load.order.sample_s * 4 * LEAST_COUNT) or None
