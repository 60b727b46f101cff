"""The reasons of a site: all of them where there is room, few where many are the same."""

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Message, Readiness, ServiceKind, ServiceVerdict, message
from kontum_netcheck.report.reasons import all_reasons, brief_reasons, portal_reasons
from tests.report.province import REFUSED, check, judged_site, line, named, service

ENGLISH = Language("en")
NO = message("{word}", word="no")


def _said(reasons: tuple[Message, ...]) -> list[str]:
    return [ENGLISH.say(reason) for reason in reasons]


def _broken(service_id: str = "4g") -> ServiceVerdict:
    checks = [
        check(
            f"duy-tan/{service_id}/{probe}",
            ServiceKind.INTERNET,
            Readiness.NOT_READY,
            NO,
            {},
            REFUSED,
            "192.0.2.9",
        )
        for probe in ("ping", "tcp")
    ]
    return service(service_id, service_id, *checks)


def test_one_reason_for_all_services_is_said_once_and_without_their_names() -> None:
    down = (Cause.OWN_LINK_DOWN, Cause.OWN_LINK_DOWN)
    site = judged_site(line("duy-tan", "ftth", *down), line("duy-tan", "4g", *down))
    assert _said(brief_reasons(site)) == _said(all_reasons(site)) == ["own link down"]


def test_services_left_unasked_for_one_reason_share_a_sentence() -> None:
    site = judged_site(
        line("duy-tan", "ftth", Cause.DEADLINE, Cause.DEADLINE),
        _broken(),
        line("duy-tan", "lte", Cause.DEADLINE),
    )
    assert _said(brief_reasons(site)) == [
        "Internet ftth, Internet lte: the run's deadline came first",
        "Internet 4g: ping 192.0.2.9: no (and 1 more)",
    ]


def test_where_there_is_room_every_reason_is_spelt_out() -> None:
    site = judged_site(_broken())
    assert _said(all_reasons(site)) == ["Internet 4g: ping 192.0.2.9: no", "Internet 4g: tcp 192.0.2.9: no"]


def test_what_is_said_of_a_service_is_said_of_each_of_its_reasons() -> None:
    site = judged_site(_broken())
    spare = message("{reason} (another line works)", reason=named(_broken()))
    site = type(site)(site.id, site.name, "608", "main", Readiness.DEGRADED, (spare,), site.services)
    assert _said(all_reasons(site)) == [
        "Internet 4g: ping 192.0.2.9: no (another line works)",
        "Internet 4g: tcp 192.0.2.9: no (another line works)",
    ]


def test_different_reasons_of_one_service_stay_apart() -> None:
    site = judged_site(line("duy-tan", "ftth", Cause.QUIET, Cause.ONLY_ON_SITE))
    assert _said(brief_reasons(site)) == ["Internet ftth: ping 192.0.2.0: quiet hours (and 1 more)"]


def test_a_reason_about_no_service_stays_as_it_is() -> None:
    site = judged_site()
    bare = type(site)(site.id, site.name, "608", "main", Readiness.NOT_CHECKED, (NO,), ())
    assert all_reasons(bare) == brief_reasons(bare) == (NO,)


def test_a_portal_that_nobody_asked_has_one_reason() -> None:
    portal = line("portal", "results", Cause.OWN_LINK_DOWN, Cause.OWN_LINK_DOWN)
    assert _said(portal_reasons(portal)) == ["own link down"]


def test_checks_of_one_service_that_were_left_unasked_for_one_reason_share_a_sentence() -> None:
    site = judged_site(line("duy-tan", "ftth", Cause.QUIET, Cause.ONLY_ON_SITE, Cause.QUIET))
    assert _said(all_reasons(site)) == [
        "Internet ftth: ping 192.0.2.0, ping 192.0.2.2: quiet hours",
        "Internet ftth: ping 192.0.2.1: can only be asked at the site",
    ]
