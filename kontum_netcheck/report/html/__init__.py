"""HTML: one self-contained page for people: no request leaves it, it opens from a stick, folds, filters and prints.

Every text goes through `Options.text` and jinja's escaping; no address of the inventory becomes a link.
"""

from kontum_netcheck.report.build import Report
from kontum_netcheck.report.options import Options


def render(report: Report, options: Options) -> str:
    """The whole page, whatever `options.by`; the same report gives the same bytes."""
    from kontum_netcheck.report.html.assets import environment, page_files
    from kontum_netcheck.report.html.page import Page

    template = environment().get_template("page.html")
    return template.render(page=Page.of(report, options), files=page_files(is_live=options.live is not None))
