"""Plain text tables: for mail, files and screen readers. One row is one line."""

from kontum_netcheck.report import tabular
from kontum_netcheck.report.build import Report
from kontum_netcheck.report.options import Options

_STYLE = tabular.Style(tablefmt="simple", heading="{}", warning="*** {} ***", closing="{}", escape=str)


def render(report: Report, options: Options) -> str:
    """Districts, then the sites of each, or the view `options.by`."""
    return tabular.render(report, options, _STYLE)
