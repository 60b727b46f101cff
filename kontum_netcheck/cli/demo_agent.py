"""The process of one agent of `demo --agents`: the agent as it always is, in a world that is the lab.

It is told on stdin, as one line of JSON, what it is; when its stdin ends, so does it.
"""

import json
import os
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.start import speak_utf8
from kontum_netcheck.locale import LanguageCode
from kontum_netcheck.net.network import Detours, NetworkOptions

Detour = tuple[str, str, int, str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What the process is told."""

    store: str
    vantage: str
    name: str
    spool_file: str
    language: LanguageCode
    trusted_ca: str
    name_server: tuple[str, int] | None
    detours: list[Detour]
    report_every_s: float

    @classmethod
    def read(cls, line: str) -> Self:
        """From the line of JSON."""
        told = json.loads(line)
        server = told["name_server"]
        return cls(**{**told, "name_server": (server[0], server[1]) if server else None})

    def written(self) -> str:
        """The line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @property
    def network(self) -> NetworkOptions:
        """The lab as it looks from there."""
        table = {(protocol, host, port): (to, at) for protocol, host, port, to, at in self.detours}
        return NetworkOptions(Detours(table, self.name_server), Path(self.trusted_ca))


def detours_of(network: NetworkOptions) -> list[Detour]:
    """The lab's table as plain JSON."""
    return [(*asked, *answered) for asked, answered in network.detours.table.items()]


def main() -> int:
    """Work until SIGTERM, or until whoever started it is gone."""
    from kontum_netcheck.agents.agent import Settings
    from kontum_netcheck.cli.agent_run import run_agent

    speak_utf8()
    told = Told.read(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    settings = Settings(
        store=told.store,
        vantage=told.vantage,
        name=told.name,
        spool_file=Path(told.spool_file),
        network=told.network,
        report_every_s=told.report_every_s,
        again_s=(0.2, 1.0),
    )
    return run_agent(Shell(told.language, sys.stdout, sys.stderr), settings)


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
