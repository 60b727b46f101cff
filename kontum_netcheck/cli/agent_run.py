"""Runs an agent until somebody ends it."""

import asyncio
import math
import signal
import socket
import sys
from typing import TYPE_CHECKING

from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import INTERRUPTED
from kontum_netcheck.cli.open_files import most_open_sockets
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.silence import silence
from kontum_netcheck.model import message
from kontum_netcheck.store.fault import StoreError

if TYPE_CHECKING:
    from kontum_netcheck.agents.agent import Agent, Settings

_LONGEST_NAME = 100
"""As `agent_report` takes it."""


def settings_or_stop(
    shell: Shell,
    *,
    vantage: str | None,
    store: str | None,
    name: str | None,
    rate: float,
    max_pps: int,
    source: str | None,
) -> "Settings":
    """How the agent is to work; what is missing or can't be ends the program with a sentence."""
    from platformdirs import user_data_path

    from kontum_netcheck.agents.server import queues_of
    from kontum_netcheck.agents.spool import file_of
    from kontum_netcheck.net.network import NetworkOptions

    if not store:
        raise shell.stop(
            message("An agent needs the store that it works for: --store postgresql://user@host/database.")
        )
    if not vantage:
        raise shell.stop(message("An agent needs the name of the place where it stands: --vantage dak-to."))
    if not math.isfinite(rate):
        raise shell.stop(message("--rate: write a number of probes a second; 0 means no limit."))
    called = name or socket.gethostname()
    if len(called) > _LONGEST_NAME or not called.isprintable():
        raise shell.stop(message("--name: write a name of at most {most} letters.", most=_LONGEST_NAME))
    try:
        queues_of(store)  # says also what is not installed
    except StoreError as refused:
        raise shell.stop(refused.problem) from None
    from kontum_netcheck.agents.agent import Settings

    _check_vantage(shell, vantage)
    return Settings(
        store=store,
        vantage=vantage,
        name=called,
        spool_file=file_of(user_data_path("kontum-netcheck", appauthor=False), called),
        rate_per_s=rate,
        most_open_count=most_open_sockets(),
        network=NetworkOptions(max_pps=max_pps, source_address=source),
    )


def _check_vantage(shell: Shell, vantage: str) -> None:
    """A name that no inventory could have ends the program."""
    from pydantic import TypeAdapter, ValidationError

    from kontum_netcheck.probes.vantages import VantageName

    try:
        TypeAdapter(VantageName).validate_python(vantage)
    except ValidationError as refused:
        raise shell.stop(refused.errors()[0]["ctx"]["error"].problem) from None


def run_agent(shell: Shell, settings: "Settings") -> int:
    """Work to the end; the exit code."""
    from kontum_netcheck.agents.agent import Agent, ClockWrong

    silence("procrastinate", "psycopg")
    try:
        return run_in_loop(_run(Agent(settings, shell.tell)))
    except (StoreError, ClockWrong) as refused:
        raise shell.stop(refused.problem) from None


async def _run(agent: "Agent") -> int:
    """0 where it was told to end (SIGTERM), 130 after Ctrl-C. A second signal ends it at once."""
    stop, codes, loop = asyncio.Event(), list[int](), asyncio.get_running_loop()

    def end(number: int, code: int) -> None:
        signal.signal(number, signal.SIG_DFL)
        codes.append(code)
        stop.set()

    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, INTERRUPTED)):
        if sys.platform == "win32":
            signal.signal(number, lambda _n, _f, n=number, c=code: loop.call_soon_threadsafe(end, n, c))
        else:
            loop.add_signal_handler(number, end, number, code)
    await agent.run(stop)
    return codes[0] if codes else 0
