"""The way into the database for who runs for days: TLS beyond this machine, and no connection that hangs for ever."""

import os
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kontum_netcheck.model import message
from kontum_netcheck.net.address import address_of
from kontum_netcheck.store.agent_refusals import lost
from kontum_netcheck.store.agents import lacks_packages, sentences, server_of
from kontum_netcheck.store.fault import StoreError, Unreachable
from kontum_netcheck.store.place import Place

if TYPE_CHECKING:
    from psycopg import Connection

_PATIENCE = {
    "connect_timeout": 10,
    "tcp_user_timeout": 15_000,  # ms that sent bytes may stay unacknowledged
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


def queues_of(where: str) -> Place:
    """The place of a postgresql:// URL that has queues, too. StoreError where it is none, or the extra is missing."""
    place = server_of(where)
    if find_spec("procrastinate") is None:
        raise lacks_packages()
    return place


def conninfo_of(place: Place, program: str) -> str:
    """What libpq is told: the URL's own words, TLS where the server is another machine, and bounded waiting.

    What the URL (or PGSSLMODE) says of TLS holds: `sslmode=verify-full` also proves who the server is. StoreError.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        typed = conninfo_to_dict(place.url.replace("+psycopg", "", 1))
    except ProgrammingError:
        raise StoreError(
            message("{store} is no URL of PostgreSQL: postgresql://user@host/database.", store=place.shown)
        ) from None
    wanted: dict[str, Any] = {**_PATIENCE, "application_name": program[:60]}
    if "PGSSLMODE" not in os.environ and not _is_here(str(typed.get("host") or typed.get("hostaddr") or "")):
        wanted["sslmode"] = "require"
    return make_conninfo("", **{**wanted, **typed})


def connect(place: Place, conninfo: str, *, again: bool = False) -> "Connection[Any]":
    """A connection; each statement is a transaction. StoreError, `Unreachable` where another attempt may help.

    `again`: it is only told that there is none. Why, libpq finds out while the whole program stands still, and that
    would spoil what is being measured.
    """
    import psycopg

    try:
        return psycopg.connect(conninfo, autocommit=True)
    except psycopg.OperationalError as fault:
        if again:
            raise Unreachable(lost(place, fault)) from fault
        with sentences(replace(place, url=conninfo)):  # asked the same way
            raise


def _is_here(host: str) -> bool:
    """A socket of this machine (also by default), or its own address: a tunnel, say."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    address = address_of(host)
    return address is not None and address.is_loopback
