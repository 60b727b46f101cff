"""The table of default limits in docs/verdicts.md is what the probes declare.

After a change: python tests/docs/test_limits_in_docs.py
"""

import math
import re
from pathlib import Path

from kontum_netcheck.probes import PROBES

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
PLACE = re.compile(r"(<!-- limits: .*? -->\n).*?(<!-- /limits -->)", re.DOTALL)


def table() -> str:
    rows = ["| probe | metric | ready | degraded | source |", "|---|---|---|---|---|"]
    for probe in PROBES.values():
        for limit in probe.limits:
            sign = "≤" if limit.lower_is_better else "≥"
            degraded = "–" if math.isinf(limit.degraded) else f"{sign} {limit.degraded:g}"
            rows.append(
                f"| {probe.name} | {limit.metric} | {sign} {limit.ready:g} | {degraded} | {limit.source} |"
            )
    return "\n".join(rows) + "\n"


def page_with_table(page: str) -> str:
    return PLACE.sub(lambda found: found[1] + table() + found[2], page)


def test_the_page_shows_the_limits_that_are_in_force() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert PLACE.search(page)
    assert page == page_with_table(page)


def test_every_limit_names_its_source() -> None:
    assert all(limit.source for probe in PROBES.values() for limit in probe.limits)


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
