"""What becomes of jobs whose agents are lost, refuse, end, or were never there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kontum_netcheck.agents.following import Follower, Steps
from kontum_netcheck.agents.job import JOB_VERSION
from kontum_netcheck.agents.orders import JobState, Look
from kontum_netcheck.agents.refusal import refusal_text
from kontum_netcheck.agents.waiting import MOST_TIMES_SENT, Question, Waiting, questions_of
from kontum_netcheck.locale.language import Language
from kontum_netcheck.model import Cause, Check, Cost, message
from kontum_netcheck.store.agents import AgentSeen, JobRefusal
from tests.agents.seen import NOW, agent, answer, check

ENGLISH = Language("en")
WHY = message("The job has version {found}, and this agent knows {known}.", found=2, known=1)


class Scene:
    """One job, number 7, with these checks."""

    def __init__(self, *checks: Check) -> None:
        self.questions = list(questions_of(checks))
        self.waiting = Waiting(self.questions)
        self.follower = Follower(self.waiting)
        self.waiting.sent(7, self.questions)

    def look(
        self,
        states: Mapping[int, JobState],
        *alive: AgentSeen,
        refused_by: str = "",
        patient: bool = False,
        now_s: float = 0.0,
    ) -> Steps:
        refusals = (JobRefusal(7, refused_by, refusal_text(WHY), NOW),) if refused_by else ()
        return self.follower.follow(Look(alive, states, refusals, ()), patient=patient, now_s=now_s)

    def given_up(self, cause: Cause) -> Sequence[Question]:
        return self.waiting.given_up_by(cause)

    @property
    def notes(self) -> list[str]:
        return [ENGLISH.say(note) for note in self.follower.notes()]


def test_what_an_agent_is_at_work_on_is_left_to_it() -> None:
    scene = Scene(check("one", "noc"))
    assert scene.look({7: JobState.RUNNING}, agent("noc")) == Steps()
    assert scene.follower.is_running
    assert scene.waiting.jobs() == [7]


def test_what_an_agent_holds_and_brings_nothing_of_is_sent_again() -> None:
    one, two = check("one", "noc"), check("two", "noc")
    scene, running = Scene(one, two), {7: JobState.RUNNING}
    assert scene.look(running, agent("noc"), now_s=0) == Steps()
    assert scene.look(running, agent("noc"), now_s=300) == Steps()
    scene.waiting.take(answer(one, "noc"))
    assert scene.look(running, agent("noc"), now_s=301) == Steps()
    assert scene.look(running, agent("noc"), now_s=600) == Steps()
    steps = scene.look(running, agent("noc"), now_s=602)
    assert ([each.check for each in steps.send], steps.write_off) == ([two], (7,))


def test_what_takes_long_is_waited_for_longer() -> None:
    scene = Scene(replace(check("one", "noc"), cost=Cost(duration_s=600.0)))
    scene.look({7: JobState.RUNNING}, agent("noc"), now_s=0)
    assert scene.look({7: JobState.RUNNING}, agent("noc"), now_s=1499) == Steps()
    assert scene.look({7: JobState.RUNNING}, agent("noc"), now_s=1501).write_off == (7,)


def test_a_lost_agents_job_is_written_off_and_what_it_owes_sent_again() -> None:
    one, two = check("one", "noc"), check("two", "noc")
    scene = Scene(one, two)
    scene.waiting.take(answer(one, "noc"))
    steps = scene.look({7: JobState.LOST}, agent("noc", "another"))
    assert [each.check for each in steps.send] == [two]
    assert steps.write_off == (7,)
    assert scene.notes == ["Agents were lost on the way: 1 checks were sent once more."]


def test_what_is_lost_with_the_last_agent_of_a_place_is_not_sent_to_nobody() -> None:
    scene = Scene(check("one", "noc"))
    assert scene.look({7: JobState.LOST}, agent("dak-to")).send == ()
    assert scene.given_up(Cause.NO_AGENT) == scene.questions
    assert scene.notes == ["No agent at noc: 1 checks were not asked."]


def test_a_job_that_nobody_took_waits_while_an_agent_is_there() -> None:
    scene = Scene(check("one", "noc"))
    scene.look({7: JobState.WAITING}, agent("noc", state="ending"))
    assert not scene.waiting.is_over
    scene.look({7: JobState.WAITING}, agent("dak-to"))
    assert scene.given_up(Cause.NO_AGENT) == scene.questions


def test_what_is_for_anybody_waits_while_anybody_is_there() -> None:
    scene = Scene(check("one"))
    scene.look({7: JobState.WAITING}, agent("dak-to"))
    assert not scene.waiting.is_over
    scene.look({7: JobState.WAITING})
    assert scene.notes == ["No agent is left: 1 checks were not asked."]


def test_an_agent_with_a_wrong_clock_is_nobody_and_named() -> None:
    scene = Scene(check("one", "noc"), check("two"))
    scene.look({7: JobState.WAITING}, agent("noc", "slow", state="clock"))
    assert scene.waiting.is_over
    assert "The agent slow at noc asks nothing: its clock is wrong." in scene.notes


def test_answers_that_a_commit_has_overtaken_are_looked_for_before_they_are_missed() -> None:
    scene = Scene(check("one", "noc"))
    looks = []
    while not (steps := scene.look({7: JobState.OVER}, agent("noc"))).send:
        looks.append(steps.look_at_all)
        assert len(looks) < 100
    assert looks[-1]
    assert list(steps.send) == scene.questions
    assert steps.write_off == ()


def test_a_refused_job_is_given_up_with_the_reason() -> None:
    scene = Scene(check("one", "noc"), check("two", "noc"))
    steps = scene.look({7: JobState.OVER}, agent("noc"), refused_by="noc-one")
    assert steps.send == ()
    assert scene.given_up(Cause.JOB_REFUSED) == scene.questions
    assert scene.notes == [
        "Refused by the agent, 2 checks for noc: The job has version 2, and this agent knows 1."
    ]


def test_what_one_agent_refuses_another_of_the_place_may_do() -> None:
    scene = Scene(check("one", "noc"))
    old, able = agent("noc", "old", job_version=JOB_VERSION - 1), agent("noc", "able")
    steps = scene.look({7: JobState.OVER}, old, able, refused_by="noc-old")
    assert list(steps.send) == scene.questions


def test_what_is_refused_again_and_again_is_sent_no_more() -> None:
    scene = Scene(check("one", "noc"))
    for job_id in range(MOST_TIMES_SENT - 1):
        scene.waiting.sent(job_id, scene.questions)
    steps = scene.look({7: JobState.OVER}, agent("noc", "old"), agent("noc", "able"), refused_by="noc-old")
    assert steps.send == ()
    assert scene.waiting.is_over


def test_nobody_of_another_place_does_what_is_refused() -> None:
    scene = Scene(check("one", "noc"))
    steps = scene.look({7: JobState.OVER}, agent("noc"), agent("dak-to"), refused_by="noc-one")
    assert steps.send == ()


def test_who_could_not_report_while_the_database_was_away_is_not_lost() -> None:
    one, two = check("one", "noc"), check("two", "dak-to")
    questions = list(questions_of([one, two]))
    scene = Scene(one)
    scene.waiting = Waiting(questions)
    scene.follower = Follower(scene.waiting)
    scene.waiting.sent(7, questions[:1])
    scene.waiting.sent(8, questions[1:])
    states = {7: JobState.LOST, 8: JobState.WAITING}
    assert scene.look(states, patient=True) == Steps()
    assert not scene.waiting.is_over
    assert scene.look(states).write_off == (7,)
    assert scene.waiting.is_over
