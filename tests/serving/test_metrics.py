"""What Prometheus reads: counters by our own names, for this machine only or on a port of its own."""

from kontum_netcheck.serving.exchange import Exchange
from kontum_netcheck.serving.reply import Reply
from kontum_netcheck.serving.request import Request
from kontum_netcheck.serving.service import Service
from kontum_netcheck.serving.settings import Settings
from tests.serving.running import curl, running


def samples(text: str) -> dict[str, float]:
    """Name with labels → value."""
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def test_what_was_served_is_counted() -> None:
    async with running() as server:
        await curl(server.url("/download?bytes=1000"))
        await curl(server.url("/upload"), POST=1, POSTFIELDS="abc")
        await curl(server.url("/no/such/page"))
        got = await curl(server.url("/metrics"))
    assert got.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(got.body.decode())
    prefix = "kontum_netcheck_serve_"
    assert found[prefix + 'requests_total{route="download",status="200"}'] == 1
    assert found[prefix + 'requests_total{route="other",status="404"}'] == 1
    assert found[prefix + "sent_bytes_total"] == 1000
    assert found[prefix + "received_bytes_total"] == 3
    assert found[prefix + "connections_total"] == 4
    assert found[prefix + "testing_clients"] == 0
    assert "no/such" not in got.body.decode()


async def test_another_machine_sees_no_metrics() -> None:
    service = Service(Settings(), lambda _line: None)
    try:
        for address, status in (("127.0.0.1", 200), ("::1", 200), ("192.0.2.1", 404), ("2001:db8::1", 404)):
            answer = service.answer(Request("GET", "/metrics"), Exchange(address))
            assert isinstance(answer, Reply)
            assert answer.status == status
    finally:
        service.noise.close()


async def test_with_a_port_of_their_own_they_stand_there_alone() -> None:
    async with running(metrics_port=0, token="0123456789abcdef") as server:
        own = f"http://127.0.0.1:{server.server.metrics_port}"
        assert (await curl(own + "/metrics")).status == 200
        assert (await curl(own + "/download?bytes=1")).status == 404
        assert (await curl(server.url("/metrics"))).status == 404
