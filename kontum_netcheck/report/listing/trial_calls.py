"""Test calls as a list: each call, and what they come to for each line. Pure."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.judge.calls import METHOD_WORDS, method_of, why_not_called
from kontum_netcheck.model import Check, CheckVerdict, Message, Observation, Outcome, message
from kontum_netcheck.recording.results import key_of, word_of
from kontum_netcheck.report.blocks import SIGNS
from kontum_netcheck.report.columns import Column
from kontum_netcheck.report.comma_separated import table as csv_table
from kontum_netcheck.report.facts import instant
from kontum_netcheck.report.history.lines import STYLES, Line, table
from kontum_netcheck.report.markdown import escaped
from kontum_netcheck.report.options import Options
from kontum_netcheck.report.safe import json_visible
from kontum_netcheck.wording import READINESS_WORDS, cause_message

FORMAT = "kontum-netcheck/test-calls"
VERSION = 1


@dataclass(frozen=True, slots=True)
class TestCall:
    """One call that was made, or was to be made."""

    __test__ = False  # it is no test of pytest's

    number: int
    check: Check
    observation: Observation


@dataclass(frozen=True, slots=True)
class TestCalls:
    """The calls of one run of `lines test`, and how each line stands after them."""

    __test__ = False

    site_id: str
    site: str
    run_id: str
    calls: tuple[TestCall, ...]
    verdicts: tuple[CheckVerdict, ...]


def _metric(name: str) -> Callable[[TestCall], object]:
    return lambda call: call.observation.metrics.get(name)


def _how(call: TestCall) -> Message:
    return METHOD_WORDS[method_of(call.observation)]


def _why(call: TestCall) -> object:
    failure = call.observation.failure
    if failure is None:
        return None
    is_ours = call.observation.outcome is Outcome.ERROR
    return why_not_called(call.check, call.observation) if is_ours else cause_message(failure)


def _result(call: TestCall) -> Message | str:
    return word_of(call.observation)


COLUMNS: tuple[Column[Any], ...] = (
    Column("number", message("No."), lambda call: call.number, brief=True),
    Column("called_at", message("Called at"), lambda call: call.observation.started_at, brief=True),
    Column("line", message("Line"), lambda call: call.check.service_id, brief=True),
    Column("called", message("Number called"), lambda call: national(call.check.target), brief=True),
    Column("method", message("How"), _how, True, lambda call: method_of(call.observation)),
    Column("trunk", message("Trunk"), _metric("trunk")),
    Column("result", message("Result"), _result, True, lambda call: key_of(call.observation)),
    Column("outcome", message("Outcome"), lambda call: call.observation.outcome),
    Column("wait_ms", message("Until it rang (ms)"), _metric("wait_ms")),
    Column("status", message("SIP status"), _metric("status")),
    Column("tone", message("tone heard"), _metric("tone")),
    Column("csi", message("Fax's own number"), _metric("csi")),
    Column("why", message("Reason"), _why, brief=True, prose=True),
    Column("purpose", message("Why"), _metric("purpose")),
    Column("quiet_ignored", message("Why in quiet hours"), _metric("quiet_ignored")),
    Column("loss_pct", message("packet loss (%)"), _metric("loss_pct")),
    Column("jitter_ms", message("jitter of the sound (ms)"), _metric("jitter_ms")),
    Column("mos", message("estimated voice quality (MOS, G.107)"), _metric("mos")),
)
"""Keys and order are a contract: docs/lines.md."""


def page(found: TestCalls, options: Options) -> Iterator[Line]:
    """Each call, then each line's verdict."""
    yield Line.of(f"{options.text(found.site)} ({options.text(found.site_id)})", "bold")
    cells = [_cells(call, options) for call in found.calls]
    if cells:
        lines = table([""] * len(cells[0]), cells, right=len(cells[0]))[2:]
        for call, line in zip(found.calls, lines, strict=True):
            yield line
            if (sound := _sound(call.observation)) is not None:
                yield Line.of(options.text(sound), "dim", indent=6, hang=2)
            if (why := _why(call)) is not None:
                yield Line.of(options.text(why), "dim", indent=6, hang=2)
    yield Line.of("")
    for verdict in found.verdicts:
        word = f"{SIGNS[verdict.readiness]} {options.text(READINESS_WORDS[verdict.readiness])}"
        name = f"{verdict.check.service_id} {national(verdict.check.target)}"
        yield Line(((word, STYLES[verdict.readiness]), (f"  {options.text(name)}", "bold")))
        yield Line.of(options.text(verdict.reason), indent=2, hang=2)


def _cells(call: TestCall, options: Options) -> list[str]:
    seen = call.observation
    wait_ms, status = seen.metrics.get("wait_ms"), seen.metrics.get("status")
    facts = [options.text(_how(call))] if "method" in seen.metrics else []
    facts += [str(status)] if status is not None else []
    facts += (
        [options.text(message("{seconds} s", seconds=round(wait_ms / 1000, 1)))]
        if isinstance(wait_ms, float)
        else []
    )
    return [
        f"{call.number}.",
        seen.started_at.astimezone(options.zone).strftime("%H:%M:%S"),
        options.text(call.check.service_id),
        options.text(national(call.check.target)),
        options.text(_result(call)),
        ", ".join(facts),
    ]


def _sound(seen: Observation) -> Message | None:
    """How a voice test sounded, there and back; None: it was none, or nothing came back."""
    loss_pct, jitter_ms, mos = (seen.metrics.get(name) for name in ("loss_pct", "jitter_ms", "mos"))
    if not isinstance(mos, float) or not isinstance(loss_pct, float) or not isinstance(jitter_ms, float):
        return None
    return message(
        "MOS {mos}, loss {loss} %, jitter {jitter} ms",
        mos=mos,
        loss=round(loss_pct, 1),
        jitter=round(jitter_ms, 1),
    )


def as_markdown(found: TestCalls, options: Options) -> str:
    """Two tables as GitHub has them: the calls, and the lines."""
    from tabulate import tabulate

    columns = [column for column in COLUMNS if column.brief]
    calls = tabulate(
        [[escaped(_filled(column.value(call)), options) for column in columns] for call in found.calls],
        headers=[escaped(column.label, options) for column in columns],
        tablefmt="github",
        disable_numparse=True,
        preserve_whitespace=True,
    )
    heads = (message("Line"), message("Number called"), message("Conclusion"), message("Reason"))
    rows = [(v.check.service_id, national(v.check.target), v.readiness, v.reason) for v in found.verdicts]
    lines = tabulate(
        [[escaped(cell, options) for cell in row] for row in rows],
        headers=[escaped(head, options) for head in heads],
        tablefmt="github",
        disable_numparse=True,
        preserve_whitespace=True,
    )
    return f"{calls}\n\n{lines}\n"


def _filled(cell: object) -> object:
    return "" if cell is None else cell


def as_csv(found: TestCalls, options: Options) -> bytes:
    """A call a row."""
    return csv_table(COLUMNS, found.calls, options)


def as_json(found: TestCalls, options: Options) -> str:
    """One document; reasons are in the reader's language, all else in English."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "run": found.run_id,
        "site": {"id": found.site_id, "name": found.site},
        "calls": [_call(call, options) for call in found.calls],
        "lines": [
            {
                "id": verdict.check.id,
                "number": verdict.check.target,
                "readiness": verdict.readiness.key,
                "reason": options.text(verdict.reason),
            }
            for verdict in found.verdicts
        ],
    }
    return json_visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _call(call: TestCall, options: Options) -> dict[str, object]:
    seen = call.observation
    failure = seen.failure
    return {
        "number": call.number,
        "check_id": call.check.id,
        "target": call.check.target,
        "started_at": instant(seen.started_at),
        "duration_ms": round(seen.duration_ms, 3),
        "outcome": seen.outcome.value,
        "metrics": dict(seen.metrics),
        "failure": None
        if failure is None
        else {"stage": failure.stage.value, "cause": failure.cause.value, "detail": failure.detail},
        "reason": options.text(_filled(_why(call))),
    }
