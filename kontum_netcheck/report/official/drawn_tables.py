"""The tables of a record: methods, results, limits, signatures."""

from kontum_netcheck.report.official.drawing import WIDTH_MM, Drawing, in_cell, row

_METHODS_MM = (20.0, 47.0, 23.0, 39.0, 36.0)
_RESULTS_MM = (43.0, 54.0, 37.0, 31.0)
_LIMITS_MM = (13.0, 60.0, 24.0, 24.0, 44.0)
_SIGNING_MM = (13.0, 92.0, 60.0)
_HALVES_MM = (WIDTH_MM / 2, WIDTH_MM / 2)
_ROOM_TO_SIGN_PT = 54


def methods(drawing: Drawing) -> None:
    """How it was checked: one row a kind of check."""
    words = drawing.words
    drawing.heading(words["methods"])
    table = drawing.table(_METHODS_MM)
    heads = [words[name] for name in ("probe", "purpose", "answered", "who", "when")]
    row(table, _METHODS_MM, heads, bold=True, header=True, align="center")
    row(table, _METHODS_MM, ("{%tr for m in methods %}", "", "", "", ""))
    fields = (
        "{{ m.probe }}",
        "{{ m.purpose }}",
        "{{ m.count }}",
        "{{ m.who }}",
        "{{ m.when }}",
    )
    row(table, _METHODS_MM, fields)
    row(table, _METHODS_MM, ("{%tr endfor %}", "", "", "", ""))


def results(drawing: Drawing) -> None:
    """What was found: a heading and a table a site, in it a bold row a service and a row a check."""
    words = drawing.words
    drawing.heading(words["results"])
    drawing.line("{%p for site in sites %}")
    drawing.heading("2.{{ site.number }}. {{ site.name }} ({{ site.about }})")
    table = drawing.table(_RESULTS_MM)
    heads = [words[name] for name in ("what", "found", "at", "conclusion")]
    row(table, _RESULTS_MM, heads, bold=True, header=True, align="center")
    row(table, _RESULTS_MM, ("{%tr for service in site.services %}", "", "", ""))
    service = "{{ service.name }}{% if service.about %} ({{ service.about }}){% endif %}"
    row(table, _RESULTS_MM, (service, "{{ service.conclusion }}"), bold=True, merged=3, keep=True)
    row(table, _RESULTS_MM, ("{%tr for check in service.checks %}", "", "", ""))
    cells = row(
        table,
        _RESULTS_MM,
        ("{{ check.what }}", "{{ check.found }}", "{{ check.at }}", "{{ check.conclusion }}"),
    )
    in_cell(cells[2], "{%p if check.valid_until %}", more=True)
    in_cell(cells[2], "{{ check.valid_until }}", size_pt=9.5, more=True)
    in_cell(cells[2], "{%p endif %}", more=True)
    row(table, _RESULTS_MM, ("{%tr endfor %}", "", "", ""))
    row(table, _RESULTS_MM, ("{%tr endfor %}", "", "", ""))
    drawing.line("{%p endfor %}")


def limits(drawing: Drawing) -> None:
    """The limits with their sources."""
    words = drawing.words
    drawing.heading(words["limits"])
    table = drawing.table(_LIMITS_MM)
    heads = [words[name] for name in ("limit_number", "metric", "ready", "degraded", "source")]
    row(table, _LIMITS_MM, heads, bold=True, header=True, align="center")
    row(table, _LIMITS_MM, ("{%tr for limit in limits %}", "", "", "", ""))
    names = ("number", "metric", "ready", "degraded", "source")
    row(table, _LIMITS_MM, [f"{{{{ limit.{name} }}}}" for name in names])
    row(table, _LIMITS_MM, ("{%tr endfor %}", "", "", "", ""))


def signatures(drawing: Drawing) -> None:
    """A row to sign for each who is present, then secretary and chair (form 1.9)."""
    words = drawing.words
    drawing.line(words["signatures"], bold=True, keep=True)
    table = drawing.table(_SIGNING_MM)
    heads = (words["limit_number"], words["name_and_post"], words["signature"])
    row(table, _SIGNING_MM, heads, bold=True, header=True, align="center")
    row(table, _SIGNING_MM, ("{%tr for p in participants %}", "", ""))
    post = "{{ p.name }}{% if p.post %}, {{ p.post }}{% endif %}"
    cells = row(table, _SIGNING_MM, ("{{ p.number }}", post, ""))
    in_cell(cells[2], "", size_pt=13, gap_pt=6)
    row(table, _SIGNING_MM, ("{%tr endfor %}", "", ""))
    row(table, _SIGNING_MM, ("{%tr for _ in more_participants %}", "", ""))
    cells = row(table, _SIGNING_MM, ("", "", ""))
    in_cell(cells[2], "", size_pt=13, gap_pt=6)
    row(table, _SIGNING_MM, ("{%tr endfor %}", "", ""))
    _two_who_sign(drawing)


def _two_who_sign(drawing: Drawing) -> None:
    words = drawing.words
    drawing.line("", keep=True)
    table = drawing.table(_HALVES_MM, ruled=False)
    cells = row(table, _HALVES_MM, ("", ""))
    for cell, role in zip(cells, ("secretary", "chair"), strict=True):
        how = "sign_and_name" if role == "secretary" else "chair_sign_and_name"
        in_cell(cell, words[f"{role}_signs"], bold=True, align="center", size_pt=13)
        in_cell(cell, words[how], italic=True, align="center", size_pt=13, more=True)
        in_cell(cell, "", size_pt=13, gap_pt=_ROOM_TO_SIGN_PT / 2, more=True)
        in_cell(cell, f"{{{{ {role}_name }}}}", bold=True, align="center", size_pt=13, more=True)


def recipients(drawing: Drawing) -> None:
    """Who gets a copy, at the left foot (Appendix I, part II, 9)."""
    table = drawing.table(_HALVES_MM, ruled=False)
    cell, _ = row(table, _HALVES_MM, ("", ""))
    in_cell(cell, drawing.words["recipients"], bold=True, italic=True, size_pt=12, gap_pt=0)
    in_cell(cell, "{%p for recipient in recipients %}", more=True)
    in_cell(
        cell, "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}", size_pt=11, gap_pt=0, more=True
    )
    in_cell(cell, "{%p endfor %}", more=True)
