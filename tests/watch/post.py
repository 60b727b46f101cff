"""Where notices arrive: a real SMTP server and a real web server, on loopback."""

import asyncio
import json
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@cache
def load_services() -> None:
    """apprise loads them all at the first address; one of them wakes a deprecated module of Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://127.0.0.1")


@dataclass
class Mailbox:
    """An SMTP server and the letters that it has taken."""

    url: str = ""
    letters: asyncio.Queue[EmailMessage] = field(default_factory=asyncio.Queue)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        """Take a letter."""
        letter = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(letter, EmailMessage)
        self.letters.put_nowait(letter)
        return "250 Taken"


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """An SMTP server in this loop: whoever sends to it must do so in another thread."""
    from aiosmtpd.smtp import SMTP

    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        box.url = f"mailto://127.0.0.1:{port}?from=netcheck@example.vn&to=truc@example.vn"
        yield box


@dataclass
class Hook:
    """A web server that takes JSON, and answers with these statuses in turn; with 200 when they are used up."""

    statuses: list[int] = field(default_factory=list)
    url: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait(self) -> dict[str, Any]:
        """The next request, in whatever way it was answered."""
        assert self.arrived.acquire(timeout=30)
        return self.came[-1]


@contextmanager
def hook(*statuses: int) -> Iterator[Hook]:
    """It, served by a thread."""
    load_services()
    taken = Hook(list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(taken.statuses.pop(0) if taken.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            taken.arrived.release()

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        taken.url = f"json://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield taken
        server.shutdown()
        thread.join()
