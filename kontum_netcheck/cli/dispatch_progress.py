"""A live table on stderr while agents are at work, a row a vantage; only on a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from kontum_netcheck.agents.dispatching import Progress, Watcher
from kontum_netcheck.agents.waiting import Tally
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import Check, Message, Observation, Readiness, message
from kontum_netcheck.report.safe import visible

if TYPE_CHECKING:
    from rich.table import Table

_ANYWHERE = message("anywhere")
_MOST_ROWS = 18
"""As many vantages fit a small terminal."""


@contextmanager
def dispatch_progress(shell: Shell, known: Sequence[Observation], *, wanted: bool) -> Iterator[Watcher]:
    """Show how far each vantage is; where nobody watches only sentences are said."""
    if not (wanted and shell.stderr.isatty()):
        yield Watcher(tell=shell.tell)
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(file=shell.stderr, no_color=not shell.may_colour)
    counts = _Counts(known)
    started_s = perf_counter()
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def show(progress: Progress) -> None:
            elapsed_s = int(perf_counter() - started_s)
            live.update(progress_table(shell, progress, counts.by_readiness, elapsed_s), refresh=True)

        def tell(sentence: Message) -> None:
            live.console.print(Text(visible(shell.language.say(sentence))), soft_wrap=True)

        yield Watcher(counts.note, show, tell)


class _Counts:
    """Answers per readiness, each check judged by what is known of it so far."""

    def __init__(self, known: Sequence[Observation]) -> None:
        self.by_readiness: Counter[Readiness] = Counter()
        self._known: dict[str, list[Observation]] = {}
        self._judged: dict[str, Readiness] = {}
        for earlier in known:
            self._known.setdefault(earlier.check_id, []).append(earlier)

    def note(self, check: Check, observation: Observation) -> None:
        evidence = self._known.setdefault(check.id, [])
        evidence.append(observation)
        readiness = judge_check(check, evidence, datetime.now(UTC)).readiness
        if (before := self._judged.get(check.id)) is not None:
            self.by_readiness[before] -= 1
        self._judged[check.id] = readiness
        self.by_readiness[readiness] += 1


def progress_table(
    shell: Shell, progress: Progress, counts: Mapping[Readiness, int], elapsed_s: int
) -> "Table":
    """Per vantage: how many checks were asked and answered, and how many agents are alive."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    from kontum_netcheck.report.blocks import SIGNS
    from kontum_netcheck.report.drawing import STYLES

    def text(sentence: Message | str) -> Text:
        return Text(visible(sentence if isinstance(sentence, str) else shell.language.say(sentence)))

    alive = Counter(agent.vantage for agent in progress.alive)
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    heads = (message("Vantage"), message("Asked"), message("Answered"), message("Agents"))
    for at, head in enumerate(heads):
        table.add_column(text(head), justify="right" if at else "left")
    table.add_column(width=20)
    shown = _most_open(progress.tallies)
    for tally in shown:
        agents_count = alive[tally.vantage] if tally.vantage else alive.total()
        table.add_row(
            text(tally.vantage or _ANYWHERE),
            str(tally.asked_count),
            str(tally.answered_count),
            Text(str(agents_count), style="" if agents_count else "red"),
            ProgressBar(total=tally.asked_count, completed=tally.answered_count, width=20),
        )
    if (more := len(progress.tallies) - len(shown)) > 0:
        table.add_row(text(message("and {count} more", count=more)))
    signs = [
        Text(f"{SIGNS[each]} {counts[each]}", style=STYLES[each]) for each in Readiness if counts.get(each)
    ]
    minutes, seconds = divmod(elapsed_s, 60)
    table.add_row(Text("  ").join([Text(f"{minutes}:{seconds:02}"), *signs]))
    return table


def _most_open(tallies: Sequence[Tally]) -> list[Tally]:
    """Of many vantages those that most is waited for, in their order."""
    by_open = sorted(tallies, key=lambda each: each.answered_count + each.given_up_count - each.asked_count)
    kept = {each.vantage for each in by_open[:_MOST_ROWS]}
    return [each for each in tallies if each.vantage in kept]
