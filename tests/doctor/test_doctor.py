"""What the doctor finds in facts: a table of cases; nothing is asked here."""

import pytest

from kontum_netcheck.doctor import Finding, Level, Machine, PingTrial, worst
from kontum_netcheck.doctor.about_link import about_link
from kontum_netcheck.doctor.about_machine import about_machine, about_ping
from kontum_netcheck.doctor.about_web import about_captive, about_clock
from kontum_netcheck.doctor.examine import questions_of
from kontum_netcheck.doctor.finding import NAMES
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Cause, Failure, Stage, message
from kontum_netcheck.net.captive import Captive, CaptiveAnswer, Known
from kontum_netcheck.net.clock import ClockSample
from kontum_netcheck.net.icmp import Method
from kontum_netcheck.net.link import (
    Answer,
    Asked,
    DefaultRoute,
    Interface,
    LinkFacts,
    LocalFacts,
    OwnLink,
    judge_link,
)

URL = "http://portal.example/"
SILENCE = Failure(Stage.CONNECT, Cause.TIMEOUT)
CABLE = Interface("eth0", up=True, loopback=False, addresses=("192.0.2.2",))
LOCAL = LocalFacts((CABLE,), (DefaultRoute(4, "192.0.2.1", "eth0"),), ("192.0.2.53",))


def link(gateway: Answer, resolver: Answer, reference: Answer | None = None) -> OwnLink:
    return judge_link(
        LinkFacts(
            LOCAL,
            (Asked("192.0.2.1", gateway),),
            (Asked("192.0.2.53", resolver),),
            Asked("reference.example", reference) if reference else None,
        )
    )


def level_of(name: str, findings: tuple[Finding, ...]) -> Level:
    return next(finding.level for finding in findings if finding.name == name)


def test_a_link_that_is_down_is_a_problem_with_advice() -> None:
    found = about_link(link(Answer.FAILED, Answer.FAILED))
    assert (found[0].name, found[0].level) == ("own_link", Level.PROBLEM)
    assert found[0].advice is not None


def test_without_any_way_out_the_cable_is_the_only_advice() -> None:
    found = about_link(judge_link(LinkFacts(LocalFacts(resolvers=("192.0.2.53",)))))
    assert [finding.name for finding in found] == ["own_link", "interfaces"]


def test_a_gateway_that_only_ignores_echoes_is_fine() -> None:
    assert level_of("gateway", about_link(link(Answer.FAILED, Answer.ANSWERED))) is Level.OK


def test_a_silent_gateway_is_a_warning_where_nothing_else_answers() -> None:
    assert level_of("gateway", about_link(link(Answer.FAILED, Answer.FAILED))) is Level.WARNING


def test_a_resolver_that_does_not_resolve_is_a_warning() -> None:
    assert level_of("resolver", about_link(link(Answer.ANSWERED, Answer.FAILED))) is Level.WARNING


def test_without_a_reference_nothing_is_claimed_of_it() -> None:
    found = about_link(link(Answer.ANSWERED, Answer.ANSWERED))
    assert level_of("reference", found) is Level.NOT_CHECKED


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (None, Level.NOT_CHECKED),
        (CaptiveAnswer(URL, Captive.FREE, 200), Level.OK),
        (CaptiveAnswer(URL, Captive.PORTAL, 302, "http://login.example/"), Level.PROBLEM),
        (CaptiveAnswer(URL, Captive.PORTAL, 511), Level.PROBLEM),
        (CaptiveAnswer(URL, Captive.CANNOT_TELL, failure=SILENCE), Level.NOT_CHECKED),
        (CaptiveAnswer(URL, Captive.CANNOT_TELL, 503), Level.NOT_CHECKED),
    ],
)
def test_only_a_login_page_that_was_seen_is_a_problem(answer: CaptiveAnswer | None, level: Level) -> None:
    assert about_captive(answer).level is level


def test_without_the_internet_the_doctor_cannot_tell_of_a_login_page() -> None:
    finding = about_captive(CaptiveAnswer(URL, Captive.CANNOT_TELL, failure=SILENCE))
    assert finding.message.text.startswith("Cannot tell")


def samples(*offsets_s: float, uncertainty_s: float = 0.5) -> tuple[ClockSample, ...]:
    return tuple(ClockSample(URL, offset_s, uncertainty_s) for offset_s in offsets_s)


@pytest.mark.parametrize(
    ("clocks", "step_s", "level"),
    [
        (samples(0.3), 0.0, Level.OK),
        (samples(-2.4), 0.0, Level.OK),  # within what the comparison can tell
        (samples(4.0, uncertainty_s=2.5), 0.0, Level.OK),  # a slow line: nothing is proven
        (samples(4.0), 0.0, Level.WARNING),
        (samples(-59.0), 0.0, Level.WARNING),
        (samples(3600.0), 0.0, Level.PROBLEM),
        (samples(0.0, 0.1, 86400.0), 0.0, Level.OK),  # one wrong server of three decides nothing
        (samples(0.0), 3600.0, Level.WARNING),  # set while we looked
        ((), 0.0, Level.NOT_CHECKED),
        ((ClockSample(URL, failure=SILENCE),), 0.0, Level.NOT_CHECKED),
        ((ClockSample(URL),), 0.0, Level.NOT_CHECKED),
    ],
)
def test_how_far_a_clock_may_be_off(clocks: tuple[ClockSample, ...], step_s: float, level: Level) -> None:
    assert about_clock(clocks, step_s).level is level


@pytest.mark.parametrize(("offset_s", "word"), [(30.0, "slow"), (-30.0, "fast")])
def test_the_doctor_says_which_way_the_clock_is_off(offset_s: float, word: str) -> None:
    assert word in about_clock(samples(offset_s), 0.0).message.text


@pytest.mark.parametrize(
    ("method", "level"),
    [
        (Method.ICMP_DATAGRAM, Level.OK),
        (Method.ICMP_RAW, Level.OK),
        (Method.WINDOWS_ICMP, Level.OK),
        (Method.SYSTEM_PING, Level.WARNING),
        (Method.TCP_CONNECT, Level.WARNING),
    ],
)
def test_poor_ways_of_pinging_are_warnings(method: Method, level: Level) -> None:
    assert about_ping(PingTrial(method, message("Ping."))).level is level


def test_a_machine_that_cannot_ping_itself_is_warned() -> None:
    trial = PingTrial(Method.ICMP_RAW, message("Ping."), Failure(Stage.REPLY, Cause.TIMEOUT))
    assert about_ping(trial).level is Level.WARNING


MACHINE = Machine(
    versions=(("kontum-netcheck", "0.1.0"),),
    inventory="/srv/sites.yaml",
    inventory_problem=None,
    folders=("/home/a/.config", "/home/a/.local/share"),
    privileged=False,
    authorities="/etc/ssl/certs/ca-certificates.crt",
    system_store=False,
    output_encoding="utf-8",
    system_encoding="utf-8",
    language="vi",
    platform="linux",
)


def machine(**changes: object) -> Machine:
    values = {name: getattr(MACHINE, name) for name in Machine.__slots__}
    return Machine(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "name", "level"),
    [
        ({}, "certificates", Level.OK),
        ({"authorities": None}, "certificates", Level.WARNING),
        ({"authorities": None, "system_store": True}, "certificates", Level.OK),
        ({"inventory": None}, "inventory", Level.NOT_CHECKED),
        ({"inventory_problem": message("It has errors.")}, "inventory", Level.WARNING),
        ({"privileged": True}, "permission", Level.OK),
    ],
)
def test_what_a_machine_lacks(changes: dict[str, object], name: str, level: Level) -> None:
    assert level_of(name, about_machine(machine(**changes))) is level


def test_every_finding_has_a_name_that_people_read() -> None:
    found = (*about_link(link(Answer.ANSWERED, Answer.ANSWERED)), *about_machine(MACHINE))
    assert {finding.name for finding in found} <= set(NAMES)


def test_the_whole_is_as_good_as_its_worst_finding() -> None:
    found = tuple(Finding("clock", level, message("x")) for level in (Level.OK, Level.PROBLEM, Level.WARNING))
    assert worst(found) is Level.PROBLEM


def inventory(**parts: object) -> Inventory:
    province = {"code": "62", "name": "Kon Tum"}
    return Inventory.model_validate({"version": "1", "province": province, **parts})


def portal(*endpoints: dict[str, object]) -> list[dict[str, object]]:
    return [{"id": "results", "name": "Results", "endpoints": list(endpoints)}]


def test_nobody_is_asked_whom_nobody_has_named() -> None:
    questions = questions_of(None)
    assert (questions.reference, questions.captive, questions.clock_urls) == (None, None, ())


def test_a_plain_page_of_the_inventory_shows_a_login_page_by_what_it_should_answer() -> None:
    pages = portal(
        {"http": "https://a.example/"}, {"http": "http://b.example/", "expect": {"body": "Kon Tum"}}
    )
    known = questions_of(inventory(portals=pages)).captive
    assert known == Known("http://b.example/", text="Kon Tum")


def test_a_page_with_tls_is_asked_on_its_plain_side() -> None:
    known = questions_of(inventory(portals=portal({"http": "https://a.example/results"}))).captive
    assert known == Known("http://a.example/")


def test_the_user_names_the_page_for_login_pages() -> None:
    questions = questions_of(inventory(portals=portal({"http": "http://b.example/"})), "http://c.example/")
    assert questions.captive == Known("http://c.example/")
    assert questions.clock_urls == ("http://c.example/", "http://b.example/")
