"""`agents`: who is alive, since when, with what clock, and what waits where nobody is."""

import csv
import io
import json
from datetime import UTC

import jsonschema

from kontum_netcheck.cli.agents import rows_of, unattended
from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.history.lines import laid_out
from kontum_netcheck.report.listing import agents as listing
from kontum_netcheck.report.options import Options
from kontum_netcheck.store.agents import AgentSeen
from tests.agents.seen import agent
from tests.json_schemas import closed, schema

PLACE = Options(Language("en"), zone=UTC, width=110)
LENGTHS = {"vantage:noc": 3, "vantage:pleiku": 2, "any": 0, "dispatch:abc": 9}


def page(*seen: AgentSeen) -> str:
    rows = rows_of(seen, LENGTHS)
    return laid_out(listing.page(rows, unattended(rows, LENGTHS), PLACE), PLACE)


def test_each_vantage_has_its_agents_and_its_queue() -> None:
    shown = page(agent("dak-to", "school"), agent("noc", "one"), agent("noc", "two", silent_s=90))
    assert "noc: 3 jobs waiting" in shown
    assert "dak-to: 0 jobs waiting" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["one", "alive", "2024-06-27", "06:30", "1", "0.01", "3", "60.5", "abababababab"] in rows
    assert "silent for 1 min 30 s" in shown
    assert shown.endswith("Agents: 3, alive: 2.")


def test_two_of_one_name_and_clocks_and_endings_are_told() -> None:
    shown = page(
        agent("noc", "one"),
        agent("noc", "one"),
        agent("dak-to", "off", clock_offset_s=-7.2),
        agent("pleiku", "wrong", state="clock", clock_offset_s=300),
        agent("sa-thay", "leaving", state="ending"),
    )
    assert shown.count("one of 2 of this name") == 2
    assert "alive, its clock is wrong" in shown
    assert "takes nothing: its clock is wrong" in shown
    assert "ending" in shown


def test_who_is_leaving_is_not_alive_and_nobodys_twin() -> None:
    shown = page(
        agent("noc", "one"), agent("noc", "one", state="ending"), agent("noc", "one", state="ending")
    )
    assert "of this name" not in shown
    assert shown.endswith("Agents: 3, alive: 1.")
    rows = rows_of([agent("noc", state="ending")], {"vantage:noc": 1})
    assert unattended(rows, {"vantage:noc": 1}) == {"noc": 1}


def test_who_was_only_started_again_is_listed_once_and_who_was_killed_stays() -> None:
    ended = agent("noc", "one", state="ending", silent_s=90)
    assert page(ended, agent("noc", "one")).endswith("Agents: 1, alive: 1.")
    assert page(agent("noc", "one", silent_s=90), agent("noc", "one")).endswith("Agents: 2, alive: 1.")
    assert page(ended).endswith("Agents: 1, alive: 0.")


def test_what_the_silent_were_doing_is_not_told() -> None:
    (row,) = rows_of([agent("noc", silent_s=90)], {})
    assert (row.running_count, row.rate_per_min) == (None, None)


def test_a_queue_without_anybody_is_named() -> None:
    assert "Nobody is there for pleiku: 2 jobs wait." in page(agent("noc"))
    rows = rows_of([agent("noc", silent_s=90)], {"vantage:noc": 3, "any": 1})
    assert unattended(rows, {"vantage:noc": 3, "any": 1}) == {"noc": 3, "any": 1}


def test_json_has_all_of_it() -> None:
    rows = rows_of([agent("noc", "one")], LENGTHS)
    document = json.loads(listing.as_json(rows, unattended(rows, LENGTHS), PLACE))
    assert (document["format"], document["version"]) == ("kontum-netcheck/agents", 1)
    assert document["agents"] == [
        {
            "id": "noc-one",
            "name": "one",
            "vantage": "noc",
            "host": "host",
            "alive": True,
            "state": "ready",
            "started_at": "2024-06-27T06:30:00.000Z",
            "last_seen_at": "2024-06-27T06:29:59.000Z",
            "silent_s": 1.0,
            "tool_version": "1",
            "job_version": 1,
            "clock_offset_s": 0.01,
            "waiting_count": 3,
            "running_count": 3,
            "rate_per_min": 60.5,
            "last_run": "ab" * 16,
            "twins_count": 0,
        }
    ]
    jsonschema.validate(document, closed(schema("agents")))
    assert document["unattended"] == [{"queue": "pleiku", "waiting_count": 2}]


def test_what_an_agent_says_of_itself_is_not_trusted() -> None:
    liar = agent("noc", "one\x1b[31m")
    odd = AgentSeen(
        **{
            **{name: getattr(liar, name) for name in AgentSeen.__slots__},
            "status": {"running_count": "many", "rate_per_min": True, "last_run_id": 7, "state": ["x"]},
        }
    )
    (row,) = rows_of([odd], {})
    assert (row.running_count, row.rate_per_min, row.last_run) == (None, None, None)
    assert "\x1b" not in page(odd)


def test_csv_and_markdown_have_a_row_an_agent() -> None:
    rows = rows_of([agent("dak-to"), agent("noc")], LENGTHS)
    table = csv.reader(io.StringIO(listing.as_csv(rows, PLACE).decode("utf-8-sig")))
    assert len(list(table)) == 3
    assert listing.as_markdown(rows, PLACE).count("\n") == 3
