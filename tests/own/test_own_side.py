"""What our own side explains is an error of ours, and never the target's failure."""

from datetime import timedelta

import pytest

from kontum_netcheck.model import Cause, Check, Failure, ServiceKind, Stage
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.probes.ping import PingParams


def check(host: str) -> Check:
    params = PingParams(ping=host)
    return Check(
        "a/ftth/ping", "a", "ftth", ServiceKind.INTERNET, "ping", host, params, (), timedelta(hours=1)
    )


UNREACHABLE = Failure(Stage.CONNECT, Cause.NETWORK_UNREACHABLE)
NO_ANSWER = Failure(Stage.RESOLVE, Cause.TIMEOUT)
UNKNOWN_NAME = Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME)


@pytest.mark.parametrize(
    ("own", "host", "failure", "cause"),
    [
        (OwnSide(resolver_fails=True), "www.example", NO_ANSWER, Cause.OWN_RESOLVER_DOWN),
        (OwnSide(resolver_fails=True), "www.example", UNKNOWN_NAME, None),
        (OwnSide(resolver_fails=True), "192.0.2.1", Failure(Stage.REPLY, Cause.TIMEOUT), None),
        (OwnSide(), "www.example", NO_ANSWER, None),
        (OwnSide(families=frozenset({4})), "2001:db8::1", UNREACHABLE, Cause.NO_LOCAL_ADDRESS),
        (OwnSide(families=frozenset({4})), "192.0.2.1", UNREACHABLE, None),
        (OwnSide(families=frozenset({4})), "www.example", UNREACHABLE, None),
        (OwnSide(), "2001:db8::1", UNREACHABLE, None),
    ],
)
def test_whose_fault(own: OwnSide, host: str, failure: Failure, cause: Cause | None) -> None:
    fault = own.fault(check(host), failure)
    assert (fault.cause if fault else None) is cause
