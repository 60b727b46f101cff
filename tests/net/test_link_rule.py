"""The rule that says when our own link is down, case by case."""

import pytest

from kontum_netcheck.model import Cause, Failure, Stage
from kontum_netcheck.net.link import (
    Answer,
    Asked,
    DefaultRoute,
    Interface,
    LinkFacts,
    LocalFacts,
    judge_link,
)

LOOPBACK = Interface("lo", up=True, loopback=True, addresses=("127.0.0.1", "::1"))
CABLE = Interface("eth0", up=True, loopback=False, addresses=("192.0.2.2",))
ROUTE = DefaultRoute(4, "192.0.2.1", "eth0")
CONNECTED = LocalFacts((LOOPBACK, CABLE), (ROUTE,), ("192.0.2.53",))

YES, NO, UNSURE, NOT_ASKED = Answer.ANSWERED, Answer.FAILED, Answer.CANNOT_TELL, None


def asked(target: str, answer: Answer | None) -> tuple[Asked, ...]:
    return () if answer is None else (Asked(target, answer),)


def facts(
    gateway: Answer | None, resolver: Answer | None, reference: Answer | None, local: LocalFacts = CONNECTED
) -> LinkFacts:
    return LinkFacts(
        local,
        asked("192.0.2.1", gateway),
        asked("192.0.2.53", resolver),
        Asked("reference.example", reference) if reference else None,
    )


@pytest.mark.parametrize(
    ("gateway", "resolver", "reference", "down"),
    [
        # the reference was asked
        (YES, YES, YES, False),
        (NO, NO, YES, False),  # it answered: nothing else matters
        (YES, YES, NO, False),  # the reference alone is dead
        (NO, YES, NO, False),  # the gateway ignores echoes, the resolver proves the link
        (YES, NO, NO, True),  # the fault lies behind the gateway
        (NO, NO, NO, True),
        (NO, UNSURE, NO, True),
        (NO, NOT_ASKED, NO, True),
        (YES, UNSURE, NO, False),
        (UNSURE, UNSURE, NO, False),  # nothing is proven
        (UNSURE, NO, NO, True),
        # no reference
        (YES, YES, NOT_ASKED, False),
        (YES, NO, NOT_ASKED, False),
        (NO, YES, NOT_ASKED, False),
        (NO, NO, NOT_ASKED, True),
        (NO, UNSURE, NOT_ASKED, False),
        (NO, NOT_ASKED, NOT_ASKED, False),
        (UNSURE, NO, NOT_ASKED, False),  # pinging isn't allowed here: that proves nothing
    ],
)
def test_who_answered_decides(
    gateway: Answer | None, resolver: Answer | None, reference: Answer | None, down: bool
) -> None:
    assert judge_link(facts(gateway, resolver, reference)).down is down


def local(*interfaces: Interface, routes: tuple[DefaultRoute, ...] = ()) -> LocalFacts:
    return LocalFacts((LOOPBACK, *interfaces), routes, ("192.0.2.53",))


UNPLUGGED = Interface("eth0", up=False, loopback=False, addresses=("192.0.2.2",))
NO_ADDRESS = Interface("wlan0", up=True, loopback=False, addresses=("fe80::1", "169.254.7.7"))


@pytest.mark.parametrize(
    "without_way_out",
    [local(), local(UNPLUGGED), local(UNPLUGGED, routes=(ROUTE,)), local(NO_ADDRESS)],
    ids=["only loopback", "no carrier", "a route that outlived its cable", "no address from the router"],
)
def test_without_interface_and_route_the_link_is_down(without_way_out: LocalFacts) -> None:
    assert judge_link(facts(NOT_ASKED, NOT_ASKED, NOT_ASKED, without_way_out)).down


def test_a_closed_network_without_default_route_is_up_while_nothing_fails() -> None:
    assert not judge_link(facts(NOT_ASKED, NOT_ASKED, NOT_ASKED, local(CABLE))).down


def test_without_default_route_a_silent_resolver_proves_that_there_is_no_way_out() -> None:
    link = judge_link(facts(NOT_ASKED, NO, NOT_ASKED, local(CABLE)))
    assert link.down
    assert link.advice is not None
    assert "default gateway" in link.advice.text


def test_an_unplugged_cable_is_named() -> None:
    link = judge_link(facts(NOT_ASKED, NOT_ASKED, NOT_ASKED, local(UNPLUGGED)))
    assert "no cable or Wi-Fi" in link.seen.text


def test_an_interface_without_address_is_named() -> None:
    link = judge_link(facts(NOT_ASKED, NOT_ASKED, NOT_ASKED, local(NO_ADDRESS)))
    assert link.seen.values["names"] == "wlan0"


def test_a_fault_behind_the_gateway_sends_people_to_the_carrier() -> None:
    link = judge_link(facts(YES, NO, NO))
    assert link.advice is not None
    assert "behind the gateway" in link.advice.text


def test_a_link_that_is_down_fails_every_check_by_its_name() -> None:
    assert judge_link(facts(NO, NO, NO)).failure == Failure(Stage.LINK, Cause.OWN_LINK_DOWN)


def test_a_link_that_is_up_fails_nothing_and_advises_nothing() -> None:
    link = judge_link(facts(YES, YES, YES))
    assert (link.failure, link.advice) == (None, None)


def test_one_answering_resolver_of_two_is_enough() -> None:
    two = LinkFacts(CONNECTED, asked("192.0.2.1", NO), (*asked("192.0.2.53", NO), *asked("192.0.2.54", YES)))
    assert not judge_link(two).down


def test_gateway_and_resolver_are_there_for_the_on_site_checks() -> None:
    link = judge_link(facts(YES, YES, NOT_ASKED))
    assert (link.gateway, link.resolver) == ("192.0.2.1", "192.0.2.53")


def test_a_point_to_point_line_has_no_gateway() -> None:
    line = Interface("ppp0", up=True, loopback=False, addresses=("198.51.100.7",))
    link = judge_link(facts(NOT_ASKED, YES, NOT_ASKED, local(line, routes=(DefaultRoute(4, None, "ppp0"),))))
    assert (link.gateway, link.down) == (None, False)
