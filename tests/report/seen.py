"""A report of checks that two places ask: up from both, down from one, unknown from one; and one that anybody asks."""

from dataclasses import replace
from datetime import datetime, timedelta

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge import judge
from kontum_netcheck.model import Cause, Failure, MetricValue, Observation, Outcome, Stage
from kontum_netcheck.plan import plan
from kontum_netcheck.report.build import Report, build
from tests.report.province import RUN

NOW = RUN.finished_at
INVENTORY = Inventory.model_validate(
    {
        "version": 1,
        "province": {"code": "62", "name": "Kon Tum"},
        "districts": [{"code": "612", "name": "Đắk Tô"}],
        "portals": [
            {
                "id": "results",
                "name": "Tra cứu điểm thi",
                "vantage": ["noc", "dak-to"],
                "endpoints": [{"http": "https://results.example/", "see": "majority"}],
            }
        ],
        "sites": [
            {
                "id": "dak-to",
                "name": "Trường THPT Đắk Tô",
                "district": "612",
                "internet": [
                    {
                        "id": "ftth",
                        "endpoints": [
                            {"ping": "192.0.2.1", "vantage": ["noc", "dak-to"]},
                            {"tcp": "192.0.2.1:443", "vantage": ["dak-to", "noc"], "see": "any"},
                            {"dns": "moet.gov.vn", "server": "192.0.2.53"},
                        ],
                    }
                ],
            }
        ],
    }
)
PING, TCP, DNS, HTTP = "dak-to/ftth/ping", "dak-to/ftth/tcp", "dak-to/ftth/dns", "portal/results/http"
TIMEOUT = Failure(Stage.REPLY, Cause.TIMEOUT)


def seen(
    check_id: str,
    vantage: str,
    metrics: dict[str, MetricValue] | None = None,
    failure: Failure | None = None,
    at: datetime = NOW,
) -> Observation:
    """What a place observed: metrics, or a failure."""
    target = next(check.target for check in plan(INVENTORY).checks if check.id == check_id)
    outcome = Outcome.FAILED if failure else Outcome.MEASURED
    probe = check_id.split("/")[2]
    return Observation(check_id, probe, target, outcome, at, 12.5, metrics or {}, failure, vantage, "An")


OBSERVATIONS = (
    seen(PING, "noc", {"loss_pct": 0.0, "rtt_avg_ms": 12.0, "sent_count": 20, "received_count": 20}),
    seen(PING, "dak-to", failure=TIMEOUT, at=NOW - timedelta(minutes=5)),
    seen(TCP, "noc", {"connect_ms": 20.0}),
    seen(TCP, "dak-to", {"connect_ms": 9.0}),
    seen(DNS, "laptop", {"resolve_ms": 4.0, "rcode": "NOERROR"}),
    seen(HTTP, "noc", {"status": 200, "total_ms": 85.0}),
)


def report_of(*observations: Observation) -> Report:
    """The report of what was observed."""
    run = replace(RUN, vantage="noc")
    return build(judge(plan(INVENTORY), observations, NOW), run, INVENTORY)


REPORT = report_of(*OBSERVATIONS)
