"""The columns that all formats share, as columns of a sheet."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from kontum_netcheck.model import Readiness
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.workbook.table import TableColumn

Judge = Callable[[Any], Readiness | None]
_MOST = 22


def laid_out(
    columns: Sequence[Column[Any]],
    *,
    most: Mapping[str, int],
    folded: Collection[str] = (),
    verdicts: Mapping[str, Judge] | None = None,
) -> list[TableColumn]:
    """`most`: greatest widths by key; `folded`: keys for programs; `verdicts`: what colours a cell by its key."""
    judges = verdicts or {}
    return [
        TableColumn(
            column.label,
            column.value,
            most.get(column.key, _MOST),
            column.key in folded,
            judges.get(column.key),
            metric=column.key if column.is_metric else "",
        )
        for column in columns
    ]
