"""`lines test --seconds`: how a call to an echo sounds; `lines answer`: being that echo at the trunk's other end."""

from collections.abc import Sequence
from dataclasses import replace

from kontum_netcheck.cli.asking import stop_on_signal
from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.inventory import load_or_stop
from kontum_netcheck.cli.lines_place import Trial
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.words import inventory_of
from kontum_netcheck.model import CannotMeasure, Check, message
from kontum_netcheck.net.network import Network
from kontum_netcheck.net.sip import Account, answer
from kontum_netcheck.net.sip.asking import NO_ANSWER
from kontum_netcheck.net.sip.engine import NotOpened
from kontum_netcheck.plan.calls import way_over
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.calling import SipWay, account_of
from kontum_netcheck.wording import cause_message


def with_voice(shell: Shell, trial: Trial, seconds: float) -> Trial:
    """The same trial, speaking that long with each phone over SIP. Where there is none, the program ends."""
    checks = tuple(_with_voice(check, seconds) for check in trial.checks)
    if checks == trial.checks:
        raise shell.stop(
            message(
                "--seconds: no phone of {site} is called over SIP (via: sip). Nobody was called.",
                site=trial.site.name,
            )
        )
    return replace(trial, checks=checks)


def _with_voice(check: Check, seconds: float) -> Check:
    way = getattr(check.params, "way", None)
    if check.probe != "call" or not isinstance(way, SipWay):
        return check
    params = check.params.model_copy(update={"way": way.model_copy(update={"voice_s": seconds})})
    return replace(check, params=params, cost=PROBES[check.probe].cost(params))


def answer_calls(shell: Shell, words: Sequence[str]) -> None:
    """Register at a trunk as its user and send back what callers say, until Ctrl-C."""
    typed, rest = inventory_of(words)
    inventory = load_or_stop(shell, typed).inventory
    trunk = next((trunk for trunk in inventory.trunks if [trunk.id] == rest), None)
    if trunk is None:
        known = ", ".join(each.id for each in inventory.trunks)
        raise shell.stop(message("Answer calls of which trunk? This inventory has: {known}.", known=known))
    try:
        account = account_of(way_over(trunk))
        count = run_in_loop(_answer_until_stopped(shell, account, trunk.id))
    except NotOpened as closed:
        raise shell.stop(
            message("{trunk}: {cause}.", trunk=trunk.id, cause=cause_message(closed.failure))
        ) from None
    except CannotMeasure as fault:
        raise shell.stop(
            message("{trunk}: {cause}.", trunk=trunk.id, cause=cause_message(fault.failure))
        ) from None
    except NO_ANSWER as error:
        raise shell.stop(
            message("{trunk}: {cause}.", trunk=trunk.id, cause=str(error) or "timeout")
        ) from None
    shell.tell(message("Calls answered: {count}.", count=count))


async def _answer_until_stopped(shell: Shell, account: Account, trunk: str) -> int:
    async with Network() as network:
        with stop_on_signal() as stop:
            async with answer(network, account) as answerer:
                shell.tell(message("Registered at {trunk}: calls are answered. Ctrl-C ends it.", trunk=trunk))
                await stop.wait()
                return answerer.calls_count
