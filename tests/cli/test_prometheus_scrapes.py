"""The textfile on its way: node_exporter's collector takes it, and a real Prometheus scrapes, stores and answers."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.cli.process import Program
from tests.servers import free_port

NODE_EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
PROMETHEUS = shutil.which("prometheus")
CONFIGURATION = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - {{job_name: node, static_configs: [{{targets: ["{target}"]}}]}}
"""
pytestmark = [
    pytest.mark.skipif(
        NODE_EXPORTER is None, reason="needs node_exporter (Debian: prometheus-node-exporter)"
    ),
    pytest.mark.skipif(PROMETHEUS is None, reason="needs prometheus (Debian: prometheus)"),
]


@contextmanager
def running(command: Sequence[str | None], ready: str) -> Iterator[None]:
    """A server until the end of the block, from the line of its log on that says that it is ready."""
    with subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if re.search(ready, line):
                break
        rest = threading.Thread(target=process.stderr.read)
        rest.start()
        try:
            yield
        finally:
            process.terminate()
            rest.join()


def get(url: str) -> str:
    with urlopen(url, timeout=20) as reply:
        text: str = reply.read().decode()
    return text


def test_the_collector_takes_the_file_and_prometheus_answers_what_stands_in_it(
    program: Program, inventory: Callable[..., Path], refusing: str, tmp_path: Path
) -> None:
    inventory(f"{{tcp: '{refusing}'}}")
    folder = tmp_path / "textfile"
    folder.mkdir()
    assert program("check", "-q", "-o", str(folder / "kontum.prom"), "--no-store").code == 2
    exporter, prometheus = (f"127.0.0.1:{free_port()}" for _ in range(2))
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(target=exporter))
    collector = [
        NODE_EXPORTER,
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={folder}",
        f"--web.listen-address={exporter}",
    ]
    server = [
        PROMETHEUS,
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={prometheus}",
    ]
    with running(collector, "TLS is disabled|Listening on"):
        text = get(f"http://{exporter}/metrics")
        assert "node_textfile_scrape_error 0" in text
        assert re.search(r'^kontum_netcheck_site_readiness\{site="thpt-a"\} 3$', text, re.MULTILINE)
        with running(server, "Server is ready to receive web requests"):
            (found,) = asked(prometheus, 'kontum_netcheck_site_readiness{site="thpt-a"}')
            joined = asked(prometheus, JOINED)
    assert (found["metric"]["instance"], found["value"][1]) == (exporter, "3")
    assert [each["metric"]["name"] for each in joined] == ["Trường THPT A"]


JOINED = "kontum_netcheck_site_readiness * on(site) group_left(name) kontum_netcheck_site_info"
"""As docs/prometheus.md writes it."""


def asked(prometheus: str, query: str) -> list[dict[str, Any]]:
    """The result of a query, as soon as there is one: Prometheus looks for its targets five seconds after its start."""
    pause = threading.Event()
    while True:
        answer = json.loads(get(f"http://{prometheus}/api/v1/query?query={quote(query)}"))
        assert answer["status"] == "success"
        if answer["data"]["result"]:
            result: list[dict[str, Any]] = answer["data"]["result"]
            return result
        pause.wait(0.05)
