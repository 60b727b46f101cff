"""Evidence and bundles as tests need them."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from kontum_netcheck.bundles.manifest import Manifest
from kontum_netcheck.bundles.signing import Signer, new_signer
from kontum_netcheck.bundles.writing import write_bundle
from kontum_netcheck.model import (
    Cause,
    Evidence,
    Failure,
    KeptObservation,
    MetricValue,
    Observation,
    Outcome,
    RunBegun,
    Stage,
)
from kontum_netcheck.store.entries import KINDS, Entry, encode

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
AN = new_signer("Nguyễn Văn An")

RUN = RunBegun("a" * 32, NOON, "0.1.0", "sites.yaml", "", "may-608", "Nguyễn Văn An")


def call(
    minute: int = 0,
    result: str = "ok",
    operator: str = "An",
    line: str = "thpt-a/phone-1",
    **metrics: MetricValue,
) -> Observation:
    """A test call that a person made so many minutes after noon."""
    failure = None if result == "ok" else Failure(Stage.CONNECT, Cause(result))
    return Observation(
        check_id=f"{line}/call",
        probe="call",
        target="+842603000002",
        outcome=Outcome.FAILED if failure else Outcome.MEASURED,
        started_at=NOON + timedelta(minutes=minute),
        duration_ms=0.0,
        metrics={"result": result, **metrics},
        failure=failure,
        operator=operator,
    )


def kept(*observations: Observation) -> list[Evidence]:
    """A run and what it brought."""
    return [RUN, *(KeptObservation(RUN.id, "", each) for each in observations)]


def in_order(facts: Iterable[Evidence]) -> list[Entry]:
    """The facts as a store gives them: kind by kind, by id, each once."""
    kinds = list(KINDS)
    return sorted({encode(fact) for fact in facts}, key=lambda entry: (kinds.index(entry.kind), entry.id))


def bundle(
    facts: Iterable[Evidence], signer: Signer | None = AN, attachments: dict[str, bytes] | None = None
) -> tuple[bytes, Manifest]:
    """The bytes of a bundle, and its manifest."""
    out = io.BytesIO()
    manifest = write_bundle(
        out,
        in_order(facts),
        signer,
        now=NOON,
        attachments=sorted((attachments or {}).items()),
        tool_version="0.1.0",
        operator="Nguyễn Văn An",
        vantage="may-608",
    )
    return out.getvalue(), manifest
