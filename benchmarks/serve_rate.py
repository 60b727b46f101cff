"""`serve` beside nginx with the same number of bytes: Gbit/s, and the CPU that the server takes for a GB.

Needs Linux with two cores, nginx and curl (Debian's names). Usage:

    python benchmarks/serve_rate.py [GB [ROUNDS]]

Both servers have one process and one core, the clients the other core. The two take turns; of each the best round
counts, for other work on the machine only ever takes away. Clients are as cheap as they can be: downloads are counted
and dropped in the kernel, uploads come out of the page cache; with TLS they are curl. nginx serves a file in memory by
sendfile; an upload it reads and drops, as the measuring sites that are built on it do.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SERVER_CORE, CLIENT_CORE = 0, 1
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
NGINX_CONF = """
daemon off; master_process off; worker_processes 1; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; client_body_temp_path {folder}/a;
  proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port}; listen 127.0.0.1:{tls_port} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    root {folder};
    location /upload {{ return 200; }}
  }}
}}
"""


class Peer(NamedTuple):
    """A running server."""

    name: str
    pid: int
    port: int
    tls_port: int
    download: Callable[[int], str]


class Figure(NamedTuple):
    """One measurement."""

    gbit_per_s: float
    cpu_s_per_gb: float


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def process(command: list[str], port: int) -> Iterator[int]:
    """A server on its core; its id, once it listens."""
    path = "/usr/sbin:" + os.environ.get("PATH", "")
    program = shutil.which(command[0], path=path)
    if program is None:
        raise SystemExit(f"{command[0]} is not installed")
    running = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), program, *command[1:]], stderr=subprocess.DEVNULL
    )
    try:
        while running.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield running.pid
    finally:
        running.terminate()
        running.wait()


@contextmanager
def peers(folder: Path, sizes: set[int]) -> Iterator[tuple[Peer, Peer]]:
    """nginx and ours, with a certificate and with files of these sizes."""
    subject = ["-subj", "/CN=localhost", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *key, *subject], check=True, stderr=subprocess.DEVNULL)
    for size in sizes:
        with (folder / f"{size}.bin").open("wb") as file:
            for _ in range(size >> 20):
                file.write(os.urandom(1 << 20))
    port, tls_port, own_port = free_port(), free_port(), free_port()
    conf = folder / "nginx.conf"
    conf.write_text(NGINX_CONF.format(folder=folder, port=port, tls_port=tls_port), encoding="utf-8")
    own = [
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(own_port),
        "--max-bytes-per-hour",
        "100TB",
        "--quiet",
    ]
    tls = [
        "--certificate",
        str(folder / "cert.pem"),
        "--key",
        str(folder / "key.pem"),
        "--max-tests-per-hour",
        "9999",
    ]
    with (
        process(["nginx", "-c", str(conf), "-p", str(folder)], port) as nginx,
        process([sys.executable, "-m", "kontum_netcheck", *own, *tls], own_port) as ours,
    ):
        yield (
            Peer("nginx", nginx, port, tls_port, lambda size: f"/{size}.bin"),
            Peer("serve", ours, own_port, own_port, lambda size: f"/download?bytes={size}"),
        )


def fetch(port: int, path: str, size: int, _file: Path) -> None:
    """Download, and have the kernel drop what comes."""
    room = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        got = 0
        while count := sock.recv_into(room, len(room), socket.MSG_TRUNC):
            got += count
    assert got > size, (got, size)


def send(port: int, path: str, size: int, file: Path) -> None:
    """Upload out of the page cache, and wait for the answer."""
    with socket.create_connection(("127.0.0.1", port)) as sock, file.open("rb") as source:
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
        sock.sendall(head.encode())
        sock.sendfile(source)
        answer = sock.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        while sock.recv(65_536):
            pass


def send_in_chunks(port: int, path: str, size: int, _file: Path) -> None:
    """Upload without a length, in chunks of 256 KiB."""
    piece = b"%x\r\n" % (1 << 18) + os.urandom(1 << 18) + b"\r\n"
    with socket.create_connection(("127.0.0.1", port)) as sock:
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        sock.sendall(head.encode())
        for _ in range(size >> 18):
            sock.sendall(piece)
        sock.sendall(b"0\r\n\r\n")
        while sock.recv(65_536):
            pass


def by_curl(*options: str) -> Callable[[int, str, int, Path], None]:
    """Up or down with TLS, by curl."""

    def work(port: int, path: str, _size: int, file: Path) -> None:
        body = ["-T", str(file)] if "-T" in options else []
        url = f"https://127.0.0.1:{port}{path}"
        command = ["curl", "-skf", "-o", "/dev/null", "--tls-max", "1.3", *body, "-H", "Expect:", url]
        subprocess.run(command, check=True)

    return work


def cpu_s(pid: int) -> float:
    """What a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def measure(
    peer: Peer,
    work: Callable[[int, str, int, Path], None],
    port: int,
    path: str,
    size: int,
    streams: int,
    file: Path,
) -> Figure:
    """All streams at once, each in a process on the clients' core."""
    before_s, began_s = cpu_s(peer.pid), time.perf_counter()
    clients = []
    for _ in range(streams):
        pid = os.fork()
        if pid == 0:
            os.sched_setaffinity(0, {CLIENT_CORE})
            status = 1
            try:
                work(port, path, size, file)
                status = 0
            finally:
                os._exit(status)
        clients.append(pid)
    failed = sum(os.waitpid(pid, 0)[1] != 0 for pid in clients)
    wall_s = time.perf_counter() - began_s
    assert not failed, f"{failed} of {streams} clients of {peer.name} failed"
    gigabytes = size * streams / 1e9
    return Figure(gigabytes * 8 / wall_s, (cpu_s(peer.pid) - before_s) / gigabytes)


def say(line: str) -> None:
    """A line of the table, as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table of docs/performance-serve.md."""
    total = int(float(sys.argv[1] if len(sys.argv) > 1 else 4) * 1e9)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    sizes = {streams: total // streams >> 20 << 20 for streams in (1, 8)}
    tls_size = total // 4 >> 20 << 20
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with peers(folder, {*sizes.values(), tls_size}) as both:
            cases = [
                *(("down", fetch, streams, sizes[streams], False) for streams in (1, 8)),
                *(("up", send, streams, sizes[streams], False) for streams in (1, 8)),
                ("up, in chunks", send_in_chunks, 1, sizes[1], False),
                ("down, TLS", by_curl(), 1, tls_size, True),
                ("up, TLS", by_curl("-T"), 1, tls_size, True),
            ]
            say(
                "| | streams | nginx Gbit/s | serve Gbit/s | ratio | nginx CPU-s/GB | serve CPU-s/GB | ratio |"
            )
            say("|---|---|---|---|---|---|---|---|")
            for label, work, streams, size, tls in cases:
                best: dict[str, Figure] = {}
                for _ in range(rounds):
                    for peer in both:
                        path = peer.download(size) if label.startswith("down") else "/upload"
                        port = peer.tls_port if tls else peer.port
                        got = measure(peer, work, port, path, size, streams, folder / f"{size}.bin")
                        old = best.get(peer.name, Figure(0.0, 1e9))
                        best[peer.name] = Figure(
                            max(old.gbit_per_s, got.gbit_per_s), min(old.cpu_s_per_gb, got.cpu_s_per_gb)
                        )
                theirs, ours = best["nginx"], best["serve"]
                say(
                    f"| {label} | {streams} | {theirs.gbit_per_s:.1f} | {ours.gbit_per_s:.1f} "
                    f"| {ours.gbit_per_s / theirs.gbit_per_s:.2f} | {theirs.cpu_s_per_gb:.3f} "
                    f"| {ours.cpu_s_per_gb:.3f} | {ours.cpu_s_per_gb / max(theirs.cpu_s_per_gb, 0.001):.2f} |"
                )


if __name__ == "__main__":
    main()
