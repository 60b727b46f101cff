"""What a database refuses, in one sentence each: where, what, and what to do."""

import sqlite3

from kontum_netcheck.model import Message, message
from kontum_netcheck.store.place import Place

NO_ROOM_FOR_LOCKS = "SQLITE_IOERR_SHMSIZE"
"""What SQLite calls a disk that is full before it began: its locks live in a file of 32 kB beside the database."""
_PING_S = 3


def refusal(place: Place, fault: BaseException | None) -> Message:
    """The sentence for an error of the database's driver, by the codes that it carries and never by its words."""
    if isinstance(fault, sqlite3.Error):
        return _file_sentence(place.shown, getattr(fault, "sqlite_errorname", ""), str(fault))
    state = getattr(fault, "sqlstate", None)
    if state is None and type(fault).__name__ == "OperationalError":
        return _unconnected(place, fault)
    return _server_sentence(place.shown, state or "", _reason(fault))


def is_busy(fault: BaseException | None) -> bool:
    """Whether SQLite refuses for another program that is writing: then nothing is wrong, and it will end."""
    return getattr(fault, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def _reason(fault: BaseException | None) -> str:
    """The first line of the driver's own words."""
    return next(iter(str(fault).strip().splitlines()), "")


def _unconnected(place: Place, fault: BaseException | None) -> Message:
    """No connection, which libpq gives no code for: ask the server whether it is there at all, without a login."""
    from psycopg import Error
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import PGconn, Ping

    url = place.url.replace("+psycopg", "", 1)
    try:
        found = PGconn.ping(make_conninfo(url, connect_timeout=_PING_S).encode())
    except Error:  # the URL has something that libpq doesn't know; it says what
        found = Ping.OK
    store, reason = place.shown, _reason(fault)
    if found == Ping.NO_RESPONSE and _answers_without_tls(url):
        return message(
            "{store}: no TLS with this server, or its certificate is not to be trusted; check sslmode and"
            " sslrootcert in the URL, and this machine's date. ({reason})",
            store=store,
            reason=reason,
        )
    if found in (Ping.NO_RESPONSE, Ping.NO_ATTEMPT):
        return message(
            "{store}: no PostgreSQL server answers there; check the host, the port and the network."
            " What was kept before is safe. ({reason})",
            store=store,
            reason=reason,
        )
    if found == Ping.OK and getattr(fault, "pgconn", None) is not None:
        return message(
            "{store}: the server refuses to let you in; check the user, the password (in the URL, PGPASSWORD or"
            " ~/.pgpass) and the database's name. ({reason})",
            store=store,
            reason=reason,
        )
    return _server_sentence(store, "08", reason)


def _answers_without_tls(url: str) -> bool:
    """Whether the server is there, and only TLS stands between."""
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import PGconn, Ping

    asked = make_conninfo(url, connect_timeout=_PING_S, sslmode="disable")
    return PGconn.ping(asked.encode()) in (Ping.OK, Ping.REJECT)


def _file_sentence(store: str, name: str, words: str) -> Message:
    match "FULL" if name == NO_ROOM_FOR_LOCKS else name.removeprefix("SQLITE_").split("_")[0]:
        case "FULL":
            return message(
                "{store}: the disk is full. What was kept before is safe; make room and run again.",
                store=store,
            )
        case "READONLY" | "PERM" | "AUTH":
            return message(
                "{store} can't be written to; give --store another place, or --no-store.", store=store
            )
        case "CANTOPEN":
            return message(
                "{store} can't be opened: it or its folder is missing or can't be written to;"
                " give --store another place, or --no-store.",
                store=store,
            )
        case "BUSY" | "LOCKED":
            return message(
                "{store} is locked by another program; nothing was lost, try again when it has ended.",
                store=store,
            )
        case "CORRUPT" | "NOTADB":
            return message(
                "{store} is damaged or no evidence store; keep it as it is, and take a backup or another --store.",
                store=store,
            )
        case "CONSTRAINT" if "append-only" not in words or "REPLACE" in words:
            return _contradiction(store)
        case "IOERR":
            return message(
                "{store}: the disk has an input/output error; copy the file to another.", store=store
            )
        case _:
            return message("{store}: the database refuses: {reason}", store=store, reason=words)


def _server_sentence(store: str, state: str, reason: str) -> Message:
    match state[:2], state:
        case "23", _:
            return _contradiction(store)
        case "40", _:
            return message("{store} is busy with another program; nothing was lost, try again.", store=store)
        case "53", _:
            return message(
                "{store}: the server has no room left: {reason}. What was kept before is safe.",
                store=store,
                reason=reason,
            )
        case _, "25006":
            return message("{store}: this user may not write there: {reason}", store=store, reason=reason)
        case _, "42501":
            return message(
                "{store}: this user has no right to do that: {reason}. Log in as the store's owner, or have its"
                " administrator give the right.",
                store=store,
                reason=reason,
            )
        case "08" | "57", _:
            return message(
                "{store}: no connection to this database: {reason}. What was kept before is safe.",
                store=store,
                reason=reason,
            )
        case _:
            return message("{store}: the database refuses: {reason}", store=store, reason=reason)


def _contradiction(store: str) -> Message:
    return message(
        "{store}: an entry has the name of another that is kept, and other content: one of them is forged.",
        store=store,
    )
