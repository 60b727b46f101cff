"""Markdown (GitHub's tables): data stays data, whatever signs it holds."""

import re

from kontum_netcheck.report import tabular
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.options import Options

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&]")


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda sign: "\\" + sign[0], text)


_STYLE = tabular.Style(tablefmt="github", heading="## {}", warning="> **{}**", closing="- {}", escape=_escape)


def render(report: Report, options: Options) -> str:
    """Districts, then the sites of each, or the view `options.by`."""
    return tabular.render(report, options, _STYLE)
