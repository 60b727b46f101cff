"""A socket for the sound of one call: takes packets of its other end only, and sends frames at their planned times."""

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import Callable, Iterator

from kontum_netcheck.net.dns.kernel import ANCILLARY_BYTES, arrival, stamp_arrivals
from kontum_netcheck.net.sip.rtp import FRAME_S, FRAME_SAMPLES, Packet, read_packet
from kontum_netcheck.net.sip.sdp import PCMA, Media
from kontum_netcheck.net.sockaddr import SockAddr, sockaddr_of

_DATAGRAM_BYTES = 2_048
_AT_A_TIME_COUNT = 64
_LOOKS_MAX_COUNT = 20  # a socket keeps some seconds of sound, 50 packets each
_TRIES_FOR_EVEN = 16
_SILENCE = {PCMA: b"\xd5" * FRAME_SAMPLES}
_SILENCE_ULAW = b"\xff" * FRAME_SAMPLES

OnPacket = Callable[[Packet, float], None]
"""Takes a packet, and when it came by the clock of perf_counter, in seconds."""


class MediaSocket:
    """Sound of one call. `source` is our own address; the port is even (RFC 3550, section 11). Raises OSError."""

    def __init__(self, source: str, on_packet: OnPacket) -> None:
        self.on_packet = on_packet
        self.host = source.partition("%")[0]
        self._allowed: set[str] = set()
        self._target: SockAddr | None = None
        self.payload_type = PCMA
        self._loop = asyncio.get_running_loop()
        self._socket = _bound(sockaddr_of(source, 0))
        self.port = int(self._socket.getsockname()[1])
        self._loop.add_reader(self._socket, self._take_some)

    def talk_to(self, media: Media, *others: str) -> None:
        """Where to send, and from which addresses to listen: the stream's own, and `others` such as the server's."""
        self.payload_type = media.payload_type
        self._target = sockaddr_of(media.host, media.port)
        self._allowed = {media.host, *others}

    def send(self, packet: Packet) -> None:
        """Send; what is lost is lost."""
        if self._target is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto(packet.wire(), self._target.sockaddr)

    async def send_frames(
        self, frames: Iterator[bytes], on_sent: Callable[[int, float], None] | None = None
    ) -> None:
        """A frame every 20 ms, from planned time to planned time; one that is overdue goes at once.

        `on_sent` gets the sequence number, counted on without a wrap, and the time of each.
        """
        ssrc, sequence = secrets.randbits(32), secrets.randbits(14)
        begun_s, timestamp = self._loop.time(), secrets.randbits(31)
        for count, payload in enumerate(frames):
            if (wait_s := begun_s + count * FRAME_S - self._loop.time()) > 0:
                await asyncio.sleep(wait_s)
            stamp = timestamp + count * FRAME_SAMPLES
            packet = Packet(self.payload_type, sequence + count, stamp, ssrc, payload, marker=count == 0)
            if on_sent is not None:
                on_sent(sequence + count, time.perf_counter())
            self.send(packet)

    def silence(self) -> Iterator[bytes]:
        """Frames of silence without end: through a translation of addresses sound comes only where some went out."""
        while True:
            yield _SILENCE.get(self.payload_type, _SILENCE_ULAW)

    def look(self) -> None:
        """Take what lies unread: who was late has not heard it yet."""
        for _ in range(_LOOKS_MAX_COUNT):
            if not self._take_some():
                return

    def close(self) -> None:
        """Close the socket."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _take_some(self) -> bool:
        """Whether there may be more."""
        for _ in range(_AT_A_TIME_COUNT):
            try:
                wire, came_s, source = self._receive()
            except BlockingIOError:
                return False
            except OSError:  # about a packet of ours that nobody took
                continue
            packet = read_packet(wire) if source in self._allowed else None
            if packet is not None:
                self.on_packet(packet, came_s)
        return True

    def _receive(self) -> tuple[bytes, float, str]:
        if hasattr(self._socket, "recvmsg"):
            wire, ancillary, _, source = self._socket.recvmsg(_DATAGRAM_BYTES, ANCILLARY_BYTES)
            came_s = arrival(ancillary)
        else:
            (wire, source), came_s = self._socket.recvfrom(_DATAGRAM_BYTES), None
        return wire, time.perf_counter() if came_s is None else came_s, str(source[0]).partition("%")[0]


def _bound(source: SockAddr) -> socket.socket:
    """To an even port where one is quickly found; the next one is RTCP's, which nobody here needs."""
    for left in reversed(range(_TRIES_FOR_EVEN)):
        sock = socket.socket(source.family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            stamp_arrivals(sock)
            sock.bind(source.sockaddr)
            if not left or sock.getsockname()[1] % 2 == 0:
                return sock
        except BaseException:
            sock.close()
            raise
        sock.close()
    raise AssertionError("unreachable")
