"""What the doctor finds in the facts of a host: a table of cases; nothing is asked here."""

import pytest

from kontum_netcheck.cli.doctor_host import own_or_theirs
from kontum_netcheck.doctor import Level
from kontum_netcheck.doctor.about_host import about_host
from kontum_netcheck.doctor.host import HostFacts
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.icmp import Hop, Method, Path
from kontum_netcheck.net.icmp.hop_rounds import HopSeries
from kontum_netcheck.own.side import OwnSide

ADDRESS = "192.0.2.2"
SILENCE = Measurement({}, Failure(Stage.REPLY, Cause.TIMEOUT))
GOOD: dict[str, MetricValue] = {"sent_count": 10, "received_count": 10, "loss_pct": 0.0, "rtt_avg_ms": 3.0}


def path(*hops: Hop, is_reached: bool = False) -> Path:
    return Path(ADDRESS, Method.ICMP_RAW, hops, is_reached)


def found(facts: HostFacts, name: str) -> tuple[Level, str]:
    finding = next(finding for finding in about_host(facts) if finding.name == name)
    return finding.level, Language("en").say(finding.message)


@pytest.mark.parametrize(
    ("metrics", "level"),
    [
        (GOOD, Level.OK),
        (GOOD | {"loss_pct": 2.0}, Level.WARNING),
        (GOOD | {"rtt_avg_ms": 400.0}, Level.PROBLEM),
    ],
)
def test_echoes_are_judged_by_the_limits_of_ping(metrics: dict[str, MetricValue], level: Level) -> None:
    facts = HostFacts(
        "h", ADDRESS, ping=Measurement(metrics), path=path(Hop(1, ADDRESS, 3.0), is_reached=True)
    )
    assert found(facts, "echoes")[0] is level


def test_where_not_even_the_first_router_answers_that_is_said() -> None:
    facts = HostFacts("h", ADDRESS, ping=SILENCE, path=path())
    assert found(facts, "path") == (Level.PROBLEM, "Nobody on the way answers, not even the first router.")


def test_a_host_that_answers_echoes_is_not_called_cut_off_for_its_routers_silence() -> None:
    facts = HostFacts("h", ADDRESS, ping=Measurement(GOOD), path=path(Hop(1, "198.51.100.1", 1.0)))
    assert found(facts, "path")[0] is Level.NOT_CHECKED


@pytest.mark.parametrize(
    ("resolver_fails", "cause", "level"),
    [
        (True, Cause.TIMEOUT, Level.NOT_CHECKED),
        (True, Cause.NO_SUCH_NAME, Level.PROBLEM),
        (False, Cause.TIMEOUT, Level.PROBLEM),
    ],
)
def test_a_name_that_our_own_resolver_cannot_find_is_no_problem_of_the_hosts(
    resolver_fails: bool, cause: Cause, level: Level
) -> None:
    facts = HostFacts("www.example", unresolved=Failure(Stage.RESOLVE, cause))
    assert found(own_or_theirs(facts, OwnSide(resolver_fails=resolver_fails)), "host_name")[0] is level


def test_a_hops_loss_is_of_the_echoes_to_it() -> None:
    hop = HopSeries(2, ("198.51.100.1",), (1.0, None, 3.0, None))
    assert (hop.loss_pct, hop.received_rtts_ms) == (50.0, (1.0, 3.0))
