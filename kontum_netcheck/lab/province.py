"""The lab around a whole inventory: every name and address of it is answered by a real server on loopback."""

import asyncio
import tempfile
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.lab.certificates import CertificateAuthority
from kontum_netcheck.lab.demo_faults import DEMO_FAULTS
from kontum_netcheck.lab.dns import DnsServer, SecureDnsServer
from kontum_netcheck.lab.echo import EchoHost
from kontum_netcheck.lab.http import LabHttp
from kontum_netcheck.lab.persons import recorded
from kontum_netcheck.lab.script import Faults
from kontum_netcheck.lab.tcp import TcpServer
from kontum_netcheck.lab.wiring import Wiring, wire
from kontum_netcheck.model import Check, Observation
from kontum_netcheck.net.network import Detours, NetworkOptions
from kontum_netcheck.plan import OwnAddresses, plan
from kontum_netcheck.plan.selection import Selection

_GATEWAY = "192.0.2.254"


class Lab:
    """Starts the servers in a thread of their own; use it as a context manager around the run.

    The lab's technicians stand at every site that has on-site checks, and its persons have tested phones, faxes
    and checklist items: their evidence is in `evidence`, scripted as everything else.
    """

    def __init__(self, inventory: Inventory, faults: Faults = DEMO_FAULTS) -> None:
        self.own = OwnAddresses(gateway=_GATEWAY)
        self.selection = Selection(
            at=frozenset(site.id for site in inventory.sites if any(line.onsite for line in site.internet))
        )
        self.network = NetworkOptions()
        self.evidence: tuple[Observation, ...] = ()
        self._checks: Sequence[Check] = plan(inventory, self.selection, self.own).checks
        self._faults = faults
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lab", daemon=True)
        self._stack = AsyncExitStack()
        self._folder = tempfile.TemporaryDirectory(prefix="kontum-netcheck-lab-")

    def __enter__(self) -> Self:
        self._thread.start()
        starting = self._start(wire(self._checks, self._faults))
        self.network = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.evidence = tuple(recorded(self._checks, self._faults, datetime.now(UTC)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    async def _start(self, wiring: Wiring) -> NetworkOptions:
        """Start every server; the table tells where each name and address is answered."""
        enter = self._stack.enter_async_context
        table: dict[tuple[str, str, int], tuple[str, int]] = {}
        for address, echo in wiring.echoes.items():
            table["icmp", address, 0] = (await enter(EchoHost(echo, address))).endpoint
        for (host, port), script in wiring.servers.items():
            table["dns", host, port] = (await enter(DnsServer(script))).address
        for (host, port), tcp in wiring.ports.items():
            table["tcp", host, port] = (await enter(TcpServer(tcp))).address
        authority = CertificateAuthority(Path(self._folder.name))
        for (host, port), server in wiring.secure_servers.items():
            secure = await enter(SecureDnsServer(server.script, authority, server.name))
            table["dns", host, port], table["tcp", host, port] = secure.tls_address, secure.https_address
        web = await enter(LabHttp(wiring.pages, authority))
        for host, port, tls in wiring.origins:
            table["tcp", host, port] = ("127.0.0.1", web.tls_port if tls else web.port)
        names = await enter(DnsServer(wiring.names))
        return NetworkOptions(detours=Detours(table, name_server=names.address), trusted_ca=authority.path)
