"""Reports: pure functions from a Report to text or bytes. A new format takes one file and one line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kontum_netcheck.report.build import Report
    from kontum_netcheck.report.options import Options

__all__ = ["FORMATS", "By", "Format"]

By = Literal["site", "district", "check", "vantage"]
"""One row per what; `vantage`: per check and place that asks it."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report. Its module is imported when it is used: rich alone costs 40 ms."""

    name: str
    module: str  # holds `render(report, options) -> str | bytes`
    suffixes: tuple[str, ...] = ()  # of the files that are written so
    is_binary: bool = False  # no terminal can show it
    looks_back: bool = False  # shows what the store knows of earlier: `Report.past`

    def render(self, report: "Report", options: "Options") -> str | bytes:
        """The report in this format. Bytes are to be written as they are, text as UTF-8."""
        rendered: str | bytes = import_module(f"{__name__}.{self.module}").render(report, options)
        return rendered


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "table": Format("table", "table"),
        "plain": Format("plain", "plain", (".txt",)),
        "markdown": Format("markdown", "markdown", (".md", ".markdown")),
        "csv": Format("csv", "comma_separated", (".csv",)),
        "xlsx": Format("xlsx", "workbook", (".xlsx",), is_binary=True, looks_back=True),
        "html": Format("html", "html", (".html", ".htm"), looks_back=True),
        "json": Format("json", "json_document", (".json",)),
        "jsonl": Format("jsonl", "json_lines", (".jsonl", ".ndjson")),
        "prometheus": Format("prometheus", "prometheus", (".prom",)),
        "nagios": Format("nagios", "nagios"),
    }
)
