"""What the database refuses an agent, in one sentence each, by the codes that `sql/` gives."""

from typing import TYPE_CHECKING

from kontum_netcheck.model import Message, message
from kontum_netcheck.store.fault import NotWellFormed, StoreError, Unreachable
from kontum_netcheck.store.place import Place
from kontum_netcheck.store.refusals import refusal

if TYPE_CHECKING:
    from psycopg import Error

_NOT_WELL_FORMED = ("KN002", "KN005")


def agent_refusal(place: Place, fault: "Error", *, connected: bool = False) -> StoreError:
    """The refusal to raise for an error of psycopg's: `Unreachable` where another attempt may help.

    Why there is no connection is found out by asking the server, which stops this whole program for up to three
    seconds (libpq's PQping, under Python's lock); where it was `connected` before, it is not asked.
    """
    state, detail = fault.sqlstate or "", fault.diag.message_primary or ""
    if state.startswith("KN"):
        kind = NotWellFormed if state in _NOT_WELL_FORMED else StoreError
        return kind(_sentence(place.shown, state, detail))
    if state in ("42883", "3F000", "42P01"):
        return StoreError(
            message(
                "{store} is not ready for agents: its owner runs “kontum-netcheck store upgrade” first.",
                store=place.shown,
            )
        )
    from psycopg import InterfaceError, OperationalError

    if not isinstance(fault, OperationalError | InterfaceError):
        return StoreError(refusal(place, fault))
    if connected and not state:
        return Unreachable(lost(place, fault))
    return Unreachable(refusal(place, fault))


def lost(place: Place, fault: "Error") -> Message:
    """The sentence for a line that broke, or can't be had again."""
    return message(
        "{store}: no connection to this database: {reason}. What was kept before is safe.",
        store=place.shown,
        reason=next(iter(str(fault).strip().splitlines()), ""),
    )


def _sentence(store: str, state: str, detail: str) -> Message:
    match state:
        case "KN001":
            return message(
                "{store}: the user {user} is no agent's; its administrator runs agent_grant for it.",
                store=store,
                user=detail,
            )
        case "KN002":
            return message("{where} was changed: its hash is another.", where=detail)
        case "KN003":
            return message(
                "{store}: this login may not speak for another vantage: {detail}.", store=store, detail=detail
            )
        case "KN004":
            return message("An entry refers to {id}, which is neither with it nor in the store.", id=detail)
        case "KN005":
            return message("{where} is not written in the one way that counts.", where=detail)
        case "KN006":
            return message(
                "{where} is dated in the future: the clock of that machine is wrong.", where=detail
            )
        case _:
            return message("{store}: the database refuses: {reason}", store=store, reason=detail)
