"""Headers of a request: plain ones stand in the inventory, secrets only by the name of their variable."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.problem import InventoryErrors
from kontum_netcheck.lab.certificates import CertificateAuthority
from kontum_netcheck.lab.http import LabHttp, Page
from kontum_netcheck.model import CannotMeasure, Failure, Measurement
from kontum_netcheck.net.network import Detours, Network
from kontum_netcheck.probes.http import HTTP, HttpParams

URL = "http://exam.example/"
SECRET = "Bearer eyJ-token-of-the-portal"
TOKEN = SECRET.split()[1]
INVENTORY = """\
version: 1
province: {{code: "62", name: Kon Tum}}
profiles: {{own: {{checks: [{profile}]}}}}
portals: [{{id: results, name: Results, profile: own, endpoints: [{{http: "https://a.example/", {typed}}}]}}]
"""


def told(folder: Path, typed: str, profile: str = "", **env: str) -> str:
    """What is wrong with an inventory whose portal has this."""
    file = folder / "sites.yaml"
    file.write_text(INVENTORY.format(typed=typed, profile=profile), encoding="utf-8")
    with pytest.raises(InventoryErrors) as caught:
        load(file, env)
    (error,) = caught.value.errors
    return f"{error.problem.text} {error.hint} {error.problem.values}"


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer hunter2",
        "COOKIE: hunter2",
        "Proxy-Authorization: hunter2",
        "X-Key: 'hunter2 ${A}'",
    ],
)
def test_a_secret_in_clear_is_refused_and_not_repeated(tmp_path: Path, header: str) -> None:
    said = told(tmp_path, f"headers: {{{header}}}", A="x")
    assert "must not stand in the inventory" in said or "none must stand in the inventory" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("typed", ["http://user:hunter2@a.example:99999/", "https://u:hunter2@a b/"])
def test_a_password_in_a_url_is_not_repeated(tmp_path: Path, typed: str) -> None:
    said = told(tmp_path, f"proxy: '{typed}'")
    assert "must not stand in a URL" in said
    assert "hunter2" not in said


def test_a_missing_variable_is_named_in_end_points_and_in_profiles(tmp_path: Path) -> None:
    headers = "headers: {Authorization: '${PORTAL_TOKEN}'}"
    assert "PORTAL_TOKEN" in told(tmp_path, headers)
    assert "PORTAL_TOKEN" in told(tmp_path, "timeout_s: 5", f"{{probe: http, {headers}}}")


def test_a_variable_with_a_line_break_is_named_and_not_shown(tmp_path: Path) -> None:
    said = told(tmp_path, "headers: {X-Key: '${PORTAL_TOKEN}'}", PORTAL_TOKEN="hunter2\n")
    assert "PORTAL_TOKEN" in said
    assert "hunter2" not in said


def params(**typed: object) -> HttpParams:
    return HttpParams.model_validate({"http": URL, "headers": {"Authorization": "${PORTAL_TOKEN}"}, **typed})


async def asked(page: Page, **typed: object) -> Measurement:
    assert HTTP.run is not None
    async with LabHttp({"exam.example": page}) as lab, Network(lab.options()) as network:
        return await HTTP.run(params(**typed), network)


async def test_without_its_variable_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_TOKEN", raising=False)
    with pytest.raises(CannotMeasure) as raised:
        await asked(Page())
    assert "PORTAL_TOKEN" in raised.value.failure.detail


@pytest.mark.parametrize(
    ("page", "expect"),
    [
        (Page(body=f"<title>no such user: {SECRET}</title>"), {"body": "welcome"}),
        (Page(body=f"<p>you said {TOKEN}, hacked</p>"), {"body_forbids": ["hacked"]}),
        (Page(headers={"X-Seen": TOKEN}), {"headers": {"X-Seen": "none"}}),
        (Page(302, redirect_to=f"http://elsewhere.example/{TOKEN}"), {}),
    ],
)
async def test_what_a_server_repeats_of_a_secret_is_taken_out(
    monkeypatch: pytest.MonkeyPatch, page: Page, expect: dict[str, object]
) -> None:
    monkeypatch.setenv("PORTAL_TOKEN", SECRET)
    measurement = await asked(page, expect=expect)
    assert isinstance(measurement.failure, Failure)
    assert TOKEN.casefold() not in repr(measurement).casefold()
    assert "${portal_token}" in measurement.failure.detail.casefold()


def test_parameters_show_and_dump_the_name_only() -> None:
    shown = f"{params()!r} {params()} {params().model_dump_json()} {params().model_dump()}"
    assert "PORTAL_TOKEN" in shown
    assert '"${PORTAL_TOKEN}"' in shown


async def test_a_secret_that_went_out_under_tls_does_not_follow_a_redirect_into_the_clear(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_TOKEN", SECRET)
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    page = Page(302, redirect_to=URL)
    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as clear,
        LabHttp({"exam.example": page}, CertificateAuthority(tmp_path)) as lab,
    ):
        here: tuple[str, int] = clear.sockets[0].getsockname()
        detours = Detours({**lab.detours(), ("tcp", "exam.example", 80): here})
        async with Network(replace(lab.options(), detours=detours)) as network:
            assert HTTP.run is not None
            await HTTP.run(params(http="https://exam.example/"), network)
    assert [TOKEN.encode() in head for head in heads] == [False]
