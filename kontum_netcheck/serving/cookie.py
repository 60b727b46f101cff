"""Cookies for echoes over UDP: who has one has received something at that address, so the address isn't forged.

A server that answered any packet could be made to send its answers to others. So the cookie is given over TCP only,
and each packet must carry it. The idea: RFC 7873; the server keeps no list.
"""

import hmac
import secrets
from collections.abc import Callable
from hashlib import blake2s

COOKIE_BYTES = 8
_SLOT_S = 600
"""A cookie is good for the rest of its slot and the next one: ten to twenty minutes."""


class CookieJar:
    """Makes and knows the cookies of one run of the server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)

    def bake(self, address: str) -> bytes:
        """The cookie of the client at that address."""
        return self._baked(address, int(self._clock() // _SLOT_S))

    def knows(self, address: str, cookie: bytes) -> bool:
        """Whether it is that client's, and not too old."""
        slot = int(self._clock() // _SLOT_S)
        return any(hmac.compare_digest(cookie, self._baked(address, at)) for at in (slot, slot - 1))

    def _baked(self, address: str, slot: int) -> bytes:
        return blake2s(f"{slot} {address}".encode(), key=self._secret, digest_size=COOKIE_BYTES).digest()
