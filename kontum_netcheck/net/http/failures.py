"""libcurl's error codes as (stage, cause): translated once, here."""

import errno
from datetime import UTC, datetime

import pycurl

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.http.exchange import Certificate

_E_HTTP2_STREAM, _E_PROXY, _E_TOO_LARGE = 92, 97, 100  # pycurl has no names for them
_TABLE: dict[int, tuple[Stage, Cause]] = {
    pycurl.E_UNSUPPORTED_PROTOCOL: (Stage.REPLY, Cause.BAD_REPLY),  # HTTP/0.9: bytes without a status line
    pycurl.E_FTP_WEIRD_SERVER_REPLY: (Stage.REPLY, Cause.BAD_REPLY),
    pycurl.E_COULDNT_RESOLVE_PROXY: (Stage.RESOLVE, Cause.NO_SUCH_NAME),
    pycurl.E_COULDNT_RESOLVE_HOST: (Stage.RESOLVE, Cause.NO_SUCH_NAME),
    pycurl.E_COULDNT_CONNECT: (Stage.CONNECT, Cause.REFUSED),
    pycurl.E_PARTIAL_FILE: (Stage.TRANSFER, Cause.CLOSED),
    pycurl.E_SSL_CONNECT_ERROR: (Stage.TLS, Cause.TLS_FAILED),
    pycurl.E_SSL_CIPHER: (Stage.TLS, Cause.TLS_FAILED),
    pycurl.E_GOT_NOTHING: (Stage.REPLY, Cause.CLOSED),
    pycurl.E_SEND_ERROR: (Stage.REQUEST, Cause.CLOSED),
    pycurl.E_RECV_ERROR: (Stage.REPLY, Cause.CLOSED),
    pycurl.E_BAD_CONTENT_ENCODING: (Stage.TRANSFER, Cause.BAD_REPLY),
    pycurl.E_HTTP2: (Stage.REPLY, Cause.BAD_REPLY),
    _E_HTTP2_STREAM: (Stage.REPLY, Cause.BAD_REPLY),
    _E_PROXY: (Stage.CONNECT, Cause.REFUSED),
    _E_TOO_LARGE: (Stage.REPLY, Cause.TOO_LARGE),
}
_BY_ERRNO: dict[int, Cause] = {
    errno.ECONNREFUSED: Cause.REFUSED,
    errno.ECONNRESET: Cause.RESET,
    errno.EPIPE: Cause.RESET,
    errno.ENETUNREACH: Cause.NETWORK_UNREACHABLE,
    errno.ENETDOWN: Cause.NETWORK_UNREACHABLE,
    errno.EHOSTUNREACH: Cause.HOST_UNREACHABLE,
    errno.ETIMEDOUT: Cause.TIMEOUT,
    errno.EACCES: Cause.PROHIBITED,
    errno.EPERM: Cause.PROHIBITED,
}
_OURS: dict[int, Cause] = {
    errno.EMFILE: Cause.NO_SOCKET,
    errno.ENFILE: Cause.NO_SOCKET,
    errno.ENOBUFS: Cause.NO_SOCKET,
    errno.EAFNOSUPPORT: Cause.NO_SOCKET,
    errno.EADDRNOTAVAIL: Cause.NO_LOCAL_ADDRESS,
}
_X509_NOT_YET_VALID, _X509_EXPIRED = 9, 10  # openssl-verification-options(1)
_X509_NOTHING_SAID = (
    0,
    1,
    62,
)  # fine or unspecified: libcurl itself, or another library than OpenSSL, objected


def failure_of(
    code: int, os_errno: int, text: str, reached: Stage, verify_result: int, certificate: Certificate | None
) -> Failure:
    """The failure that stands for what libcurl said.

    `reached` is the stage that the transfer was in. Raises CannotMeasure where the fault is ours: no socket
    left, no such local address, authorities that cannot be read.
    """
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return _certificate_failure(verify_result, text, certificate)
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return Failure(reached, Cause.TIMEOUT, text)
    if code == pycurl.E_INTERFACE_FAILED:
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, text))
    if code == pycurl.E_SSL_CACERT_BADFILE:
        raise CannotMeasure(Failure(Stage.TLS, Cause.NO_AUTHORITIES, text))
    if os_errno in _OURS:
        raise CannotMeasure(Failure(Stage.SOCKET, _OURS[os_errno], text))
    if code == pycurl.E_RECV_ERROR and not os_errno and certificate is None:
        return Failure(
            reached, Cause.BAD_REPLY, text
        )  # what was read made no sense; reading itself did not fail
    stage, cause = _TABLE.get(code, (reached, Cause.BAD_REPLY))
    if stage is Stage.REPLY and reached is Stage.TRANSFER:
        stage = reached
    if cause in (Cause.REFUSED, Cause.CLOSED, Cause.TLS_FAILED):
        cause = _BY_ERRNO.get(os_errno, cause)
    return Failure(stage, cause, text)


def _certificate_failure(verify_result: int, text: str, certificate: Certificate | None) -> Failure:
    """Which fault of the certificate: by OpenSSL's result, else by what the certificate itself says."""
    cause, detail = Cause.CERTIFICATE_UNTRUSTED, text
    silent = verify_result in _X509_NOTHING_SAID
    now = datetime.now(UTC)
    if verify_result == _X509_EXPIRED or (silent and certificate and certificate.not_after < now):
        cause, detail = (
            Cause.CERTIFICATE_EXPIRED,
            f"{certificate.not_after:%Y-%m-%d}" if certificate else text,
        )
    elif verify_result == _X509_NOT_YET_VALID or (silent and certificate and certificate.not_before > now):
        cause, detail = (
            Cause.CERTIFICATE_NOT_YET_VALID,
            f"{certificate.not_before:%Y-%m-%d}" if certificate else text,
        )
    elif silent and certificate and not certificate.host_matches:
        cause, detail = Cause.CERTIFICATE_WRONG_HOST, ", ".join(certificate.names[:5]) or certificate.subject
    elif certificate:
        detail = certificate.issuer
    return Failure(Stage.TLS, cause, detail)
