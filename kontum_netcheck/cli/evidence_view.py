"""How bundles are told about: a block of lines a bundle, or JSON."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo

from kontum_netcheck.bundles.contents import Contents
from kontum_netcheck.cli.evidence_result import Result
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.judge.conflicts import Conflict
from kontum_netcheck.model import Message, Observation, message
from kontum_netcheck.report.safe import json_visible, visible
from kontum_netcheck.wording import cause_message

_MOST_CONFLICTS = 20
"""Shown in the terminal; JSON has all."""


def plain_table(shell: Shell, heads: Sequence[Message], rows: Sequence[Sequence[object]]) -> str:
    """A table of texts under heads, in the reader's language."""
    from tabulate import tabulate

    say = shell.language
    cells = [[visible(say.show(value)) for value in row] for row in rows]
    return tabulate(cells, [say.say(head) for head in heads], "simple", disable_numparse=True)


def as_text(shell: Shell, results: Sequence[Result], zone: tzinfo) -> str:
    """Each bundle: what became of it, its facts, and below them what to look into."""
    return "\n\n".join("\n".join(_block(shell, result, zone)) for result in results)


def _block(shell: Shell, result: Result, zone: tzinfo) -> Iterator[str]:
    from tabulate import tabulate

    def say(sentence: Message) -> str:
        return visible(shell.language.say(sentence, zone))

    yield say(message("{file}: {state}", file=str(result.file), state=_state(result)))
    rows = [[f"  {say(label)}", visible(shell.language.show(value, zone))] for label, value in _facts(result)]
    if rows:
        yield tabulate(rows, tablefmt="plain", disable_numparse=True, preserve_whitespace=True)
    for warning in result.warnings:
        yield f"  ! {say(warning)}"
    for conflict in result.conflicts[:_MOST_CONFLICTS]:
        yield f"  ! {say(conflict_sentence(conflict))}"
    if len(result.conflicts) > _MOST_CONFLICTS:
        yield f"  ! {say(message('And {count} more conflicts.', count=len(result.conflicts) - _MOST_CONFLICTS))}"


def _state(result: Result) -> Message:
    if result.problem is not None and result.whole and result.untrusted:
        return message("whole, but not trusted. {problem}", problem=result.problem)
    if result.problem is not None:
        return message("refused, nothing of it was kept. {problem}", problem=result.problem)
    if result.new_count is not None:
        return message(
            "taken. New entries: {new}, known already: {known}.",
            new=result.new_count,
            known=result.known_count,
        )
    return message("whole and trusted.") if result.key else message("whole, not signed.")


def _facts(result: Result) -> Iterator[tuple[Message, object]]:
    manifest, contents = result.manifest, result.contents
    if manifest is None:
        return
    yield message("signed by"), _signer(result)
    yield (
        message("made"),
        message(
            "{moment}, by {operator} at {vantage}, with version {version}",
            moment=manifest.created_at,
            operator=manifest.operator or "–",
            vantage=manifest.vantage or "–",
            version=manifest.tool_version,
        ),
    )
    if manifest.selection:
        yield message("selected by"), " ".join(manifest.selection)
    if contents.first_at is not None:
        yield (
            message("observations"),
            message(
                "{count}, {first} – {last}",
                count=contents.counts["observation"],
                first=contents.first_at,
                last=contents.last_at,
            ),
        )
        yield message("by"), _counted(contents.operators)
        yield message("sites"), len(contents.sites)
        yield message("runs"), contents.counts["run"]
    if manifest.attachments_count:
        yield message("attached files"), manifest.attachments_count
    yield message("content"), manifest.content_sha256


def _signer(result: Result) -> object:
    if result.key is None:
        return message("nobody")
    if not result.signer and not result.untrusted:
        return result.key.fingerprint  # it was refused before anybody looked whose key it is
    if not result.signer:
        return message("{fingerprint}, not on the list", fingerprint=result.key.fingerprint)
    return f"{result.signer}, {result.key.fingerprint}"


def _counted(names: dict[str, int]) -> str:
    return ", ".join(
        f"{name or '–'} ({count})" for name, count in sorted(names.items(), key=lambda n: (-n[1], n[0]))
    )


def conflict_sentence(conflict: Conflict, line: object = None) -> Message:
    """Who said what of the same line; `line`: its name, where an inventory tells it."""
    return message(
        "Conflict at {check}: {earlier}; {later}. The worse one counts, both are kept.",
        check=line or conflict.check_id,
        earlier=_answer(conflict.earlier),
        later=_answer(conflict.later),
    )


def _answer(given: Observation) -> Message:
    result = cause_message(given.failure) if given.failure else message("it works")
    return message(
        "{operator} on {moment}: {result}",
        operator=given.operator or "–",
        moment=given.started_at,
        result=result,
    )


def as_json(shell: Shell, results: Sequence[Result]) -> str:
    """Strict JSON; sentences in the reader's language, all else in keys."""
    document = {
        "format": "kontum-netcheck/bundles",
        "version": 1,
        "bundles": [_data(shell, result) for result in results],
    }
    return json_visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _data(shell: Shell, result: Result) -> dict[str, object]:
    def say(sentence: Message | None) -> str | None:
        return None if sentence is None else shell.language.say(sentence)

    return {
        "file": str(result.file),
        "whole": result.whole,
        "taken": result.new_count is not None,
        "problem": say(result.problem),
        "signer": result.signer or None,
        "fingerprint": result.key.fingerprint if result.key else None,
        "new_count": result.new_count,
        "known_count": result.known_count,
        "manifest": result.manifest and result.manifest.model_dump(mode="json"),
        "contents": _contents_data(result.contents),
        "unknown_sites": result.unknown_sites,
        "conflicts": [
            {"check": c.check_id, "earlier": _answer_data(c.earlier), "later": _answer_data(c.later)}
            for c in result.conflicts
        ],
        "warnings": [say(warning) for warning in result.warnings],
    }


def _contents_data(contents: Contents) -> dict[str, object]:
    return {
        "entries_count": dict(contents.counts),
        "first_at": _moment(contents.first_at),
        "last_at": _moment(contents.last_at),
        "observations_by_operator": dict(contents.operators),
        "observations_by_site": dict(contents.sites),
        "future_count": contents.future_count,
        "too_early_count": contents.too_early_count,
    }


def _answer_data(given: Observation) -> dict[str, object]:
    return {
        "operator": given.operator,
        "started_at": _moment(given.started_at),
        "outcome": given.outcome,
        "cause": given.failure.cause if given.failure else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
