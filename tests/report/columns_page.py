"""What docs/csv-columns.md must say. `python -m tests.report.columns_page` writes it."""

from collections.abc import Iterator
from pathlib import Path

from kontum_netcheck.locale.language import Language
from kontum_netcheck.probes import PROBES
from kontum_netcheck.report import By
from kontum_netcheck.report.columns import COLUMNS, METRIC_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "csv-columns.md"
_INTRODUCTION = """\
# The columns of CSV files

`check --format csv` (or `-o results.csv`) writes one of four views: `--by site` (the default), `--by district`,
`--by check` or `--by vantage`. The columns and their order are a contract: they change only with a note in the
CHANGELOG.

| | `--lang vi` | `--lang en` | `--csv-keys` |
|---|---|---|---|
| header | Vietnamese | English | the keys below |
| between fields | `;` | `,` | `,` |
| byte order mark | yes, for Excel | no | no |
| decimals | comma, at most three | point, at most three | point, at most six |
| times | dd/mm/yyyy HH:MM, the inventory's zone | yyyy-mm-dd HH:MM, the same zone | ISO 8601 in UTC, with Z |
| verdicts, outcomes, causes, roles, probes of people | words | words | `ready`, `failed`, `refused`, `main` … |
| yes and no | có, không | yes, no | true, false |

All are UTF-8 with CRLF between lines. An empty field means that there is nothing to say: a value that was not measured
is never 0. Several values in one field stand with `; ` between them. A text that a spreadsheet would run as a formula
(it begins with `=`, `+`, `-` or `@`) has an apostrophe before it; control characters are shown as `\\x1b`. Phone
numbers are in national form with spaces, `0260 3000 002`, so that Excel keeps their zero.
The last two columns say whether the answers came from the built-in lab, and whether the inventory is a sample.
Portals of the province are rows of the views `site` and `check`, after the sites, without a district.
Where a check names the [places that ask it](vantages.md), the view `check` has one more column at the end, `views`: how
each of them sees it.

With `--csv-keys` only `reasons` and `reason` are sentences in the language of `--lang`. Where the services of one kind
differ, their result is `1 of 2 ready`. `remarks` of a district are the ids of its worst sites, `no_site` or
`not_selected`; without `--csv-keys` their names and words. Nothing is shortened: every reason and every name is there.

- `oldest_evidence_at`: when the oldest answer was given that the site is judged by. A line may be of today and a phone
  last tried nine days ago; then it is the phone's. What was skipped is no evidence.
- `started_at`, `duration_ms` and the failure are empty where nothing was asked; `outcome` is then `skipped`, and
  `reason` says why.
- `duration_ms` is empty for a person's word, too: nobody knows how long the call took.
- What concerns the whole run (its notes, whether it was interrupted, cut by its deadline or partial, how late the
  measuring machine was) has no place in a table of rows: it stands in `run` of `--format json`.
"""
_VANTAGE = """
## `--by vantage`

A row for each check and place that asks it; a check that names no place has one. First `vantage`, then the columns of
`--by check` without their own `vantage`. Verdict, reason and values are of that place alone.
"""


def page() -> str:
    """The whole page."""
    return _INTRODUCTION + "".join(_view(by) for by in COLUMNS)


def _view(by: By) -> str:
    english, vietnamese = Language("en"), Language("vi")
    if by == "vantage":
        return _VANTAGE
    lines = [f"\n## `--by {by}`\n", "| key | English | Vietnamese |", "|---|---|---|"]
    for column in COLUMNS[by]:
        probes = (
            f" ({', '.join(_probes_of(column.key))})" if by == "check" and column.key in METRIC_NAMES else ""
        )
        words = f"{english.say(column.label)}{probes} | {vietnamese.say(column.label)}"
        lines.append(f"| `{column.key}` | {words} |")
    return "\n".join(lines) + "\n"


def _probes_of(metric: str) -> Iterator[str]:
    return (name for name, probe in PROBES.items() if probe.metric(metric) is not None)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
