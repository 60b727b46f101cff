"""Importing is a union of sets: twice, in any order, in parts, the store is the same."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontum_netcheck.bundles.contents import Contents
from kontum_netcheck.bundles.reading import Bundle
from kontum_netcheck.bundles.refusal import Refused
from kontum_netcheck.model import Evidence, LimitsInForce, message
from kontum_netcheck.store.entries import Entry, decode
from kontum_netcheck.store.store import Store
from tests.bundles.made import bundle, call, in_order, kept

facts = st.lists(st.integers(0, 30), max_size=6).map(
    lambda minutes: kept(*(call(minute) for minute in minutes))
)


def taken(store: Store, data: bytes) -> None:
    contents = Contents(datetime.now(UTC))
    store.add_decoded(contents.noting(Bundle(io.BytesIO(data)).entries()))


def after(bundles: list[bytes]) -> list[Entry]:
    """What a new store has after it took these."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "evidence.sqlite") as store:
        for data in bundles:
            taken(store, data)
        return list(store.entries())


@settings(max_examples=25)
@given(data=st.data(), parts=st.lists(facts, min_size=1, max_size=4))
def test_any_order_any_number_of_times_is_the_union(data: st.DataObject, parts: list[list[Evidence]]) -> None:
    bundles = [bundle(part)[0] for part in parts]
    again = data.draw(st.lists(st.sampled_from(bundles), max_size=3))
    union = in_order(fact for part in parts for fact in part)
    assert after(data.draw(st.permutations(bundles + again))) == union


def test_what_was_taken_goes_out_again_as_the_same_content(tmp_path: Path) -> None:
    data, manifest = bundle(kept(call(), call(5, "busy", "Bình")))
    with Store.open(tmp_path / "evidence.sqlite") as store:
        taken(store, data)
        facts_again = list(store.entries())
    assert [entry.body for entry in facts_again] == [
        entry.body for entry in Bundle(io.BytesIO(data)).entries()
    ]
    assert manifest.entries_count == len(facts_again)


def test_a_bundle_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    good = in_order(kept(*(call(minute) for minute in range(3000))))

    def broken() -> Iterator[tuple[Entry, Evidence]]:
        yield from ((entry, decode(entry)) for entry in good[:2500])
        raise Refused(message("It is damaged: copy it again."))

    with Store.open(tmp_path / "evidence.sqlite") as store:
        with pytest.raises(Refused):
            store.add_decoded(broken())
        assert list(store.entries()) == []


def test_limits_travel_with_what_was_judged_by_them(tmp_path: Path) -> None:
    data = bundle([LimitsInForce((), timedelta(days=7)), *kept(call())])[0]
    with Store.open(tmp_path / "evidence.sqlite") as store:
        taken(store, data)
        assert [entry.kind for entry in store.entries()] == ["limits", "run", "observation"]
