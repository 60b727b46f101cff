"""`lines test`: round by round each line is called once; what comes of it is kept, judged and printed."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kontum_netcheck.cli.asking import World, conditions_of, own_link_of, rules_of, stop_on_signal
from kontum_netcheck.cli.call_order import modem_or_stop, stop_without_secrets
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED, exit_code
from kontum_netcheck.cli.formats import Formats, give
from kontum_netcheck.cli.keeping import Keeping
from kontum_netcheck.cli.lines_place import Trial
from kontum_netcheck.cli.run import begun_of
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.turn_rules import marked, turn_rules
from kontum_netcheck.cli.wanted import Wanted
from kontum_netcheck.engine import Asked, run_checks
from kontum_netcheck.judge import judge_check
from kontum_netcheck.model import Check, Observation, Outcome, Run
from kontum_netcheck.net.network import Network, NetworkOptions
from kontum_netcheck.report.listing import trial_calls as listing
from kontum_netcheck.report.options import Options


def test_lines(
    shell: Shell,
    trial: Trial,
    wanted: Wanted,
    network: NetworkOptions,
    kept: Keeping,
    formats: Formats,
    *,
    times: int,
    csv_keys: bool,
) -> int:
    """Call, keep, judge, print; the exit code. Raises StoreError before anybody is called."""
    stop_without_secrets(shell, trial.checks)
    device = modem_or_stop(shell, network.modem_device, trial.checks)
    world = World(replace(network, modem_device=device))
    run = begun_of(trial.loaded, trial.selection, wanted, world)
    known = kept.known(trial.checks, run.started_at)
    kept.begin(run, trial.checks, trial.loaded)
    asked = run_in_loop(_rounds(shell, trial, wanted, world, kept, times))
    now = datetime.now(UTC)
    made = [each for round_ in asked for each in round_.observations]
    interrupted = any(round_.interrupted for round_ in asked)
    unkept = kept.end(_ended(run, asked, now), ())
    verdicts = tuple(
        judge_check(check, [*_of(check, known), *_of(check, made)], now) for check in trial.checks
    )
    by_id = {check.id: check for check in trial.checks}
    found = listing.TestCalls(
        trial.site.id,
        trial.site.name,
        run.id,
        tuple(listing.TestCall(at, by_id[each.check_id], each) for at, each in enumerate(made, start=1)),
        verdicts,
    )
    give(
        shell,
        formats,
        Options(shell.language, zone=trial.loaded.inventory.zone, width=shell.width, csv_keys=csv_keys),
        page=lambda place, _ascii_only: listing.page(found, place),
        csv=lambda place: listing.as_csv(found, place),
        json=lambda place: listing.as_json(found, place),
        markdown=lambda place: listing.as_markdown(found, place),
    )
    if unkept is not None:
        shell.tell(unkept)
    if interrupted:
        return INTERRUPTED
    if unkept is not None:
        return COULD_NOT_RUN
    return 0 if wanted.exit_zero else exit_code(max(verdict.readiness for verdict in verdicts))


def _of(check: Check, observations: Sequence[Observation]) -> list[Observation]:
    return [each for each in observations if each.check_id == check.id]


def _ended(run: Run, asked: Sequence[Asked], now: datetime) -> Run:
    return replace(
        run,
        finished_at=now,
        interrupted=any(round_.interrupted for round_ in asked),
        deadline=any(round_.deadline for round_ in asked),
        late_ms=max(round_.late_ms for round_ in asked),
    )


async def _rounds(
    shell: Shell, trial: Trial, wanted: Wanted, world: World, kept: Keeping, times: int
) -> list[Asked]:
    """Call each line once a round: gaps and the most calls hold over all rounds. Ctrl-C and the deadline end them."""
    started_s, rounds = time.perf_counter(), []
    async with Network(world.network) as network:
        with stop_on_signal() as stop:
            link = await own_link_of(trial.checks, trial.loaded, wanted, world, network)
            rules = rules_of(trial.loaded.inventory, wanted, trial.checks * times, shell.tell)
            turns = turn_rules(rules)

            def take(observation: Observation) -> None:
                kept.take(marked(observation, rules), is_final=True)

            for _ in range(times):
                conditions = conditions_of(wanted, world, link, time.perf_counter() - started_s)
                asked = await run_checks(
                    trial.checks, network, conditions, stop=stop, on_observation=take, turns=turns
                )
                found = tuple(marked(each, rules) for each in asked.observations)
                rounds.append(replace(asked, observations=found))
                if asked.interrupted or asked.deadline or _nobody_was_called(found):
                    break
    return rounds


def _nobody_was_called(found: Sequence[Observation]) -> bool:
    """Quiet hours, enough calls: another round would be refused as well."""
    return all(each.outcome is Outcome.SKIPPED for each in found)
