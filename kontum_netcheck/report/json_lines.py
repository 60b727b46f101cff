"""JSON lines: a check a line, each complete in itself. Strict, as the document is."""

from kontum_netcheck.report.build import Report
from kontum_netcheck.report.check_lines import lines
from kontum_netcheck.report.options import Options


def render(report: Report, options: Options) -> str:
    """One object a check, in the order of the inventory; `options.by` changes nothing."""
    return "".join(lines(report, options))
