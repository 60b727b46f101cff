"""One free port number for UDP and TCP at once."""

import socket


def bound_pair(host: str) -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same port of the host, non-blocking; the port is the kernel's choice.

    Raises OSError where there is no port that both can have.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    problem: OSError | None = None
    for _ in range(16):  # a port that is free for one may be taken for the other
        tcp = socket.socket(family, socket.SOCK_STREAM)
        udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            tcp.bind((host, 0))
            udp.bind((host, tcp.getsockname()[1]))
        except OSError as error:
            problem = error
            tcp.close()
            udp.close()
            continue
        udp.setblocking(False)
        tcp.setblocking(False)
        return udp, tcp
    assert problem is not None
    raise problem
