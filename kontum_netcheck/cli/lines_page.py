"""`lines test --page`: faxes that a modem calls are sent a page, which says whose test it is."""

from dataclasses import replace
from datetime import UTC, datetime

from kontum_netcheck.cli.lines_place import Trial
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.numbers import national
from kontum_netcheck.model import Check, message
from kontum_netcheck.probes import PROBES
from kontum_netcheck.probes.calling import ModemWay


def with_page(shell: Shell, trial: Trial) -> Trial:
    """The same trial with a page for each fax by modem. Where there is none, the program ends: nobody is called."""
    checks = tuple(_with_page(check, trial) for check in trial.checks)
    if checks == trial.checks:
        raise shell.stop(
            message(
                "--page: no fax of {site} is called by a modem (via: modem). Nobody was called.",
                site=trial.site.name,
            )
        )
    return replace(trial, checks=checks)


def _with_page(check: Check, trial: Trial) -> Check:
    way = getattr(check.params, "way", None)
    if check.probe != "fax" or not isinstance(way, ModemWay):
        return check
    sent = way.model_copy(update={"page": _lines(check, trial)})
    params = check.params.model_copy(update={"way": sent})
    return replace(check, params=params, cost=PROBES[check.probe].cost(params))


def _lines(check: Check, trial: Trial) -> tuple[str, ...]:
    """A page has capital letters without accents, in both languages: who reads it may be at a carrier's."""
    now = datetime.now(UTC).astimezone(trial.loaded.inventory.zone)
    return (
        "KONTUM-NETCHECK",
        "Trang fax thử - Fax test page",
        trial.site.name,
        f"Fax {national(check.target)}",
        f"{now:%d/%m/%Y %H:%M}",
    )
