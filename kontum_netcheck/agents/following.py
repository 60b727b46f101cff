"""What becomes of a run's jobs, look by look: what is sent again, what is written off, what is given up. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kontum_netcheck.agents.job import JOB_VERSION
from kontum_netcheck.agents.orders import JobState, Look
from kontum_netcheck.agents.refusal import read_refusal
from kontum_netcheck.agents.waiting import Question, Waiting
from kontum_netcheck.model import Cause, Message, message
from kontum_netcheck.store.agents import AgentSeen

_CLOCK = "clock"
"""What an agent calls itself while its clock is wrong: it takes no jobs."""
_SILENCE_S = 300.0
"""An agent that is alive, and brings nothing of a job for so long beyond what its checks take, has it no more: it
hangs, or somebody else has its password."""
_LOOKS_AFTER_END = 8
"""So often a job that is over is looked at before its answers are missed: one commit may overtake another."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done after a look."""

    send: tuple[Question, ...] = ()  # once more
    write_off: tuple[int, ...] = ()  # jobs whose agents are gone
    look_at_all: bool = False  # a job is over and still lacks answers: they may have been passed over


class Follower:
    """Follows the jobs of one run."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._looks_after_end: Counter[int] = Counter()
        self._seen: dict[int, tuple[int, float]] = {}  # of each job what was open, and since when it is so
        self._refused: Counter[tuple[str, str]] = Counter()  # by vantage and reason
        self._lost_count = 0
        self._wrong_clocks: set[tuple[str, str]] = set()  # vantage and name of agents that take nothing
        self.is_running = False
        """Whether an agent was at work on one of the jobs at the last look."""

    def follow(self, look: Look, *, patient: bool = False, now_s: float = 0.0) -> Steps:
        """See to each job as it stands now (`now_s`, monotonic); what arrived has been taken already.

        `patient`: agents that are silent now may speak again soon, so nothing is lost or given up for want of them.
        """
        again: list[Question] = []
        write_off: list[int] = []
        look_at_all, there = False, self._places(look.alive)
        lost = JobState.RUNNING if patient else JobState.LOST
        for refusal in look.refusals:
            others = [agent for agent in look.alive if agent.id != refusal.agent_id]
            again += self._refusal(refusal.job_id, refusal.why, others)
        for job_id in self._waiting.jobs():
            state = look.states.get(job_id, JobState.WAITING)
            if state is JobState.LOST or (state is JobState.RUNNING and self._is_stuck(job_id, now_s)):
                state = lost
            if state is JobState.WAITING:
                if not patient and not _is_there(self._waiting.vantage_of(job_id), there):
                    self._waiting.give_up(self._waiting.left_in(job_id), Cause.NO_AGENT)
            elif state is JobState.OVER and self._may_still_come(job_id):
                look_at_all |= self._looks_after_end[job_id] == _LOOKS_AFTER_END
            elif state is not JobState.RUNNING:
                again += self._lost(job_id, None if patient else look.alive)
                write_off += [job_id] if state is JobState.LOST else []
        self.is_running = JobState.RUNNING in look.states.values()
        return Steps(tuple(again), tuple(write_off), look_at_all)

    def with_agent(self, questions: Sequence[Question], alive: Sequence[AgentSeen]) -> list[Question]:
        """Those that somebody is there for; the others are given up."""
        there = self._places(alive)
        asked = [each for each in questions if _is_there(each.vantage, there)]
        self._waiting.give_up(_without(questions, asked), Cause.NO_AGENT)
        return asked

    def notes(self) -> Iterator[Message]:
        """What the reader must know of how it went."""
        nobody = Counter(each.vantage for each in self._waiting.given_up_by(Cause.NO_AGENT))
        for vantage, count in nobody.items():
            yield (
                message("No agent at {vantage}: {count} checks were not asked.", vantage=vantage, count=count)
                if vantage
                else message("No agent is left: {count} checks were not asked.", count=count)
            )
        for vantage, name in sorted(self._wrong_clocks):
            yield message(
                "The agent {name} at {vantage} asks nothing: its clock is wrong.", name=name, vantage=vantage
            )
        for (vantage, why), count in self._refused.items():
            place = vantage or message("any place")
            yield message(
                "Refused by the agent, {count} checks for {vantage}: {why}",
                vantage=place,
                count=count,
                why=read_refusal(why),
            )
        if self._lost_count:
            yield message(
                "Agents were lost on the way: {count} checks were sent once more.", count=self._lost_count
            )

    def _places(self, alive: Sequence[AgentSeen]) -> set[str]:
        """Where somebody is who takes jobs."""
        self._wrong_clocks |= {(a.vantage, a.name) for a in alive if a.status.get("state") == _CLOCK}
        return {each.vantage for each in alive if each.status.get("state") != _CLOCK}

    def _is_stuck(self, job_id: int, now_s: float) -> bool:
        left = self._waiting.left_in(job_id)
        open_count, since_s = self._seen.get(job_id, (-1, now_s))
        if open_count != len(left):
            open_count, since_s = self._seen[job_id] = len(left), now_s
        return now_s - since_s > _SILENCE_S + 2 * max(
            (each.check.cost.duration_s for each in left), default=0.0
        )

    def _may_still_come(self, job_id: int) -> bool:
        self._looks_after_end[job_id] += 1
        return self._looks_after_end[job_id] <= _LOOKS_AFTER_END

    def _lost(self, job_id: int, alive: Sequence[AgentSeen] | None) -> list[Question]:
        """What of a job that nobody does any more is to be sent again, where somebody is alive (None: may be)."""
        left = self._waiting.left_in(job_id)
        self._waiting.forget(job_id)
        again = self._waiting.once_more(left)
        if alive is not None:
            again = self.with_agent(again, alive)
        self._lost_count += len(again)
        return again

    def _refusal(self, job_id: int, why: str, others: Sequence[AgentSeen]) -> list[Question]:
        """What of it another agent of that place may do; the rest is given up, and the reason kept."""
        left = self._waiting.left_in(job_id)
        self._waiting.forget(job_id)
        if not left:
            return []
        vantage = left[0].vantage
        able = any(each.job_version >= JOB_VERSION and vantage in ("", each.vantage) for each in others)
        again = self._waiting.once_more(left) if able else []
        refused = _without(left, again)
        self._waiting.give_up(refused, Cause.JOB_REFUSED)
        self._refused[vantage, why] += len(refused)
        return again


def _is_there(vantage: str, there: set[str]) -> bool:
    """Whether somebody is at the vantage; of any: anywhere."""
    return vantage in there if vantage else bool(there)


def _without(questions: Iterable[Question], some: Iterable[Question]) -> list[Question]:
    kept = {question.key for question in some}
    return [question for question in questions if question.key not in kept]
