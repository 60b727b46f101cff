"""Procrastinate's way to the database: a question is asked until it is answered, and never twice at once."""

import asyncio

import pytest
from procrastinate.exceptions import ConnectorException

from kontum_netcheck.agents.connector import PatientConnector
from tests.agents.world import Database, door, until


def conninfo(database: Database, host: str) -> str:
    """The owner's way in by a door."""
    address, port = host.split(":")
    return f"host={address} port={port} user=netcheck dbname={database.name} connect_timeout=5"


async def test_a_question_during_an_outage_is_answered_after_it(database: Database) -> None:
    outages = list[int]()
    async with door(database.socket) as way:
        connector = PatientConnector(conninfo(database, way.host), lambda: outages.append(1))
        assert await connector.execute_query_one_async("SELECT %(n)s::int AS n", n=1) == {"n": 1}
        await way.cut()
        asking = asyncio.create_task(connector.execute_query_all_async("SELECT 2 AS n"))
        await until(lambda: bool(outages))
        way.mend()
        assert await asking == [{"n": 2}]
        await connector.close_async()
    assert connector.outages_count >= 1


async def test_who_gave_up_is_told_that_there_is_no_answer(database: Database) -> None:
    async with door(database.socket) as way:
        connector = PatientConnector(conninfo(database, way.host))
        way.shut = True
        asking = asyncio.create_task(connector.execute_query_async("SELECT 1"))
        connector.give_up()
        with pytest.raises(ConnectorException):
            await asking
        await connector.close_async()


async def test_what_the_database_refuses_is_not_asked_again(database: Database) -> None:
    async with door(database.socket) as way:
        connector = PatientConnector(conninfo(database, way.host))
        with pytest.raises(ConnectorException):
            await connector.execute_query_async("SELECT * FROM nowhere")
        await connector.close_async()
    assert connector.outages_count == 0


async def test_notices_are_heard_again_after_an_outage(database: Database) -> None:
    heard = list[str]()

    async def hear(*, channel: str, payload: str) -> None:
        heard.append(channel)

    async with door(database.socket) as way:
        connector = PatientConnector(conninfo(database, way.host))
        listening = asyncio.create_task(connector.listen_notify(hear, ["jobs"]))
        await until(lambda: heard == [""])  # it listens: look for what came before
        await way.cut()
        way.mend()
        await until(lambda: heard == ["", ""])
        database.connection.execute("NOTIFY jobs")
        await until(lambda: heard == ["", "", "jobs"])
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
