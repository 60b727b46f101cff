"""The options of `watch`, checked before anything is asked."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from kontum_netcheck.cli.notice_address import Address
from kontum_netcheck.cli.output import check_writable
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.wanted import outputs_or_stop
from kontum_netcheck.cli.watch_files import WatchFiles
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.probes.notation import duration
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.notice import trial_notice
from kontum_netcheck.watch.timing import Timetable

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=1)
_JITTER_SHARE = 0.1


def timetable_or_stop(shell: Shell, every: str, jitter: str | None) -> Timetable:
    """The rhythm; a wrong one ends the program."""
    rhythm = _length_or_stop(shell, "--every", every)
    if not _SHORTEST <= rhythm <= _LONGEST:
        raise shell.stop(
            message("--every: write from {least} to {most}.", least=_SHORTEST, most=timedelta(hours=24))
        )
    if jitter is None:
        return Timetable(rhythm, rhythm * _JITTER_SHARE)
    late = timedelta(0) if jitter.strip() in ("0", "0s") else _length_or_stop(shell, "--jitter", jitter)
    if late > rhythm:
        raise shell.stop(message("--jitter: at most as long as --every, {every}.", every=rhythm))
    return Timetable(rhythm, late)


def _length_or_stop(shell: Shell, name: str, text: str) -> timedelta:
    try:
        return duration(text)
    except (WrongValue, OverflowError) as wrong:
        problem = wrong.problem if isinstance(wrong, WrongValue) else message("That is too long.")
        example = message("Write it as in 30s, 5m or 1h.")
        raise shell.stop(
            message("{option}: {problem} {example}", option=name, problem=problem, example=example)
        ) from None


def files_or_stop(
    shell: Shell, every: timedelta, html: Path | None, output: Sequence[Path] | None
) -> WatchFiles:
    """The files to keep current; one that can't be written ends the program."""
    outputs = outputs_or_stop(shell, output or ())
    if html is not None:
        if html.suffix.lower() not in (".html", ".htm"):
            raise shell.stop(message("--html: {file} must end in .html.", file=str(html)))
        if (problem := check_writable(html)) is not None:
            raise shell.stop(problem)
    return WatchFiles(every, html, outputs)


def send_trial(
    shell: Shell, addresses: Sequence[Address], province: str, vantage: str, options: Options
) -> bool:
    """Send one notice to each address and say what became of it; whether all were taken."""
    if not addresses:
        raise shell.stop(message("--test-notice: name an address with --notify."))
    notice, all_taken = trial_notice(province, vantage, options), True
    for address in addresses:
        fault = address.send(notice)
        all_taken = all_taken and fault is None
        if fault is None:
            shell.put_line(message("{address}: the test notice was taken.", address=address.shown))
        else:
            why = fault or message("no reason given")
            shell.put_line(message("{address}: not delivered: {why}", address=address.shown, why=why))
    return all_taken
