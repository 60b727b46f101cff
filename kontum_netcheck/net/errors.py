"""Operating system errors, translated once into causes. Their texts are detail; nothing matches on them."""

import errno
import os
import socket

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage


def _numbers(*names: str) -> frozenset[int]:
    """The error numbers of those names here, and of their Winsock twins on Windows."""
    both = (*names, *(f"WSA{name}" for name in names))
    return frozenset(getattr(errno, name) for name in both if hasattr(errno, name))


_OF_THE_NETWORK = (
    (_numbers("ECONNREFUSED"), Cause.REFUSED),
    (_numbers("ECONNRESET", "ECONNABORTED", "EPIPE"), Cause.RESET),
    (_numbers("ETIMEDOUT"), Cause.TIMEOUT),
    (_numbers("EHOSTUNREACH", "EHOSTDOWN"), Cause.HOST_UNREACHABLE),
    (_numbers("ENETUNREACH", "ENETDOWN", "EPROTO", "ENOPROTOOPT"), Cause.NETWORK_UNREACHABLE),
    (
        _numbers("EACCES", "EPERM"),
        Cause.PROHIBITED,
    ),  # on connect and send: a packet filter, here or on the way
)
_OURS = (
    (
        _numbers("EMFILE", "ENFILE", "EAGAIN", "ENOBUFS", "ENOMEM", "EAFNOSUPPORT", "EPROTONOSUPPORT"),
        Cause.NO_SOCKET,
    ),
    (_numbers("EADDRNOTAVAIL", "EADDRINUSE"), Cause.NO_LOCAL_ADDRESS),
)

_NO_SUCH_NAME = {socket.EAI_NONAME}
_NO_ADDRESS = {getattr(socket, name) for name in ("EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)}
_NO_ADDRESS = (_NO_ADDRESS | {11004}) - _NO_SUCH_NAME  # WSANO_DATA
_TRY_AGAIN_OR_FAILED = {socket.EAI_AGAIN, socket.EAI_FAIL, 11002, 11003}  # WSATRY_AGAIN, WSANO_RECOVERY


def failure_of(error: OSError, stage: Stage) -> Failure:
    """The failure that an OSError of connecting, sending or receiving means.

    Raises CannotMeasure where the fault is ours: no sockets, no such protocol, no local address.
    """
    number, detail = error.errno, _text(error)
    for numbers, cause in _OF_THE_NETWORK:
        if number in numbers:
            return Failure(stage, cause, detail)
    if isinstance(error, TimeoutError):
        return Failure(stage, Cause.TIMEOUT, detail)
    for numbers, cause in _OURS:
        if number in numbers:
            raise CannotMeasure(Failure(Stage.SOCKET, cause, detail)) from error
    raise CannotMeasure(Failure(stage, Cause.BUG, detail)) from error


def lookup_failure_of(error: socket.gaierror) -> Failure:
    """The failure that getaddrinfo's error means. Raises CannotMeasure where the fault is ours."""
    detail = _text(error)
    if error.errno in _NO_SUCH_NAME:
        return Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, detail)
    if error.errno in _NO_ADDRESS:
        return Failure(Stage.RESOLVE, Cause.NO_ADDRESS, detail)
    if error.errno in _TRY_AGAIN_OR_FAILED:
        return Failure(Stage.RESOLVE, Cause.NAME_SERVER_FAILED, detail)
    raise CannotMeasure(Failure(Stage.RESOLVE, Cause.NO_SOCKET, detail)) from error


def _text(error: OSError) -> str:
    """The system's own words: `Connection refused`."""
    return error.strerror or (os.strerror(error.errno) if error.errno else str(error))
