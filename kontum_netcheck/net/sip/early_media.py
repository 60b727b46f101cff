"""Listens to the sound of a call for tones: by the packets' time stamps, so that what is missing is silence."""

from collections.abc import Callable

from kontum_netcheck.net.sip.rtp import RATE_HZ, Packet, signed
from kontum_netcheck.net.sip.sdp import PCMA, PCMU
from kontum_netcheck.net.tones import Heard, Listener, Tone
from kontum_netcheck.net.tones.g711 import from_alaw, from_ulaw

_GAP_MAX_SAMPLES = 6 * RATE_HZ
"""A sender that doesn't send silence pauses for 4 s between two rings; a longer gap is a new beginning."""
_PAYLOAD_MAX_BYTES = 800  # 100 ms
_LOUD = 500
"""Of 32,768, the mean of a packet: more than the noise of a quiet line (-36 dBm0)."""


class Ear:
    """Takes the packets of one call. `on_heard` is called with every tone when it is recognized."""

    def __init__(self, on_heard: Callable[[Heard], None]) -> None:
        self._listener = Listener()
        self._on_heard = on_heard
        self._ssrc: int | None = None
        self._expected = 0  # the time stamp of the next packet
        self._known_count = 0
        self.loud_s = 0.0
        """How long there was sound, of whatever kind."""

    def take(self, packet: Packet, _came_s: float) -> None:
        """Listen to a packet. One that comes behind its successor is lost, as for a telephone without a buffer."""
        if packet.payload_type not in (PCMA, PCMU) or len(packet.payload) > _PAYLOAD_MAX_BYTES:
            return
        if (
            packet.ssrc != self._ssrc
        ):  # another source: after a transfer, or the exchange's after the gateway's
            self._ssrc, self._expected = packet.ssrc, packet.timestamp
        gap = signed(packet.timestamp - self._expected, 32)
        if gap < 0:
            return
        if 0 < gap <= _GAP_MAX_SAMPLES:
            self._listener.feed([0] * gap)
        samples = (from_alaw if packet.payload_type == PCMA else from_ulaw)(packet.payload)
        self._expected = (packet.timestamp + len(samples)) % (1 << 32)
        if samples and sum(map(abs, samples)) > _LOUD * len(samples):
            self.loud_s += len(samples) / RATE_HZ
        self._listener.feed(samples)
        self._tell()

    def all_heard(self) -> tuple[Heard, ...]:
        """Every tone in its order."""
        return self._listener.all_heard()

    @property
    def tone(self) -> Tone:
        """The last one."""
        return self._listener.heard().tone

    @property
    def frames(self) -> tuple[bytes, ...]:
        """What a fax machine has said of itself (T.30)."""
        return tuple(frame for heard in self.all_heard() for frame in heard.frames)

    def _tell(self) -> None:
        heard = self._listener.all_heard()
        count = len(heard) + sum(len(each.frames) for each in heard)
        if count > self._known_count:
            self._known_count = count
            self._on_heard(heard[-1])
