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
    from kontum_netcheck.report.workbook import checks, districts, history, legend, log, services, sites
    from kontum_netcheck.report.workbook.frame import Frame
    from kontum_netcheck.report.workbook.styles import Styles

    file = BytesIO()
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    frame = Frame.of(report, options, fingerprint(report, options))
    book.set_properties(frame.properties)
    styles = Styles(book, options.language.code)
    for module in (districts, sites, services, checks, log, history, legend):
        module.write(book, styles, frame)
    book.close()
    return file.getvalue()
