"""A small province for the tests of reports: all four verdicts, a district without a site, hostile names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import (
    Cause,
    Check,
    CheckVerdict,
    DistrictVerdict,
    Failure,
    Limit,
    Message,
    MetricValue,
    Observation,
    Outcome,
    Readiness,
    Run,
    ServiceKind,
    ServiceVerdict,
    SiteVerdict,
    Stage,
    Verdicts,
    count,
    message,
)
from kontum_netcheck.report.build import Report, build
from kontum_netcheck.wording import cause_message

WHEN = datetime(2024, 6, 26, 7, 5, 9, 250_000, tzinfo=UTC)  # 14:05 in Kon Tum
HOSTILE = "=cmd|'/c calc'!A1 [b]x[/b] \x1b[31m\u202egnp.exe\nsecond line <script>`*_|"
RUN = Run(
    id="01J1A",
    started_at=WHEN,
    finished_at=WHEN + timedelta(seconds=12),
    tool_version="0.1.0",
    inventory="sites.yaml",
    inventory_hash="ab12",
    vantage="vnpt-noc",
    operator="Nguyễn Văn A",
)

INVENTORY = Inventory.model_validate(
    {
        "version": 1,
        "province": {"code": "62", "name": "Kon Tum"},
        "carriers": [{"id": "vnpt", "name": "VNPT Kon Tum"}],
        "districts": [
            {"code": "608", "name": "Thành phố Kon Tum"},
            {"code": "613", "name": "Kon Plông"},
            {"code": "617", "name": "Tu Mơ Rông"},
            {"code": "618", "name": "Ia H'Drai"},
        ],
        "sites": [
            {
                "id": "thpt-kon-tum",
                "name": "Trường THPT Kon Tum",
                "district": "608",
                "address": "Phường Quyết Thắng",
                "rooms": 24,
                "candidates": 552,
                "contact": {"name": "Trần Thị B", "phone": "+842603000001"},
                "phones": [
                    {"id": "phone", "number": "+842603000002", "loudspeaker": True},
                    {"id": "office", "number": "+842603000012", "extension": "12"},
                ],
                "faxes": [{"id": "fax", "number": "+842603000003"}],
                "internet": [
                    {"id": "ftth", "carrier": "vnpt", "committed_mbit_per_s": {"down": 100, "up": 50}},
                    {"id": "lte", "carrier": "vnpt", "role": "backup"},
                ],
            },
            {"id": "lien-viet", "name": "Trường THCS-THPT Liên Việt Kon Tum", "district": "608"},
            {"id": "duy-tan", "name": "Trường THPT Duy Tân", "district": "608", "role": "reserve"},
            {"id": "tu-mo-rong", "name": "Trường THPT Tu Mơ Rông", "district": "617"},
            {"id": "ia-hdrai", "name": "Trường THPT Ia H'Drai", "district": "618"},
        ],
    }
)


LIMITS = (Limit("rtt_avg_ms", 50.0, 150.0, lower_is_better=True, source="QCVN 34:2019"),)


def check(
    check_id: str,
    kind: ServiceKind,
    readiness: Readiness,
    reason: Message,
    metrics: Mapping[str, MetricValue] | None = None,
    failure: Failure | None = None,
    target: str = "192.0.2.10",
) -> CheckVerdict:
    """A judged check, with a fact where there are metrics or a failure."""
    site_id, service_id, probe = check_id.split("/")[:3]
    by_hand = Failure(Stage.PLAN, Cause.NEEDS_A_PERSON) if probe in ("call", "fax", "manual") else None
    asked = Check(
        check_id, site_id, service_id, kind, probe, target, None, LIMITS, timedelta(days=1), skip=by_hand
    )
    if metrics is None and failure is None:
        return CheckVerdict(asked, readiness, reason, None)
    outcome = Outcome.MEASURED if failure is None else Outcome.FAILED
    fact = Observation(
        check_id, probe, target, outcome, WHEN, 1234.5678, metrics or {}, failure, RUN.vantage, RUN.operator
    )
    return CheckVerdict(asked, readiness, reason, fact)


def service(service_id: str, name: str, *checks: CheckVerdict) -> ServiceVerdict:
    """A service, as ready as its worst check."""
    worst = max(c.readiness for c in checks)
    reasons = tuple(
        message("{probe} {target}: {reason}", probe=c.check.probe, target=c.check.target, reason=c.reason)
        for c in checks
        if c.readiness is not Readiness.READY
    )
    return ServiceVerdict(service_id, checks[0].check.kind, name, worst, False, reasons, checks)


def site(
    site_id: str, name: str, district: str, *services: ServiceVerdict, role: str = "main"
) -> SiteVerdict:
    """A site, as ready as its worst service."""
    worst = max((s.readiness for s in services), default=Readiness.NOT_CHECKED)
    reasons = tuple(named(s) for s in services if s.readiness is not Readiness.READY)
    return SiteVerdict(site_id, name, district, role, worst, reasons, services)


def named(about: ServiceVerdict) -> Message:
    """What the judge says of a service: its first reason, and how many more there are."""
    reason = about.reasons[0]
    if len(about.reasons) > 1:
        reason = message("{reason} (and {count} more)", reason=reason, count=len(about.reasons) - 1)
    return message("{kind} {name}: {reason}", kind=about.kind, name=about.name, reason=reason)


def district(code: str, name: str, *sites: SiteVerdict) -> DistrictVerdict:
    """A district, as ready as its worst site."""
    readinesses = [s.readiness for s in sites]
    return DistrictVerdict(code, name, max(readinesses, default=None), count(readinesses), sites)


OK = message("{word}", word="in order")  # no words of another room: its translations may change
GOOD: Mapping[str, MetricValue] = {
    "sent_count": 20,
    "received_count": 20,
    "loss_pct": 0.0,
    "rtt_avg_ms": 12.3456789,
    "method": "datagram",
}
SLOW = message("{metric}: {value} > {limit}", metric="RTT", value=80.04, limit=50.0)
REFUSED = Failure(Stage.CONNECT, Cause.REFUSED, "Connection refused")
LATE = Failure(Stage.TLS, Cause.TIMEOUT)
EXPIRED = Failure(Stage.TLS, Cause.CERTIFICATE_EXPIRED, "2024-01-01")


def _line(
    site_id: str, readiness: Readiness, reason: Message, failure: Failure | None = None
) -> ServiceVerdict:
    metrics = None if readiness is Readiness.NOT_CHECKED else GOOD
    ping = check(f"{site_id}/ftth/ping", ServiceKind.INTERNET, readiness, reason, metrics)
    return service("ftth", "ftth", ping)


def _phone(site_id: str, readiness: Readiness, reason: Message) -> ServiceVerdict:
    metrics: Mapping[str, MetricValue] | None = (
        {"result": "answered", "age_h": 1.5} if readiness is Readiness.READY else None
    )
    call = check(
        f"{site_id}/phone/call", ServiceKind.PHONE, readiness, reason, metrics, target="+842603000002"
    )
    return service("phone", "0260 3000 002", call)


UNCHECKED = cause_message(Failure(Stage.PLAN, Cause.NEEDS_A_PERSON))
VERDICTS = Verdicts(
    districts=(
        district(
            "608",
            "Thành phố Kon Tum",
            site(
                "thpt-kon-tum",
                "Trường THPT Kon Tum",
                "608",
                service(
                    "ftth",
                    "ftth",
                    check("thpt-kon-tum/ftth/ping", ServiceKind.INTERNET, Readiness.DEGRADED, SLOW, GOOD),
                    check(
                        "thpt-kon-tum/ftth/http",
                        ServiceKind.INTERNET,
                        Readiness.NOT_READY,
                        cause_message(LATE),
                        {"resolve_ms": 3.25, "answers": ("192.0.2.10", "192.0.2.11")},
                        LATE,
                        "https://thpt-kon-tum.example/",
                    ),
                ),
                _phone("thpt-kon-tum", Readiness.READY, OK),
            ),
            site(
                "lien-viet",
                "Trường THCS-THPT Liên Việt Kon Tum",
                "608",
                _line("lien-viet", Readiness.DEGRADED, SLOW),
            ),
            site(
                "duy-tan", "Trường THPT Duy Tân", "608", _line("duy-tan", Readiness.READY, OK), role="reserve"
            ),
        ),
        district("613", "Kon Plông"),
        district(
            "617",
            "Tu Mơ Rông",
            site(
                "tu-mo-rong",
                "Trường THPT Tu Mơ Rông",
                "617",
                _line("tu-mo-rong", Readiness.READY, OK),
                _phone("tu-mo-rong", Readiness.NOT_CHECKED, UNCHECKED),
            ),
        ),
        district(
            "618",
            "Ia H'Drai",
            site("ia-hdrai", "Trường THPT Ia H'Drai", "618", _line("ia-hdrai", Readiness.READY, OK)),
        ),
    ),
    portals=(
        service(
            "results",
            "Tra cứu điểm thi",
            check(
                "portal/results/http",
                ServiceKind.PORTAL,
                Readiness.NOT_READY,
                cause_message(EXPIRED),
                {"certificate_days_left": -177},
                EXPIRED,
                "https://portal.example/",
            ),
        ),
    ),
    readiness=Readiness.NOT_READY,
)
REPORT = build(VERDICTS, RUN, INVENTORY)
LAB_REPORT = build(
    VERDICTS,
    replace(RUN, lab=True, interrupted=True, notes=(message("own link down"),)),
    INVENTORY.model_copy(update={"sample": True}),
)


def skipped(verdict: CheckVerdict, cause: Cause) -> CheckVerdict:
    """The check as it stands when it was left unasked because of `cause`."""
    failure = Failure(Stage.PLAN, cause)
    asked = verdict.check
    fact = Observation(asked.id, asked.probe, asked.target, Outcome.SKIPPED, WHEN, 0.0, failure=failure)
    return CheckVerdict(asked, Readiness.NOT_CHECKED, cause_message(failure), fact)


def judged_site(*services: ServiceVerdict, site_id: str = "duy-tan") -> SiteVerdict:
    """A site of the first district, by its id alone."""
    return site(site_id, site_id, "608", *services)


def line(site_id: str, service_id: str, *causes: Cause) -> ServiceVerdict:
    """An Internet line with one skipped check for each of `causes`, and one in order if there are none."""
    asked = [
        check(
            f"{site_id}/{service_id}/ping/{n}",
            ServiceKind.INTERNET,
            Readiness.READY,
            OK,
            GOOD,
            target=f"192.0.2.{n}",
        )
        for n in range(max(1, len(causes)))
    ]
    verdicts = [skipped(verdict, cause) for verdict, cause in zip(asked, causes, strict=False)]
    return service(service_id, service_id, *(verdicts or asked))


def cut_off(cause: Cause, *site_ids: str) -> Verdicts:
    """Sites of one line each, whose only check was skipped because of `cause`."""
    sites = tuple(
        judged_site(line(site_id, "ftth", cause), site_id=site_id) for site_id in site_ids or ("duy-tan",)
    )
    return Verdicts((district("608", "Thành phố Kon Tum", *sites),), (), Readiness.NOT_CHECKED)


def hostile_report(text: str) -> Report:
    """A report where every name, target, reason and detail that a stranger can choose is `text`."""
    failure = Failure(Stage.EXPECTATION, Cause.TEXT_MISSING, text)
    asked = check(
        f"{text}/{text}/http",
        ServiceKind.INTERNET,
        Readiness.NOT_READY,
        cause_message(failure),
        {"address_used": text},
        failure,
        text,
    )
    place = site(text, text, text, service(text, text, asked), role=text)
    verdicts = Verdicts((district(text, text, place),), (service(text, text, asked),), Readiness.NOT_READY)
    run = replace(RUN, vantage=text, operator=text, inventory=text, notes=(message("{name}", name=text),))
    return build(verdicts, run, INVENTORY)
