"""What an echo of our own sound says of a path: loss, jitter, round trip, voice quality."""

import asyncio
import secrets
import statistics
from collections.abc import Iterator

from kontum_netcheck.net.sip.engine import Metrics
from kontum_netcheck.net.sip.rtp import FRAME_S, FRAME_SAMPLES, Jitter, Packet, Reception
from kontum_netcheck.net.sip.sdp import PCMA
from kontum_netcheck.net.voice import mos

_QUIET = {PCMA: (0x9F, 0x55), 0: (0x9F, 0x60)}
"""By payload type: which bits of a byte are random, and what the others do. A hiss of -40 dBm0, no two frames alike."""


class EchoTrial:
    """Makes the frames, and knows them again when they come back: by their content, for a switch may number anew."""

    def __init__(self, seconds: float, payload_type: int) -> None:
        self.frames_count = max(1, round(seconds / FRAME_S))
        self._payload_type = payload_type
        self._sent_s: dict[bytes, float] = {}
        self._rtts_ms: list[float] = []
        self._reception = Reception()
        self._jitter = (
            Jitter()
        )  # by the round trips: when a frame really went out, its time stamp doesn't say
        self._last = b""
        self.whole = asyncio.Event()
        """Everything has come back."""

    def frames(self) -> Iterator[bytes]:
        """All of them, each made when it is due."""
        mask, base = _QUIET[self._payload_type]
        for _ in range(self.frames_count):
            noise = secrets.token_bytes(FRAME_SAMPLES)
            if self._payload_type == PCMA:
                self._last = bytes((byte & mask) ^ base for byte in noise)
            else:
                self._last = bytes(byte & mask | base for byte in noise)
            yield self._last

    def sent(self, _sequence: int, sent_s: float) -> None:
        """The last frame goes out now."""
        self._sent_s[self._last] = sent_s

    def take(self, packet: Packet, came_s: float) -> None:
        """Something has come back. More than was sent is no echo, and not counted."""
        if self._reception.received_count >= len(self._sent_s):
            return
        sent_s = self._sent_s.get(packet.payload)
        if self._reception.add(packet, came_s) is not None and sent_s is not None:
            rtt_ms = (came_s - sent_s) * 1000
            if self._rtts_ms:
                self._jitter.add((rtt_ms - self._rtts_ms[-1]) / 1000)
            self._rtts_ms.append(rtt_ms)
        if self._reception.received_count >= self.frames_count:
            self.whole.set()

    def metrics(self) -> Metrics:
        """What was measured. Where nothing came back there is no delay; where frames were changed, no round trip."""
        sent_count, received_count = len(self._sent_s), self._reception.received_count
        metrics: Metrics = {"sent_count": sent_count, "received_count": received_count}
        if not sent_count:
            return metrics
        loss_pct = 100.0 * (sent_count - received_count) / sent_count
        metrics |= {"loss_pct": loss_pct, "duplicate_count": self._reception.duplicate_count}
        jitter = self._jitter if self._jitter.is_known else self._reception.jitter
        if jitter.is_known:
            metrics["jitter_ms"] = jitter.s * 1000
        if self._rtts_ms:
            rtt_avg_ms = statistics.fmean(self._rtts_ms)
            metrics |= {"rtt_avg_ms": rtt_avg_ms, "mos": round(mos(rtt_avg_ms, loss_pct), 2)}
        return metrics
