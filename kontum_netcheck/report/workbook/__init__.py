"""XLSX: a workbook for the inspector, a sheet for each view, the calls, the history and the limits.

Numbers are numbers and days are days; telephone numbers and all that people typed are text, never a formula.
"""

from io import BytesIO

from kontum_netcheck.report.build import Report
from kontum_netcheck.report.options import Options


def render(report: Report, options: Options) -> bytes:
    """All sheets, whatever `options.by`; the same report gives the same bytes."""
    from xlsxwriter import Workbook

    from kontum_netcheck.report.check_lines import fingerprint
    from kontum_netcheck.report.workbook import (
        checks,
        districts,
        history,
        legend,
        log,
        places,
        services,
        sites,
    )
    from kontum_netcheck.report.workbook.frame import Frame
    from kontum_netcheck.report.workbook.splice import spliced
    from kontum_netcheck.report.workbook.styles import Styles

    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    frame = Frame.of(report, options, fingerprint(report, options))
    book.set_properties(frame.properties)
    styles = Styles(book, options)
    modules = (districts, sites, services, checks, places, log, history)
    written = [module.write(book, styles, frame) for module in modules]
    legend.write(book, styles, frame)
    book.close()
    return spliced(file.getvalue(), [table for table in written if table is not None], styles)
