"""One UDP socket for all conversations of a family; the kernel says when an answer came, and who refused what."""

import asyncio
import re
import socket
from dataclasses import dataclass

from kontum_netcheck.net.address import HostPort
from kontum_netcheck.net.dns.kernel import (
    ANCILLARY_BYTES,
    AncillaryData,
    arrival,
    dropped_count,
    keep_refusals,
    read_refusals,
    stamp_arrivals,
)
from kontum_netcheck.net.sip.account import Transport
from kontum_netcheck.net.sip.switchboard import Switchboard

_BUFFER_BYTES = 4 * 1024 * 1024  # the kernel grants what it allows
_DATAGRAM_BYTES = 65_535
_AT_A_TIME_COUNT = 64  # messages read before others get their turn
_BRANCH = re.compile(rb"branch=(z9hG4bK[0-9a-f]{1,64})")


class SipSocket:
    """Sends and receives datagrams. Raises OSError from its constructor where there is no such source address."""

    def __init__(self, family: socket.AddressFamily, source: tuple[object, ...], board: Switchboard) -> None:
        self._board = board
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            stamp_arrivals(self._socket)
            keep_refusals(self._socket)
            self._socket.bind(source)
            self._loop.add_reader(self._socket, self.read)
        except BaseException:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]

    @property
    def dropped_count(self) -> int:
        """How many packets the kernel has thrown away because there was no room for them."""
        return dropped_count(self._socket)

    def send(self, wire: bytes, sockaddr: tuple[object, ...]) -> None:
        """Send; an error that the socket still holds of another packet is not this one's. Raises OSError."""
        while True:
            try:
                self._socket.sendto(wire, sockaddr)
                return
            except OSError:
                if not self._read_refusals():
                    raise

    def read(self) -> None:
        """Take what has come."""
        for _ in range(_AT_A_TIME_COUNT):
            try:
                wire, ancillary, source = self._receive()
            except BlockingIOError:
                return
            except OSError:  # about a packet that we sent; the error queue says which
                self._read_refusals()
                continue
            self._board.take(
                wire,
                HostPort(str(source[0]).partition("%")[0], int(str(source[1]))),
                arrival(ancillary),
                lambda answer, source=source: self.send(answer, source),  # type: ignore[misc]
                None,
            )

    def close(self) -> None:
        """Close the socket."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _receive(self) -> tuple[bytes, AncillaryData, tuple[object, ...]]:
        if hasattr(self._socket, "recvmsg"):
            wire, ancillary, _, source = self._socket.recvmsg(_DATAGRAM_BYTES, ANCILLARY_BYTES)
            return wire, ancillary, source
        wire, source = self._socket.recvfrom(_DATAGRAM_BYTES)
        return wire, [], source

    def _read_refusals(self) -> bool:
        """Hand ICMP errors to the requests that they are about; whether there were any."""
        refusals = read_refusals(self._socket)
        for refused in refusals:
            found = _BRANCH.search(refused.quoted)
            host = refused.server[0].partition("%")[0]
            about = self._board.of_branch(found[1].decode()) if found else self._board.of_peer(host)
            for transaction in about:
                if transaction.channel.peer == (host, refused.server[1]):
                    transaction.fail(refused.error)
        return bool(refusals)


@dataclass(frozen=True, slots=True)
class UdpChannel:
    """One peer of a socket."""

    socket: SipSocket
    sockaddr: tuple[object, ...]
    own: HostPort
    peer: HostPort
    transport: Transport = "udp"
    is_reliable: bool = False

    @property
    def dropped_count(self) -> int:
        """How many packets the socket had no room for."""
        return self.socket.dropped_count

    def send(self, wire: bytes) -> None:
        """Send a message at once. Raises OSError."""
        self.socket.send(wire, self.sockaddr)
