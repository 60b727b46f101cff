"""`check` against real servers says what those servers do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.process import Program
from tests.servers import needs_nginx, needs_unbound, nginx, unbound

LOCATIONS = """
    location = / { return 200 "Diem thi Kon Tum"; }
    location = /old { return 301 /; }
    location = /away { return 302 http://elsewhere.example/; }
    location = /down { return 503; }
    location / { return 404; }
"""


def checks(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        check["id"].rpartition("/")[2]: check
        for site in report["sites"]
        for service in site["services"]
        for check in service["checks"]
    }


@needs_nginx
def test_what_nginx_does_is_what_check_says(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    with nginx(tmp_path, LOCATIONS) as url:
        inventory(
            f"{{http: {url}/, id: good, expect: {{status: 200, body: Kon Tum}}}}",
            f"{{http: {url}/old, id: moved, expect: {{status: 200}}}}",
            f"{{http: {url}/away, id: foreign}}",
            f"{{http: {url}/down, id: down}}",
            f"{{http: {url}/none, id: none, expect: {{status: 404}}}}",
            f"{{http: {url}/, id: defaced, expect: {{body_forbids: [kon tum]}}}}",
        )
        done = program("check", "--format", "json")
    found = checks(json.loads(done.out))
    causes = {name: check["failure"] and check["failure"]["cause"] for name, check in found.items()}
    assert causes == {
        "good": None,
        "moved": None,
        "foreign": "foreign_redirect",
        "down": "unexpected_status",
        "none": None,
        "defaced": "text_forbidden",
    }
    assert (found["moved"]["metrics"]["status"], found["moved"]["metrics"]["redirect_count"]) == (200, 1)
    assert found["down"]["metrics"]["status"] == 503
    assert found["good"]["metrics"]["body_bytes"] == len("Diem thi Kon Tum")
    assert done.code == 2


@needs_unbound
def test_what_unbound_answers_is_what_check_says(
    program: Program, inventory: Callable[..., Path], tmp_path: Path
) -> None:
    data = (
        'local-zone: "kontum.example." static',
        'local-data: "diem.kontum.example. 120 IN A 192.0.2.7"',
        'local-zone: "closed.example." always_refuse',
    )
    with unbound(tmp_path, *data) as server:
        inventory(
            f'{{dns: diem.kontum.example, server: "{server}", id: good, expect: {{answers: [192.0.2.7]}}}}',
            f'{{dns: diem.kontum.example, server: "{server}", id: wrong, expect: {{answers: [192.0.2.8]}}}}',
            f'{{dns: nobody.kontum.example, server: "{server}", id: unknown}}',
            f'{{dns: nobody.kontum.example, server: "{server}", id: expected, expect: {{rcode: NXDOMAIN}}}}',
            f'{{dns: www.closed.example, server: "{server}", id: refused}}',
        )
        done = program("check", "--format", "json")
    found = checks(json.loads(done.out))
    causes = {name: check["failure"] and check["failure"]["cause"] for name, check in found.items()}
    assert causes == {
        "good": None,
        "wrong": "unexpected_answers",
        "unknown": "no_such_name",
        "expected": None,
        "refused": "name_server_failed",
    }
    assert (found["good"]["metrics"]["answers"], found["good"]["metrics"]["ttl_s"]) == (["192.0.2.7"], 120)
    assert found["unknown"]["metrics"]["rcode"] == "NXDOMAIN"
