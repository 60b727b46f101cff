"""A secret header reaches its server and nothing else: no output, no error, no file."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.process import Program

SECRET = "Bearer eyJhbGciOi-hunter2"


class Repeater(BaseHTTPRequestHandler):
    """Says in its page, its headers and its reason what it was sent."""

    seen: list[str]

    def do_GET(self) -> None:
        said = self.headers.get("Authorization", "none")
        self.server.seen.append(said)  # type: ignore[attr-defined]
        body = f"<title>unknown: {said}</title>".encode()
        self.send_response(200, f"OK {said}")
        self.send_header("X-Seen", said)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def repeater() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Repeater) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def end_point(server: ThreadingHTTPServer, expect: str) -> str:
    url = f"http://127.0.0.1:{server.server_port}/"
    return f'{{http: "{url}", headers: {{Authorization: "${{PORTAL_TOKEN}}"}}, expect: {{{expect}}}}}'


def test_no_output_holds_the_secret(
    program: Program, inventory: Callable[..., Path], repeater: ThreadingHTTPServer, tmp_path: Path
) -> None:
    inventory(
        *(end_point(repeater, e) for e in ("body: Welcome", "headers: {X-Seen: nobody}", "status: 201"))
    )
    files = [f"out.{suffix}" for suffix in ("json", "jsonl", "csv", "md")]
    options = [word for file in files for word in ("-o", file)]
    for by in ("site", "check"):
        done = program("check", "-v", "--by", by, *options, PORTAL_TOKEN=SECRET)
        assert done.code == 2
        written = [(tmp_path / file).read_text(encoding="utf-8") for file in files]
        for text in (done.out, done.err, *written):
            assert "hunter2" not in text
    assert repeater.seen == [SECRET] * 6  # type: ignore[attr-defined]
    planned = program("plan", PORTAL_TOKEN=SECRET)
    assert "hunter2" not in planned.out + planned.err


def test_a_missing_variable_is_an_error_of_the_inventory_that_names_it(
    program: Program, inventory: Callable[..., Path], repeater: ThreadingHTTPServer
) -> None:
    inventory(end_point(repeater, ""))
    done = program("check")
    assert done.code == 3
    assert "PORTAL_TOKEN" in done.err
    assert repeater.seen == []  # type: ignore[attr-defined]
