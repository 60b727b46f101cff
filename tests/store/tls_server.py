"""A PostgreSQL server as far as its door: it speaks TLS with a certificate of the test's, and lets nobody in.

A process of its own: libpq, while it asks whether a server is there, lets no other thread of Python's run.
https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest, StartupMessage, ErrorResponse.
"""

import contextlib
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import trustme

_SSL, _GSS = 80877103, 80877104
_NOBODY = b"SFATAL\0VFATAL\0C28000\0Mnobody comes in here\0\0"


@contextlib.contextmanager
def tls_server(certificate: trustme.LeafCert, folder: Path) -> Iterator[int]:
    """Its port on 127.0.0.1."""
    file = folder / "server.pem"
    certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
    command = [sys.executable, __file__, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            yield int(serving.stdout.readline())
        finally:
            serving.kill()


def _serve(file: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listening.accept()
            with contextlib.suppress(OSError, struct.error), connection:
                _refuse(connection, context)


def _refuse(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Begin TLS where it is asked for, then say no."""
    error = b"E" + struct.pack("!i", len(_NOBODY) + 4) + _NOBODY
    while True:
        length, code = struct.unpack("!ii", connection.recv(8, socket.MSG_WAITALL))
        if code == _GSS:
            connection.sendall(b"N")
        elif code == _SSL:
            connection.sendall(b"S")
            with context.wrap_socket(connection, server_side=True) as inside:
                inside.recv(1024)
                inside.sendall(error)
            return
        else:
            connection.recv(length - 8, socket.MSG_WAITALL)
            connection.sendall(error)
            return


if __name__ == "__main__":
    _serve(sys.argv[1])
