"""What a load tells: the plateau's speed and spread, QCVN 34's mean, and whether we ourselves were the limit. Pure."""

from dataclasses import dataclass
from statistics import mean

from kontum_netcheck.net.bandwidth.curve import BITS_PER_MBIT, Sample, mean_mbit_per_s, points_of, samples_of
from kontum_netcheck.net.bandwidth.load import Direction, EndedBy, Load
from kontum_netcheck.net.bandwidth.plateau import LEAST_COUNT, Plateau, find_plateau

_BUSY_SHARE, _REST_SHARE = 0.9, 0.03
_HELD_UP_SHARE = 0.5
_WINDOW_SHARE = 0.8
_WAITING_BYTES, _WAITING_SHARE = 2_000_000, 0.05
_KEEPS_UP_SHARE = 0.75  # of the plateau's speed, by the mean of the whole: with ramp, and the queue's drain


@dataclass(frozen=True, slots=True)
class Speed:
    """One direction, measured. Times in s since the load began."""

    direction: Direction
    mbit_per_s: float
    spread_pct: float
    error_pct: float
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
    """The speed that a load shows; None: too few samples for a plateau."""
    samples, counted_by = _samples(load)
    plateau = find_plateau(samples)
    if plateau is None or load.ended_by is None:
        return None
    return Speed(
        direction=load.order.direction,
        mbit_per_s=plateau.mbit_per_s,
        spread_pct=plateau.spread_pct,
        error_pct=plateau.error_pct,
        mean_mbit_per_s=mean_mbit_per_s(samples),
        is_level=plateau.is_level,
        plateau_start_s=plateau.samples[0].start_s,
        plateau_end_s=plateau.samples[-1].end_s,
        ended_by=load.ended_by,
        counted_by=counted_by,
        limited_by=_limit(load, plateau, loaded_rtt_ms),
    )


def _samples(load: Load) -> tuple[tuple[Sample, ...], str]:
    """The samples that count: what arrived here, or what the receiver of an upload says.

    When it arrived, the kernels know better, as long as they don't contradict how much it was.
    """
    order = load.order
    by_kernel = samples_of(load.line_points)
    if order.direction is Direction.DOWN:
        agree = _agree(load.line_points[-1][1], load.points[-1][1])
        return (by_kernel if agree else samples_of(load.points)), "arrived"
    counted_by = "receiver" if order.profile.counts_for_us else "acknowledged"
    until_s = min(load.ended_s, load.known_until_s)
    by_receiver = samples_of(points_of(load.pieces, until_s, order.sample_s))
    is_kernels = load.line_points != load.points and until_s >= load.ended_s
    if is_kernels and _receiver_keeps_up(load, by_kernel):
        return by_kernel, counted_by
    return by_receiver, counted_by


def _agree(line_bytes: int, read_bytes: int) -> bool:
    """Whether two counts of the same differ by no more than what may wait for a lost segment."""
    return abs(line_bytes - read_bytes) <= max(_WAITING_BYTES, _WAITING_SHARE * read_bytes)


def _receiver_keeps_up(load: Load, by_kernel: tuple[Sample, ...]) -> bool:
    """Whether the receiver got what the far kernel took, and hardly later: no proxy on the way took it in its place."""
    plateau = find_plateau(by_kernel)
    if plateau is None or not load.pieces:
        return False
    received_bytes = sum(piece.bytes_count for piece in load.pieces)
    took_s = max(piece.end_s for piece in load.pieces) - min(piece.start_s for piece in load.pieces)
    mean_rate = 8 * received_bytes / BITS_PER_MBIT / took_s if took_s > 0 else 0.0
    return _agree(load.delivered_bytes, received_bytes) and mean_rate >= _KEEPS_UP_SHARE * plateau.mbit_per_s


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
