"""One job's checks, asked as `check` asks: own link first, then the engine, then what was our own side's fault."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kontum_netcheck.agents.feed import Feed
from kontum_netcheck.agents.job import Job, checks_of, reference_of
from kontum_netcheck.agents.networks import Networks
from kontum_netcheck.agents.own_look import OwnLook
from kontum_netcheck.engine import Asked, Conditions, run_checks
from kontum_netcheck.model import Check, KeptObservation, Observation, Outcome, Stage
from kontum_netcheck.net.clock import StepWatch
from kontum_netcheck.net.network import Network
from kontum_netcheck.own.change import could_be_ours, excused, own_change
from kontum_netcheck.own.link import OwnLink
from kontum_netcheck.own.side import OwnSide
from kontum_netcheck.probes.declaration import ProbeParams


@dataclass(frozen=True, slots=True)
class Work:
    """A job that is in order: its questions, and the run that their answers belong to."""

    job: Job
    checks: tuple[Check, ...]
    reference: ProbeParams | None
    limits_ids: Mapping[str, str]
    run_id: str

    @classmethod
    def of(cls, job: Job) -> "Work":
        """The work of a job, for the run that it was sent for. JobRefused."""
        limits_ids = {check.id: check.limits_id for check in job.checks}
        return cls(job, checks_of(job), reference_of(job), limits_ids, job.run.id)

    def kept(self, observation: Observation) -> KeptObservation:
        """An answer as it is kept."""
        return KeptObservation(self.run_id, self.limits_ids[observation.check_id], observation)


class Measuring:
    """Asks the checks of any number of jobs beside each other, through one admission."""

    def __init__(
        self, vantage: str, feed: Feed, networks: Networks, keep: Callable[[KeptObservation], None]
    ) -> None:
        self._vantage = vantage
        self._feed = feed
        self._networks = networks
        self._keep = keep
        self._look = OwnLook()

    async def do(self, work: Work, deadline_s: float | None = None) -> Asked:
        """Ask all of it, and keep what comes. Where it is cancelled, what was measured is kept all the same."""
        stop = asyncio.Event()
        doing = asyncio.create_task(self._do(work, deadline_s, stop))
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            stop.set()
            with suppress(asyncio.CancelledError):
                await doing
            raise

    async def _do(self, work: Work, deadline_s: float | None, stop: asyncio.Event) -> Asked:
        job, watch = work.job, StepWatch()
        with (
            self._feed.share(work.checks, job.rate_per_s) as share,
            self._networks.use(work.run_id, job.max_pps) as network,
        ):
            link = await self._look.look(work.checks, network, work.reference)
            asked = await run_checks(
                work.checks,
                network,
                self._conditions(job, link, deadline_s),
                stop=stop,
                on_observation=lambda each: None if _may_change(each) else self._keep(work.kept(each)),
                admission=share,
            )
            await self._keep_rest(work, asked, link, watch, network)
        return asked

    def _conditions(self, job: Job, link: OwnLink | None, deadline_s: float | None) -> Conditions:
        return Conditions(
            vantage=self._vantage,
            operator=job.operator,
            deadline_s=deadline_s,
            own=OwnSide.of(link) if link else OwnSide(),
        )

    async def _keep_rest(
        self, work: Work, asked: Asked, link: OwnLink | None, watch: StepWatch, network: Network
    ) -> None:
        """What failed or was lost may be our own side's, as seen at the end."""
        rest = tuple(each for each in asked.observations if _may_change(each))
        if rest and link is not None and not link.down:
            change = await own_change(link, watch, asked.observations, network, work.reference)
            if change is not None:
                self._look.forget()
            if change is not None and change.spoils:
                rest = excused(rest, {check.id: check for check in work.checks})
        for each in rest:
            if not _is_unasked(each):
                self._keep(work.kept(each))


def _may_change(observation: Observation) -> bool:
    """Failures and losses wait for the second look at our own side; what was not asked is not kept at all."""
    return observation.outcome is Outcome.FAILED or could_be_ours(observation) or _is_unasked(observation)


def _is_unasked(observation: Observation) -> bool:
    """It was left out for want of time: no evidence of anything."""
    failure = observation.failure
    return observation.outcome is Outcome.SKIPPED and failure is not None and failure.stage is Stage.PLAN
