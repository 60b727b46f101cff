"""Names to addresses: one look-up a name and family in a run, timed where it happens."""

import asyncio
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.address import LOOKUP_TIMEOUT_S, Family, address_of, is_plain_ipv4, looks_numeric
from kontum_netcheck.net.errors import lookup_failure_of
from kontum_netcheck.net.lookup_threads import LookupThreads

if TYPE_CHECKING:
    from kontum_netcheck.net.dns import DnsEngine
    from kontum_netcheck.net.network import NetworkOptions

_RECORD_TYPES: dict[Family, str] = {4: "A", 6: "AAAA"}
_SOCKET_FAMILIES: dict[Family | None, socket.AddressFamily] = {
    None: socket.AF_UNSPEC,
    4: socket.AF_INET,
    6: socket.AF_INET6,
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """The one address to use. `resolve_ms` is None where nothing had to be looked up."""

    address: str  # IPv6 without brackets; a scope id may follow `%`
    family: Family
    resolve_ms: float | None


class Names:
    """Looks up names as this machine does; with a lab's name server, by DNS questions to that one only."""

    def __init__(self, options: "NetworkOptions", *, timeout_s: float = LOOKUP_TIMEOUT_S) -> None:
        self._options = options
        self._timeout_s = timeout_s
        self._threads = LookupThreads(timeout_s)
        self._dns: DnsEngine | None = None
        self._lookups: dict[tuple[str, Family | None], asyncio.Task[Resolved | Failure | CannotMeasure]] = {}

    async def resolve(self, host: str, family: Family | None) -> Resolved | Failure:
        """The first address of the host, of that family where one is given.

        An address stands for itself. Callers at the same time, and later ones of the same run, share one
        look-up. Raises CannotMeasure where the fault is ours.
        """
        if is_plain_ipv4(host):
            return _itself(host, 4, family)
        if (address := address_of(host)) is not None:
            _check_scope(host)
            return _itself(str(address), 4 if address.version == 4 else 6, family)
        if looks_numeric(host):
            return Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, f"{host} is neither an address nor a name")
        key = (host.rstrip(".").casefold(), family)
        lookup = self._lookups.get(key)
        if lookup is None:
            lookup = self._lookups[key] = asyncio.create_task(
                self._look_up(host, family), name=f"look up {host}"
            )
        found = await asyncio.shield(lookup)
        if isinstance(found, CannotMeasure):
            raise CannotMeasure(found.failure)
        return found

    def forget(self) -> None:
        """Look every name up again that is asked for next; a look-up under way is waited for by who asked."""
        self._lookups = {key: lookup for key, lookup in self._lookups.items() if not lookup.done()}

    async def close(self) -> None:
        """End every look-up; one that hangs in the C library is left to its daemon thread."""
        lookups = [task for task in self._lookups.values() if not task.done()]
        for task in lookups:
            task.cancel()
        await asyncio.gather(*lookups, return_exceptions=True)
        self._threads.close()
        if self._dns is not None:
            await self._dns.close()

    async def _look_up(self, host: str, family: Family | None) -> Resolved | Failure | CannotMeasure:
        try:
            if self._options.detours.name_server is not None:
                return await self._ask(self._options.detours.name_server, host, family)
            return await self._ask_system(host, family)
        except CannotMeasure as error:  # each caller gets one of its own to raise
            return error

    async def _ask_system(self, host: str, family: Family | None) -> Resolved | Failure:
        """By getaddrinfo: hosts file, resolv.conf, whatever else this machine uses."""
        af = _SOCKET_FAMILIES[family]
        try:
            infos, took_ms = await self._threads.run(
                lambda: socket.getaddrinfo(host, None, af, socket.SOCK_STREAM)
            )
        except socket.gaierror as error:
            return lookup_failure_of(error)
        except TimeoutError:
            return Failure(Stage.RESOLVE, Cause.TIMEOUT, f"no answer in {self._timeout_s:g} s")
        except (UnicodeError, ValueError) as error:  # a label too long, an empty one, a NUL
            return Failure(Stage.RESOLVE, Cause.NO_SUCH_NAME, str(error))
        for af, _, _, _, sockaddr in infos:
            if af in (socket.AF_INET, socket.AF_INET6):
                return Resolved(str(sockaddr[0]), 4 if af == socket.AF_INET else 6, took_ms)
        return Failure(Stage.RESOLVE, Cause.NO_ADDRESS, "no IP address among the answers")

    async def _ask(self, server: tuple[str, int], host: str, family: Family | None) -> Resolved | Failure:
        """By DNS questions to that server: IPv4 first where both would do."""
        from kontum_netcheck.net.dns import DnsEngine, failure_of_rcode

        if self._dns is None:
            self._dns = DnsEngine(self._options)
        resolve_ms = 0.0
        families: tuple[Family, ...] = (4, 6) if family is None else (family,)
        for version in families:
            answer = await self._dns.ask(host, _RECORD_TYPES[version], server, self._timeout_s)
            if isinstance(answer, Failure):
                return _while_looking_up(answer)
            if (failure := failure_of_rcode(answer)) is not None:
                return failure
            resolve_ms += answer.resolve_ms
            if answer.answers:
                return Resolved(answer.answers[0], version, resolve_ms)
        return Failure(Stage.RESOLVE, Cause.NO_ADDRESS, "the name exists, but has no such address")


def _itself(address: str, version: Family, family: Family | None) -> Resolved | Failure:
    """What was typed as an address, if it is of the family that is wanted."""
    if family not in (None, version):
        return Failure(Stage.RESOLVE, Cause.NO_ADDRESS, f"{address} is not an IPv{family} address")
    return Resolved(address, version, None)


def _while_looking_up(failure: Failure) -> Failure:
    """A failure of asking the name server, as somebody sees it who wanted an address."""
    known = (Cause.TIMEOUT, Cause.NO_SUCH_NAME)
    cause = failure.cause if failure.cause in known else Cause.NAME_SERVER_FAILED
    return Failure(Stage.RESOLVE, cause, failure.detail)


def _check_scope(address: str) -> None:
    """Raise CannotMeasure where the address names an interface that this machine doesn't have."""
    scope = address.partition("%")[2]
    if scope and not scope.isdigit() and scope not in {name for _, name in socket.if_nameindex()}:
        raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_LOCAL_ADDRESS, f"no interface {scope}"))
