"""What a path leads to, and the three kinds of answer there are."""

from collections.abc import Callable
from dataclasses import dataclass

from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.reply import Headers, Reply
from kontum_netcheck.serving.request import Request


@dataclass(frozen=True, slots=True)
class Desk:
    """What the answers need to know of this server and of who asks."""

    version: str
    client: str  # its address, as people write it
    most_bytes: int  # of one request
    udp_port: int | None = None
    cookie: str = ""  # what the client's echoes over UDP must carry
    wants_token: bool = False
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Download:
    """So many bytes of noise."""

    bytes_count: int
    content_type: str = "application/octet-stream"
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """The body is counted; the answer is made of what arrived."""

    answer: Callable[[Receipt], Reply]


Answer = Reply | Download | Upload
Handler = Callable[[Request, Desk], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """`name` stands in the metrics. An `open` route needs no token. HEAD goes wherever GET does."""

    name: str
    methods: dict[str, Handler]
    open: bool = False
