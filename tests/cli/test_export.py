"""`export blackbox`: blackbox_exporter with the exported modules says the same up and down as `check`."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.cli.process import Port, Program
from tests.servers import free_port, needs_nginx, needs_unbound, nginx, unbound

EXPORTER = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter")
PROMTOOL = shutil.which("promtool")
needs_exporter = pytest.mark.skipif(
    EXPORTER is None, reason="needs blackbox_exporter (Debian: prometheus-blackbox-exporter)"
)
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="needs promtool (Debian: prometheus)")
NAMES = ("blackbox.yml", "targets.json", "alerts.yml", "prometheus.yml")

LOCATIONS = """
    location = / { add_header X-Site "thpt-a"; return 200 "Điểm thi (1+1) Kon Tum"; }
    location = /old { return 301 /; }
    location = /down { return 503; }
    location / { return 404; }
"""


@contextmanager
def exporter(configuration: Path) -> Iterator[str]:
    """A blackbox_exporter with that configuration; gives the URL of its probes once it listens."""
    assert EXPORTER is not None
    port = free_port()
    command = [EXPORTER, f"--config.file={configuration}", f"--web.listen-address=127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "TLS is disabled" in line or "Listening on" in line:
                break
        assert process.poll() is None, "".join(said)
        try:
            yield f"http://127.0.0.1:{port}/probe"
        finally:
            process.terminate()
            process.stderr.read()


def _targets(folder: Path) -> list[tuple[str, dict[str, str]]]:
    document = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    return [(address, group["labels"]) for group in document for address in group["targets"]]


def _is_up(url: str, address: str, labels: dict[str, str]) -> bool:
    asked = urlencode({"target": address, "module": labels["__param_module"]})
    with urlopen(f"{url}?{asked}", timeout=20) as reply:
        found = re.search(r"^probe_success (\d)$", reply.read().decode(), re.MULTILINE)
    assert found is not None
    return found[1] == "1"


def _answers(report: dict[str, Any]) -> dict[str, bool]:
    return {
        check["id"]: check["outcome"] == "measured"
        for site in report["sites"]
        for service in site["services"]
        for check in service["checks"]
    }


@needs_exporter
@needs_nginx
@needs_unbound
def test_blackbox_exporter_says_the_same_as_check(
    program: Program,
    inventory: Callable[..., Path],
    listening: Port,
    refusing: str,
    tmp_path: Path,
) -> None:
    data = ('local-data: "a.example. 60 IN A 192.0.2.1"', 'local-zone: "gone.example." refuse')
    with nginx(tmp_path, LOCATIONS) as url, unbound(tmp_path, *data) as server:
        inventory(
            "{ping: 127.0.0.1, count: 2, interval_s: 0.01}",
            f"{{http: {url}/, id: good, expect: {{body: 'Điểm thi (1+1)', headers: {{X-Site: '^thpt-'}}}}}}",
            f"{{http: {url}/, id: matching, expect: {{body_matches: 'Kon\\s+Tum$', status: [200, 401]}}}}",
            f"{{http: {url}/, id: other-text, expect: {{body: 'Điểm thi (2+1)'}}}}",
            f"{{http: {url}/, id: defaced, expect: {{body_forbids: [KON TUM]}}}}",
            f"{{http: {url}/, id: other-header, expect: {{headers: {{X-Site: '^thpt-b'}}}}}}",
            f"{{http: {url}/old, id: moved, expect: {{status: 200}}}}",
            f"{{http: {url}/old, id: redirect, max_redirects: 0, expect: {{status: 301}}}}",
            f"{{http: {url}/down, id: down}}",
            f"{{http: {url}/none, id: none, expect: {{status: 404}}}}",
            f"{{http: 'http://{refusing}/', id: refused}}",
            f"{{tcp: {listening}}}",
            f"{{tcp: {refusing}, id: refused}}",
            f"{{dns: a.example, server: '{server}', id: known, expect: {{answers: [192.0.2.1]}}}}",
            f"{{dns: a.example, server: '{server}', id: other, expect: {{answers: [192.0.2.2]}}}}",
            f"{{dns: a.example, server: '{server}', type: AAAA, id: no-record}}",
            f"{{dns: gone.example, server: '{server}', id: refused}}",
            f"{{dns: gone.example, server: '{server}', id: expected, expect: {{rcode: REFUSED}}}}",
        )
        done = program("export", "blackbox", "-o", "out")
        assert (done.code, done.err) == (0, "")
        checked = _answers(json.loads(program("check", "--format", "json").out))
        with exporter(tmp_path / "out" / "blackbox.yml") as probes:
            up = {
                labels["check"]: _is_up(probes, address, labels)
                for address, labels in _targets(tmp_path / "out")
            }
    assert up == checked
    assert {*up.values()} == {True, False}


@needs_promtool
def test_promtool_takes_the_files_of_the_sample(program: Program, tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "sites.yaml"
    done = program("export", "blackbox", str(sample), "-o", "out", "--lang", "en")
    assert done.code == 0
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == sorted(NAMES)
    assert "a person must try it" in done.err
    assert "servers are not compared with each other" in done.err
    checked = subprocess.run(
        [str(PROMTOOL), "check", "config", str(tmp_path / "out" / "prometheus.yml")],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_same_inventory_gives_the_same_files(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    inventory("192.0.2.1", "{http: 'https://x.example/'}")
    for folder in ("one", "two"):
        assert program("export", "blackbox", "-o", folder).code == 0
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_blackbox_can_not_ask_is_left_out_and_said(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    inventory(
        "192.0.2.1",
        "{dns: a.example}",
        "{dns: a.example, server: 'https://dns.example/dns-query', id: doh}",
        "{http: 'https://x.example/', headers: {Authorization: '${TOKEN}'}}",
        "{http: 'https://x.example/', id: ahead, expect: {body_matches: 'a(?=b)'}}",
    )
    done = program("export", "blackbox", "-o", "out", "--lang", "en", TOKEN="secret-of-somebody")
    assert done.code == 0
    written = "".join((tmp_path / "out" / name).read_text(encoding="utf-8") for name in NAMES)
    assert "secret-of-somebody" not in written and "(?=" not in written
    assert [labels["check"] for _, labels in _targets(tmp_path / "out")] == [
        "thpt-a/ftth/ping",
        "thpt-a/ftth/http/ahead",
    ]
    for words in ("system's own name server", "DNS over HTTPS", "sends a secret", "Go doesn't know"):
        assert words in done.err


def test_certificates_alert_by_the_days_of_the_inventory(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    inventory("{http: 'https://x.example/', limits: {certificate_days_left: [14, 0]}}")
    assert program("export", "blackbox", "-o", "out").code == 0
    alerts = (tmp_path / "out" / "alerts.yml").read_text(encoding="utf-8")
    assert 'tls_ready_days="14"} - time() < 1209600' in alerts
    assert 'tls_degraded_days="0"} - time() < 0' in alerts
    assert "ends within 14 days" in alerts and "has ended" in alerts


def test_wrong_places_and_an_empty_selection_are_one_sentence(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    inventory("192.0.2.1")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for arguments, words in (
        (("-o", "no/such"), "there is no folder no"),
        (("-o", "file"), "file is no folder"),
        (("--probe", "http"), "can ask nothing"),
    ):
        done = program("export", "blackbox", "--lang", "en", *arguments)
        assert (done.code, done.out) == (3, "")
        assert words in done.err and len(done.err.splitlines()) == 1
