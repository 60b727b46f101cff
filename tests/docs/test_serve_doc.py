"""docs/serve.md names what there is: options, refusals, metrics, defaults, packets."""

import inspect
import re
from pathlib import Path

from kontum_netcheck.cli.serve import serve
from kontum_netcheck.net.udp_echo import HEADER, MAGIC, MOST_BYTES
from kontum_netcheck.serving.limits import Limits
from kontum_netcheck.serving.metrics import Counters, exposition
from kontum_netcheck.serving.refusal import Reason, Refusal
from kontum_netcheck.serving.routes import ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "serve.md").read_text(encoding="utf-8")


def options() -> set[str]:
    """Every option of the command, as it is typed."""
    declared = [parameter.annotation.__metadata__[0] for name, parameter in parameters() if name != "context"]
    return {word for option in declared for word in (option.default, *(option.param_decls or ()))}


def parameters() -> list[tuple[str, inspect.Parameter]]:
    return list(inspect.signature(serve).parameters.items())


def test_every_option_that_the_page_names_is_there() -> None:
    of_others = {"--mini", "--local-json"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) - of_others
    assert named <= options()
    assert {"--token-env", "--token-file", "--certificate", "--metrics-port", "--log"} <= named


def test_every_refusal_stands_with_its_status() -> None:
    for reason in Reason:
        rows = [line for line in PAGE.splitlines() if f"`{reason.value}`" in line]
        assert any(row.startswith(f"| {Refusal(reason).status} |") for row in rows), reason


def test_every_metric_is_named() -> None:
    names = re.findall(r"^# TYPE kontum_netcheck_serve_(\S+)", exposition(Counters(), 0, 0).decode(), re.M)
    assert len(names) == 9
    assert all(f"_{name}" in PAGE for name in names)


def test_the_defaults_are_those_of_the_program() -> None:
    limits = Limits()
    typed = {name: parameter.default for name, parameter in parameters()}
    assert typed["max_bytes_per_hour"] == "20GB"
    assert limits.bytes_per_hour == 20_000_000_000
    for option, value in (
        ("max_tests_per_hour", limits.tests_per_hour),
        ("max_clients", limits.clients_at_once),
        ("max_connections", limits.connections),
        ("max_connections_per_client", limits.connections_per_client),
        ("max_duration", limits.transfer_s),
    ):
        assert typed[option] == value
        assert f"| `--{option.replace('_', '-')}` | {value:g} " in PAGE


def test_the_packets_are_as_the_page_draws_them() -> None:
    assert f"`{MAGIC.decode()}`" in PAGE
    assert f"| {HEADER.size} | | padding, to at most {MOST_BYTES:,} bytes |" in PAGE


def test_every_way_that_is_ours_is_described() -> None:
    for path in ("/download", "/upload", "/ping", "/udp"):
        assert path in ROUTES
        assert f"{path}" in PAGE
