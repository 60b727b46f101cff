"""Observations from rows of our own tables, read lean: ten thousand of them are a person's wait for an answer.

What stands in a row was written by `encode` or has passed `decode`, and triggers refuse any change, so its fields are
not looked at once more. What is not as expected (a damaged file) is read strictly, which says what is wrong.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from kontum_netcheck.model import Cause, Failure, KeptObservation, Observation, Outcome, Stage
from kontum_netcheck.store.entries import read_body

_KIND = "observation"
_OUTCOMES: Mapping[str, Outcome] = MappingProxyType({each.value: each for each in Outcome})
_STAGES: Mapping[str, Stage] = MappingProxyType({each.value: each for each in Stage})
_CAUSES: Mapping[str, Cause] = MappingProxyType({each.value: each for each in Cause})
_DECODER = json.JSONDecoder()
_WHEN = re.compile(r'.*"outcome":"(\w+)".*"started_at":"([^"]+)"')
_NUMBER = re.compile(r"-?[0-9][-+.0-9e]*")

ValueAt = tuple[datetime, float | None]
"""When an observation was made (aware, UTC), and one metric of it; None: failed, or not measured."""


def kept_observation(identity: bytes, body: str) -> KeptObservation:
    """The observation of a row: the same that `decode` makes of its entry, in a quarter of the time.

    NotWellFormed where the row is damaged.
    """
    try:
        return _lean(_DECODER.decode(body), identity.hex(), may_have_lists="[" in body)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        kept = cast(KeptObservation, read_body(_KIND, body.encode(), _KIND))
        return KeptObservation(kept.run_id, kept.limits_id, kept.observation, identity.hex())


def _lean(fields: dict[str, Any], identity: str, *, may_have_lists: bool) -> KeptObservation:
    said = fields.get
    metrics, failure, outcome = said("metrics", {}), said("failure"), _OUTCOMES[fields["outcome"]]
    if may_have_lists:
        metrics = {
            name: tuple(value) if isinstance(value, list) else value for name, value in metrics.items()
        }
    if failure is not None:
        failure = Failure(_STAGES[failure["stage"]], _CAUSES[failure["cause"]], failure.get("detail", ""))
    observation = Observation(
        fields["check_id"],
        fields["probe"],
        said("target", ""),
        outcome,
        datetime.fromisoformat(fields["started_at"]),
        fields["duration_ms"],
        metrics,
        failure,
        said("vantage", ""),
        said("operator", ""),
    )
    return KeptObservation(fields["run_id"], said("limits_id", ""), observation, identity)


def value_at(identity: bytes, body: str, metric: str) -> ValueAt:
    """One number of the observation of a row, in a tenth of the time: found as text.

    Nothing else looks like a key: in a text every quotation mark has a backslash before it. NotWellFormed where the
    row is damaged.
    """
    when = _WHEN.match(body)
    if when is None:
        kept = kept_observation(identity, body).observation  # says what is wrong
        return kept.started_at, None
    value = None
    if when[1] == Outcome.MEASURED.value:
        key = f'"{metric}":'
        start = body.find(key, body.find('"metrics":{'))
        found = None if start < 0 else _NUMBER.match(body, start + len(key))
        value = None if found is None else float(found[0])
    return datetime.fromisoformat(when[2]), value
