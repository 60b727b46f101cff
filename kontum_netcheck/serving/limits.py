"""What a client may have of us, and for how long: every limit of the measurement end point."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults let a province measure itself all day, and nobody fill the line or the memory.

    A client is one IPv4 address or one IPv6 /64. A test is a run of transfers of one client with no pause of
    `test_pause_s` between them: what a person calls a test, however many requests and connections it takes.
    """

    bytes_per_hour: int = 20_000_000_000  # each client, both ways together
    tests_per_hour: int = 120  # each client
    test_pause_s: float = 10.0
    clients_at_once: int = 16  # that transfer; more of them would measure each other
    connections: int = 256
    connections_per_client: int = 32
    new_connections_per_s: float = 50.0  # each client, over time; each costs a task, or a TLS handshake
    new_connections_at_once: int = 500
    transfer_s: float = 60.0  # one request, from its head to its last byte
    head_s: float = 10.0  # TLS handshake and head of a request
    head_bytes: int = 16_384
    idle_s: float = 30.0  # a connection that asks nothing
    stall_s: float = 10.0  # a transfer in which no byte moves
    linger_s: float = 2.0  # for what a refused client still sends
    farewell_s: float = 3.0  # for what is under way when the server is told to end
    echoes_per_s: int = 200  # UDP, each client
