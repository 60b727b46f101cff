"""What a server of our own says that it received. A stranger's word: bounded, and compared with what was sent. Pure."""

import json
import math
from dataclasses import dataclass

_STEPS_MAX_COUNT = 20_000
_HEAD_BYTES = 65_536  # a receiver that counts heads and chunk lines, too, is not lying


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of one upload: how many bytes arrived, in what time, and how they arrived (s since its head, bytes so far)."""

    received_bytes: int
    duration_s: float
    steps: tuple[tuple[float, int], ...]


def read_receipt(answer: bytes, sent_bytes: int) -> Receipt | str:
    """The receipt; or in a few words why it is none."""
    try:
        said = json.loads(answer)
        received_bytes, duration_s = int(said["received_bytes"]), float(said["duration_s"])
        steps = tuple((float(at_s), int(count)) for at_s, count in said.get("samples", ()))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return f"no receipt: {answer[:80]!r}"
    if not 0 <= received_bytes <= sent_bytes + _HEAD_BYTES:
        return f"{received_bytes} bytes received of {sent_bytes} sent"
    if not (math.isfinite(duration_s) and 0 <= duration_s < 3_600) or len(steps) > _STEPS_MAX_COUNT:
        return f"received in {duration_s} s, {len(steps)} samples"
    if not _only_grow(steps, received_bytes):
        return "its samples don't grow to what was received"
    return Receipt(received_bytes, duration_s, steps or ((duration_s, received_bytes),))


def _only_grow(steps: tuple[tuple[float, int], ...], received_bytes: int) -> bool:
    before = (0.0, 0)
    for step in steps:
        if not math.isfinite(step[0]) or step[0] < before[0] or step[1] < before[1]:
            return False
        before = step
    return before[1] <= received_bytes
