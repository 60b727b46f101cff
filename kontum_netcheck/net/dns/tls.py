"""TLS over a stream: for DNS over TLS (RFC 7858), where the server must prove its name (RFC 8310 §8)."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.dns.stream import Stream
from kontum_netcheck.net.http.authorities import keeps_a_store, system_bundle

_RECORD_BYTES = 16_384 + 2_048  # a TLS record at its longest (RFC 8446 §5.2 allows less)

# openssl-verification-options(1), X509_V_ERR_…
_CERTIFICATE_CAUSES = {
    9: Cause.CERTIFICATE_NOT_YET_VALID,
    10: Cause.CERTIFICATE_EXPIRED,
    62: Cause.CERTIFICATE_WRONG_HOST,
    64: Cause.CERTIFICATE_WRONG_HOST,  # an address
}

T = TypeVar("T")


def client_context(trusted_ca: Path | None) -> ssl.SSLContext:
    """Trusts the authorities in that file, else this machine's. Raises CannotMeasure where there are none."""
    bundle = trusted_ca or system_bundle()
    if bundle is None and not keeps_a_store():
        detail = "no file of certificate authorities"
        raise CannotMeasure(Failure(Stage.TLS, Cause.NO_AUTHORITIES, detail))
    try:
        return ssl.create_default_context(cafile=bundle)
    except OSError as error:  # it isn't there, or holds no certificate
        raise CannotMeasure(Failure(Stage.TLS, Cause.NO_AUTHORITIES, f"{bundle}: {error}")) from error


class TlsStream:
    """TLS inside another stream, whose lateness it shares. `name` is what the certificate must be for."""

    def __init__(self, inner: Stream, context: ssl.SSLContext, name: str) -> None:
        self._inner = inner
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    @property
    def late_s(self) -> float:
        """How long what came has waited for us, added up, where the kernel says so."""
        return self._inner.late_s

    @property
    def unknown_s(self) -> float:
        """How long at most it has waited where the kernel doesn't say."""
        return self._inner.unknown_s

    @property
    def certificate_not_after(self) -> datetime | None:
        """When the server's certificate expires; None before the handshake."""
        shown = self._tls.getpeercert() or {}
        expires = shown.get("notAfter")
        if not isinstance(expires, str):
            return None
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(expires), UTC)

    async def handshake(self) -> None:
        """Agree on keys and check the certificate. Raises ssl.SSLError, EOFError, OSError.

        OpenSSL itself reads at most 100 KB of certificates.
        """
        await self._move(self._tls.do_handshake)

    async def send(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        await self._move(lambda: self._tls.write(data))

    async def receive(self, max_bytes: int) -> bytes:
        """What has come, at least a byte. Raises EOFError at the end, TimeoutError, OSError."""
        try:
            data = await self._move(lambda: self._tls.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            raise EOFError from None
        if not data:
            raise EOFError
        return data

    async def _move(self, step: Callable[[], T]) -> T:
        """Repeat a step of OpenSSL's until it needs nothing more from the network; send what it wants sent."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
            else:
                await self._flush()
                return result
            self._incoming.write(await self._inner.receive(_RECORD_BYTES))

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._inner.send(data)


def tls_failure_of(error: ssl.SSLError) -> Failure:
    """The failure that OpenSSL's error means; which fault of the certificate is told apart."""
    if isinstance(error, ssl.SSLCertVerificationError):
        cause = _CERTIFICATE_CAUSES.get(error.verify_code, Cause.CERTIFICATE_UNTRUSTED)
        return Failure(Stage.TLS, cause, error.verify_message)
    return Failure(Stage.TLS, Cause.TLS_FAILED, error.reason or str(error))
