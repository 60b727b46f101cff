"""What a check measured, as people say it."""

from dataclasses import replace

import pytest

from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Limit, Readiness, ServiceKind
from kontum_netcheck.report.build import CheckRow
from kontum_netcheck.report.measured import Measured
from kontum_netcheck.report.options import Options
from tests.report.province import OK, REPORT, check

DAYS_LEFT = Limit("certificate_days_left", 30.0, 0.0, lower_is_better=False, source="")


@pytest.mark.parametrize(
    ("days", "said"), [(12.0, "certificate valid for 12 days"), (-2.5, "certificate expired 2.5 days ago")]
)
def test_nothing_is_valid_for_less_than_no_days(days: float, said: str) -> None:
    verdict = check("x/y/http", ServiceKind.PORTAL, Readiness.READY, OK, {"certificate_days_left": days})
    verdict = replace(verdict, check=replace(verdict.check, limits=(DAYS_LEFT,)))
    row = replace(REPORT.checks[0], verdict=verdict)
    assert isinstance(row, CheckRow) and Measured(Options(Language("en"))).of(row) == said
