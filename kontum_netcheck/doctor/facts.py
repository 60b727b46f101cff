"""What the doctor looks at, gathered. The findings are a pure function of it."""

from dataclasses import dataclass

from kontum_netcheck.model import Failure, Message
from kontum_netcheck.net.captive import CaptiveAnswer
from kontum_netcheck.net.clock import ClockSample
from kontum_netcheck.net.icmp.series import Method
from kontum_netcheck.net.link import OwnLink


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known without asking the network."""

    versions: tuple[tuple[str, str], ...]  # name, version
    inventory: str | None  # the one that would be used
    inventory_problem: Message | None  # why it can't be read, or where one was looked for
    folders: tuple[str, ...]  # config, data
    privileged: bool  # root, or an elevated Windows process
    authorities: str | None  # the file of certificate authorities
    system_store: bool  # the authorities stand in the system's own store: Windows
    output_encoding: str
    system_encoding: str
    language: str
    platform: str  # sys.platform


@dataclass(frozen=True, slots=True)
class PingTrial:
    """What came of pinging loopback: the best way that works here and its own words, or why none does."""

    method: Method
    words: Message
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything. `captive` is None where no plain address is known to compare with."""

    machine: Machine
    link: OwnLink
    ping: PingTrial
    captive: CaptiveAnswer | None
    clocks: tuple[ClockSample, ...]
    clock_step_s: float
