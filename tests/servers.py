"""Real servers from Debian, started on loopback for the length of a test."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SBIN = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
NGINX = shutil.which("nginx", path=_SBIN)
UNBOUND = shutil.which("unbound", path=_SBIN)
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)")
needs_unbound = pytest.mark.skipif(UNBOUND is None, reason="unbound is not installed (Debian: unbound)")

_NGINX = """
daemon off; worker_processes 1; error_log stderr; pid {folder}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  gzip on; gzip_min_length 1; gzip_types *;
  server {{ listen 127.0.0.1:{port}; absolute_redirect off; {locations} }}
}}
"""
_UNBOUND = """
server:
    directory: "{folder}"
    interface: 127.0.0.1@{port}
    pidfile: ""
    chroot: ""
    username: ""
    use-syslog: no
    logfile: ""
    do-daemonize: no
    verbosity: 1
    module-config: "iterator"
{data}
remote-control:
    control-enable: no
"""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, locations: str) -> Iterator[str]:
    """An nginx with these `location` blocks; gives its URL once it answers."""
    assert NGINX is not None
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, port=port, locations=locations), encoding="utf-8")
    command = [NGINX, "-p", str(folder), "-c", str(configuration)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while not (folder / "nginx.pid").exists() and process.poll() is None:
            pass  # its sockets listen before it writes that file
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def unbound(folder: Path, *data: str) -> Iterator[str]:
    """An unbound with these lines of local data; gives its address and port once it serves."""
    assert UNBOUND is not None
    port = free_port(socket.SOCK_DGRAM)
    lines = "\n".join(f"    {line}" for line in data)
    configuration = folder / "unbound.conf"
    configuration.write_text(_UNBOUND.format(folder=folder, port=port, data=lines), encoding="utf-8")
    with subprocess.Popen([UNBOUND, "-d", "-c", str(configuration)], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"start of service" in line:
                break
        try:
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.stderr.read()
