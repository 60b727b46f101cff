"""A bar with counts per readiness, on stderr and only on a terminal."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from kontum_netcheck.cli.load_progress import LoadLine
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import Check, Message, Observation, Readiness, message
from kontum_netcheck.report.safe import visible


@dataclass(frozen=True, slots=True)
class Shown:
    """What is called with every observation, and what says a sentence to the person at the keyboard meanwhile."""

    note: Callable[[Observation], None]
    tell: Callable[[Message], None]
    load: Callable[[str, str, float, int], None] = lambda _target, _direction, _rate, _bytes: None
    """Called with each sample of a load, from another thread."""


@contextmanager
def progress(
    shell: Shell, checks: Mapping[str, Check], evidence: Sequence[Observation], wanted: bool
) -> Iterator[Shown]:
    """Show how far it is; where nobody watches only sentences are said."""
    if not (wanted and shell.stderr.isatty() and checks):
        yield Shown(lambda _observation: None, shell.tell)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    from kontum_netcheck.report.blocks import SIGNS
    from kontum_netcheck.report.drawing import STYLES

    counts: Counter[Readiness] = Counter()
    known: dict[str, list[Observation]] = {}
    for earlier in evidence:
        known.setdefault(earlier.check_id, []).append(earlier)
    counted, said = TextColumn("{task.fields[counted]}"), TextColumn("{task.description}")
    columns = (BarColumn(20), counted, TimeElapsedColumn(), said)
    console = Console(file=shell.stderr, no_color=not shell.may_colour)
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task(
            shell.language.say(message("asking …")), total=len(checks), counted=f"0/{len(checks)}"
        )

        def note(observation: Observation) -> None:
            check = checks[observation.check_id]
            verdict = judge_check(check, (*known.get(check.id, ()), observation), datetime.now(UTC))
            counts[verdict.readiness] += 1
            signs = (f"[{STYLES[each]}]{SIGNS[each]} {counts[each]}[/]" for each in Readiness if counts[each])
            done = f"{counts.total()}/{len(checks)}"
            bar.update(task, advance=1, counted=done, description="  ".join(signs))

        def tell(sentence: Message) -> None:
            bar.console.print(Text(visible(shell.language.say(sentence))), soft_wrap=True)

        line, load_task = LoadLine(checks), bar.add_task("", total=1, counted="", visible=False)

        def load(target: str, direction: str, mbit_per_s: float, used_bytes: int) -> None:
            said = shell.language.say(line.note(target, direction, mbit_per_s, used_bytes))
            most_bytes = line.most_bytes(target)
            bar.update(load_task, description=said, completed=used_bytes, total=most_bytes, visible=True)

        yield Shown(note, tell, load)
