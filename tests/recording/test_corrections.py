"""Nothing is overwritten, nothing is kept twice, and what its author has corrected no longer stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kontum_netcheck.model import KeptObservation, Observation, WrongValue
from kontum_netcheck.recording import Said, Witness, answer_of, observation
from kontum_netcheck.recording.corrections import corrected_by, latest, settled, standing
from tests.recording.known import NOW, PHONE


def found(result: str, who: str = "Lan", minutes: int = 0) -> Observation:
    answer = answer_of(result, PHONE.check.kind)
    return observation(PHONE, Said(answer, NOW + timedelta(minutes=minutes)), Witness(who))


def kept(identity: str, one: Observation) -> KeptObservation:
    return KeptObservation("run", "", one, identity * 64)


def correcting(identity: str, one: Observation) -> Observation:
    return replace(one, metrics={**one.metrics, "corrects": identity * 64})


def test_a_new_answer_is_kept_as_it_is() -> None:
    assert settled(found("ok"), []) == found("ok")
    assert settled(found("ok", minutes=1), [kept("a", found("busy"))]) == found("ok", minutes=1)
    assert settled(found("ok", who="Minh"), [kept("a", found("busy"))]) == found("ok", who="Minh")


def test_the_same_answer_is_not_kept_twice() -> None:
    assert settled(found("ok"), [kept("a", found("ok"))]) is None
    assert settled(found("ok", who="LAN"), [kept("a", found("busy"))]) != found("ok", who="LAN")


def test_another_answer_for_the_same_moment_corrects_the_earlier_one() -> None:
    again = settled(found("ok"), [kept("a", found("busy"))])
    assert again == correcting("a", found("ok"))
    both = [kept("a", found("busy")), kept("b", again)]
    assert [each.id[0] for each in standing(both)] == ["b"]


def test_an_old_sheet_that_is_read_in_again_undoes_no_correction() -> None:
    both = [kept("a", found("busy")), kept("b", correcting("a", found("ok")))]
    assert settled(found("busy"), both, ever=True) is None
    assert settled(found("busy"), both) == correcting("b", found("busy"))


def test_only_its_author_can_take_evidence_back() -> None:
    forged = kept("b", correcting("a", found("ok", who="Minh")))
    assert [each.id[0] for each in standing([kept("a", found("busy")), forged])] == ["a", "b"]


def test_the_latest_that_stands_counts() -> None:
    past = [
        kept("a", found("ok")),
        kept("b", found("busy", minutes=5)),
        kept("c", correcting("b", found("ok", minutes=1))),
    ]
    newest = latest(past)
    assert newest and newest.id[0] == "c"
    assert latest([]) is None


def test_what_is_to_be_corrected_is_named_by_last_or_by_its_id() -> None:
    past = [kept("a", found("ok")), kept("b", found("busy", minutes=5))]
    assert corrected_by("last", past, "lan").id[0] == "b"
    assert corrected_by("aaaaaaaa", past, "Lan").id[0] == "a"


@pytest.mark.parametrize(("word", "who"), [("cccccccc", "Lan"), ("aaa", "Lan"), ("last", "Minh")])
def test_what_is_not_there_or_anothers_can_not_be_corrected(word: str, who: str) -> None:
    with pytest.raises(WrongValue):
        corrected_by(word, [kept("a", found("ok"))], who)
