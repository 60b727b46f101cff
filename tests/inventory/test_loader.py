"""An inventory loads, or everything that is wrong with it is told at once, in place, with the nearest right word."""

import sys
import textwrap
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from kontum_netcheck.inventory.endpoints import ASKABLE
from kontum_netcheck.inventory.loader import load
from kontum_netcheck.inventory.problem import InventoryError, InventoryErrors
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.model import Message
from kontum_netcheck.probes.notation import SecretRef

HEAD = """\
version: 1
province: {code: "62", name: Kon Tum}
carriers: [{id: vnpt, name: VNPT Kon Tum}]
districts: [{code: "608", name: Thành phố Kon Tum}, {code: "611", name: Ngọc Hồi}]
"""


def text_of(message: Message | None) -> str:
    if message is None:
        return ""
    values = {name: text_of(v) if isinstance(v, Message) else v for name, v in message.values.items()}
    return message.text.format(**values)


def sentence(error: InventoryError) -> str:
    return f"{error.where}: {text_of(error.problem)} {text_of(error.hint)}".strip()


class Written:
    """An inventory file made of HEAD and more."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sites.yaml"

    def loaded(self, more: str, head: str = HEAD) -> Inventory:
        self.path.write_text(head + textwrap.dedent(more), encoding="utf-8")
        return load(self.path).inventory

    def errors(self, more: str, head: str = HEAD) -> list[InventoryError]:
        with pytest.raises(InventoryErrors) as caught:
            self.loaded(more, head)
        return list(caught.value.errors)

    def error(self, more: str, head: str = HEAD) -> str:
        (only,) = self.errors(more, head)
        return sentence(only)

    def site(self, more: str) -> str:
        """A site with `more` in flow style."""
        return f"sites: [{{id: a, name: A, district: '608', {more}}}]\n"

    def line(self, *endpoints: str, more: str = "") -> str:
        """A site with one line that has these end points."""
        return self.site(f"internet: [{{id: ftth, {more} endpoints: [{', '.join(endpoints)}]}}]")


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_short_forms_stand_for_whole_ones(written: Written) -> None:
    site = written.loaded(
        written.site(
            "phones: [0260 3 000 002, {number: 02603000004}], faxes: [0260 3 000 003], "
            "internet: [{id: x, endpoints: [192.0.2.1, 'https://a.example/']}]"
        )
    ).sites[0]
    assert [(phone.id, phone.number) for phone in site.phones] == [
        ("phone-1", "+842603000002"),
        ("phone-2", "+842603000004"),
    ]
    assert site.faxes[0].id == "fax-1"
    assert [(e.probe, e.target) for e in site.internet[0].endpoints] == [
        ("ping", "192.0.2.1"),
        ("http", "https://a.example/"),
    ]


def test_words_that_yaml_takes_for_something_else_stay_words(written: Written) -> None:
    site = written.loaded("sites: [{id: a, name: no, district: 608, phones: [{number: 02603724615}]}]").sites[
        0
    ]
    assert (site.name, site.district, site.phones[0].number) == ("no", "608", "+842603724615")


def test_an_extension_behind_a_number_is_kept(written: Written) -> None:
    phone = written.loaded(written.site("phones: [0260 3 000 002 máy lẻ 12]")).sites[0].phones[0]
    assert (phone.number, phone.extension) == ("+842603000002", "12")


def test_times_lengths_and_yes_or_no_get_their_types(written: Written) -> None:
    found = written.loaded(
        "quiet: [{from: 2024-06-27 07:00, to: 2024-06-27 11:00}]\n"
        + written.site(
            "phones: [{number: 0260 3000 002, loudspeaker: yes}], checklist: [{id: g, name: G, valid_for: 1d 12h}]"
        )
    )
    assert found.quiet[0].start == datetime(2024, 6, 27, 7, 0)  # noqa: DTZ001
    assert found.sites[0].phones[0].loudspeaker is True
    assert found.sites[0].checklist[0].valid_for == timedelta(hours=36)


def test_all_errors_come_at_once_and_in_the_order_of_the_file(written: Written) -> None:
    found = written.errors(
        """
        foo: 1
        sites:
          - id: a
            name: A
            district: Ngoc Hoi
            phones: [060 3862345]
            rooms: many
          - {id: a, name: B}
        """
    )
    assert [(error.line, error.column) for error in found] == [
        (6, 1),
        (10, 15),
        (11, 14),
        (12, 12),
        (13, 5),
        (13, 10),
    ]
    assert [sentence(error) for error in found] == [
        "foo: There is no key foo here.",
        "sites/a/district: There is no district Ngoc Hoi in this inventory. Write 611, which is Ngọc Hồi.",
        "sites/a/phones/1: “060 3862345” has the old code 060, which is dead. Write 0260 3862 345.",
        "sites/a/rooms: “many” is not a whole number.",
        "sites/a: district is missing.",
        f"sites/a/id: “a” is taken: {written.path}:8 has it already.",
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("site: []", "There is no key site here. Did you mean sites?"),
        ("timezone: Asia/Saigom", "not a time zone. Did you mean Asia/Saigon?"),
        ("quiet: [{from: 2024-06-27 11:00, to: 2024-06-27 07:00}]", "ends before it starts"),
        (
            "quiet: [{from: 27/06/2024 07:00, to: 2024-06-27 11:00}]",
            "Write the year first: 2024-06-27 07:00.",
        ),
        ("sites:", "Nothing stands behind this key. Fill it in, or delete the line."),
        ("sites: {id: a}", "A list belongs here."),
        ("sites: [{id: portal, name: A, district: '608'}]", "stands for the province's portals"),
        ("sites: [{id: Trường A, name: A, district: '608'}]", "Write truong-a."),
        ("sites: [{id: a, name: A, district: '680'}]", "There are: 608 (Thành phố Kon Tum), 611 (Ngọc Hồi)."),
        ("sites: [{id: a, name: A, district: '608', role: reserv}]", "Did you mean reserve?"),
        ("sites: [{id: a, name: A, district: '608', lat: 14}]", "one is missing"),
        ("sites: [{id: a, name: A, district: '608', lat: 108, lon: 14}]", "108 is too large: at most 90."),
        (
            "portals: [{id: a, name: A, endpoints: [{http: http://a.example, max_body_bytes: 1GB}]}]",
            "1GB is too large: at most 100MB.",
        ),
        (
            "portals: [{id: a, name: A, endpoints: [{dns: a, server: 'https://me:secret@dns.example/'}]}]",
            "server: A user name or a password must not stand in a URL.",
        ),
        (
            "sites: [{id: a, name: A, district: '608', need: {fax: 2}, faxes: [0260 3000 003]}]",
            "needs 2, but has 1",
        ),
        ("sites: [{id: a, name: A, district: '608', need: {fax: some}}]", "neither all, any"),
        (
            "sites: [{id: a, name: A, district: '608', need: {phone: 2}, "
            "phones: [0260 3000 002, {number: 0260 3000 003, optional: yes}]}]",
            "needs 2; without the optional ones it has 1. Lower the number",
        ),
        ("portals: [{id: a, name: A, endpoints: [{ping: a, id: x}, {ping: b, id: x}]}]", "“x” is taken"),
        ("profiles: {a: {checks: [{ping: a, id: x}, {ping: b, id: x}]}}", "“x” is taken"),
        ("sites: [{id: a, name: A, district: '608', profile: lin}]", "There is no profile lin"),
        ("sites: [{id: a, name: A, district: '608', contact: {name: A, phone: 113}}]", "service number"),
        (
            "sites: [{id: a, name: A, district: '608', checklist: [{id: g, name: G, valid_for: week}]}]",
            "length of time",
        ),
        ("portals: [{id: a, name: A}, {id: a, name: B}]", "“a” is taken"),
        ("sites: [{id: a, name: A, district: “608”}]", 'write "608", in straight quotes'),
        ("sites: [{id: “a”, name: A, district: '608'}]", 'write "a", in straight quotes'),
        (
            "sites: [{id: a, name: A, district: '608', phones: [‘0260 3000 002’]}]",
            'write "0260 3000 002", in',
        ),
        ("sites: [{id: a, name: A, district: '608', rooms: «24»}]", 'write "24", in straight quotes'),
        ("sites: [{id: a, name: A, tên: B, district: '608'}]", "no key tên here. Did you mean name?"),
        ("sites: [{id: a, name: A, district: '608', Số_phòng: 3}]", "Did you mean rooms?"),
        (
            "sites: [{id: a, name: A, district: '608', phones: [{so: 1, number: 02603000002}]}]",
            "mean number?",
        ),
        ("sites: [{id: a, name: A, district: '608', role:main}]", "colon: role: main"),
        ("sites: [{id: a, name: A, district: '608', contact: name:Lan}]", "colon: name: Lan"),
        ("portals: [{id: a, name: A, endpoints: 192.0.2.1}]", "Write [192.0.2.1], or each item on a line"),
        ("exam: {days: [28/6/2024]}", "Write the year first: 2024-06-28."),
    ],
)
def test_one_wrong_word_is_one_sentence(written: Written, more: str, says: str) -> None:
    assert says in written.error(more)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "phones: [{number: 0260 3000 002, carrier: vnp}]",
            "There is no carrier vnp in this inventory. Did you mean vnpt?",
        ),
        ("phones: [{number: 0260 3000 002, carier: vnpt}]", "Did you mean carrier?"),
        ("phones: [0260 3000 002, 02603000002]", "The number 0260 3000 002 stands at"),
        ("phones: [{id: x, number: 0260 3000 002}, {id: x, number: 0260 3000 004}]", "“x” is taken"),
        ("phones: [{id: x, number: 0260 3000 002}], internet: [{id: x}]", "“x” is taken"),
        ("internet: [{id: x, committed_mbit_per_s: {down: '0,5', up: 1}}]", "Write it with a point: 0.5."),
    ],
)
def test_lines_of_a_site_are_checked(written: Written, lines: str, says: str) -> None:
    assert says in written.error(written.site(lines))


def test_a_phone_and_a_fax_may_share_a_number(written: Written) -> None:
    assert written.loaded(written.site("phones: [0260 3000 002], faxes: [0260 3000 002]"))


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        (
            "{pin: 192.0.2.1}",
            f"names no probe: the key of the target is one of {', '.join(ASKABLE)}. Did you mean ping?",
        ),
        ("{ping: 192.0.2.1, tcp: 'a.example:1'}", "this one names ping, tcp. Make an end point of each."),
        ("{bandwidth: a.example}", "is not a URL"),
        ("{call: 0260 3000 002}", "is asked of a person"),
        ("[192.0.2.1]", "This is not an end point."),
        ("{ping: 192.0.2.300}", "not an IP address"),
        ("{ping: 192.0.2.1, id: '2'}", "counted by such numbers. Put a word in front, as in host-2."),
        ("{ping: 192.0.2.1, id: a/b}", "is not an id"),
        ("{tcp: 192.0.2.1}", "no port"),
        ("{ping: 192.0.2.1, cout: 3}", "Did you mean count?"),
        ("{ping: 192.0.2.1, count: 0}", "0 is too small: at least 1."),
        ("{ping: 192.0.2.1, limits: {los_pct: 1}}", "no metric los_pct to limit. Did you mean loss_pct?"),
        ("{ping: 192.0.2.1, limits: {method: 1}}", "no metric method to limit."),
        ("{ping: 192.0.2.1, limits: {loss_pct: [3, 1]}}", "wrong order (lower is better). Write [1.0, 3.0]"),
        ("{ping: 192.0.2.1, limits: {mos: [3.1, 3.6]}}", "wrong order (higher is better)"),
        ("{ping: 192.0.2.1, limits: {loss_pct: nan}}", "finite"),
    ],
)
def test_end_points_are_checked(written: Written, endpoint: str, says: str) -> None:
    assert says in written.error(written.line(endpoint))


def test_wrong_limits_are_told_beside_other_errors_of_their_end_point(written: Written) -> None:
    found = written.errors(written.line("{ping: 192.0.2.1, cout: 3, limits: {los_pct: 1, mos: [3, 4]}}"))
    assert len(found) == 3


PROFILE = """\
profiles:
  line:
    checks:
      - {probe: ping, count: 5, interval_s: 0.5, limits: {loss_pct: [2, 4], rtt_avg_ms: 80}}
      - {ping: 192.0.2.99, id: extra}
  own: {checks: [{probe: ping, count: 7}]}
"""


def test_a_profile_fills_in_what_the_end_point_does_not_say(written: Written) -> None:
    found = written.loaded(
        PROFILE + written.line("{ping: 192.0.2.1, count: 9, limits: {loss_pct: 1}}", more="profile: line,")
    )
    own, extra = found.endpoints_of(found.sites[0].internet[0], found.sites[0])
    assert own.model_dump(include={"count", "interval_s"}) == {"count": 9, "interval_s": 0.5}
    assert own.limits == {"loss_pct": (1.0, 1.0), "rtt_avg_ms": (80.0, 80.0)}
    assert (extra.target, extra.id, extra.model_dump()["count"]) == ("192.0.2.99", "extra", 5)


def test_the_nearest_profile_counts(written: Written) -> None:
    site = "profile: line, internet: [{id: a, endpoints: [192.0.2.1]}, {id: b, profile: own, endpoints: [192.0.2.2]}]"
    found = written.loaded(PROFILE + written.site(site))
    near, own = (found.endpoints_of(line, found.sites[0]) for line in found.sites[0].internet)
    assert [endpoint.model_dump()["count"] for endpoint in near] == [5, 5]
    assert [endpoint.model_dump()["count"] for endpoint in own] == [7]


@pytest.mark.parametrize(
    ("check", "says"),
    [
        (
            "{probe: pin}",
            f"There is no probe pin here; there are {', '.join(ASKABLE)}. Did you mean ping?",
        ),
        ("{probe: ping, cout: 3}", "Did you mean count?"),
        ("{probe: ping, limits: {loss_pct: [3, 1]}}", "wrong order"),
        ("{probe: ping, ping: 192.0.2.1}", "defaults for many"),
        ("{probe: tcp, timeout_s: 0}", "too small"),
        ("{probe: http, method: PUT}", "only GET, HEAD"),
    ],
)
def test_profiles_are_checked_where_they_stand(written: Written, check: str, says: str) -> None:
    assert says in written.error(f"profiles: {{line: {{checks: [{check}]}}}}")


def test_an_end_point_that_its_profile_contradicts_is_told(written: Written) -> None:
    profile = "profiles: {two: {checks: [{probe: dns, servers: [192.0.2.53, 192.0.2.54]}]}}\n"
    line = written.line("{dns: a.example, server: 192.0.2.1}", more="profile: two,")
    assert "doesn't go together with its profile" in written.error(profile + line)


def test_a_folder_is_one_inventory(tmp_path: Path) -> None:
    (tmp_path / "0-head.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "1-city.yaml").write_text("sites: [{id: a, name: A, district: '608'}]", encoding="utf-8")
    (tmp_path / "2-hills.yml").write_text(
        "version: 1\nsites: [{id: b, name: B, district: '611'}]", encoding="utf-8"
    )
    (tmp_path / "3-empty.yaml").write_text("# nobody yet\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not: read", encoding="utf-8")
    assert [site.id for site in load(tmp_path).inventory.sites] == ["a", "b"]


def test_errors_in_a_folder_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "0.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "1.yaml").write_text("sites: [{id: a, name: A, district: '608'}]", encoding="utf-8")
    (tmp_path / "2.yaml").write_text(
        "version: 2\nsites:\n- {id: a, name: B, district: '608'}\n", encoding="utf-8"
    )
    with pytest.raises(InventoryErrors) as caught:
        load(tmp_path)
    version, taken = caught.value.errors
    assert (version.file, version.line) == (str(tmp_path / "2.yaml"), 1)
    assert "0.yaml, line 1, says otherwise" in sentence(version)
    assert (taken.file, taken.line) == (str(tmp_path / "2.yaml"), 3)
    assert "1.yaml:1 has it already" in sentence(taken)


@pytest.mark.skipif(sys.platform == "win32", reason="needs the rights of POSIX")
def test_what_cannot_be_read_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "y.yaml").mkdir()  # as unreadable as a file without its rights, for root, too
    (tmp_path / "z.yaml").symlink_to("z.yaml")
    with pytest.raises(InventoryErrors) as caught:
        load(tmp_path)
    assert [error.file for error in caught.value.errors] == [
        str(tmp_path / name) for name in ("y.yaml", "z.yaml")
    ]


def test_codes_in_curly_quotes_are_told_where_they_stand_and_nowhere_else(written: Written) -> None:
    head = "version: 1\nprovince: {code: '62', name: Kon Tum}\ndistricts: [{code: “608”, name: Kon Tum}]\n"
    assert written.error(written.site(""), head).startswith(
        "districts/“608”/code: “608” stands in curly quotes."
    )


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(HEAD, encoding="utf-8")
    same = {load(tmp_path / name).content_hash for name in ("a.yaml", "b.yaml")}
    (tmp_path / "b.yaml").write_text(HEAD + "\n", encoding="utf-8")
    assert len(same) == 1
    assert load(tmp_path / "b.yaml").content_hash not in same


@pytest.mark.parametrize("content", ["", "# only a comment\n", "~"])
def test_an_empty_file_is_told(written: Written, content: str) -> None:
    assert "empty" in written.error("", head=content)


@pytest.mark.parametrize("content", ["just a text", "- a\n- list\n"])
def test_what_is_no_block_is_told(written: Written, content: str) -> None:
    assert "A block of keys with values belongs here." in written.error("", head=content)


def test_no_file_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "holds no file")):
        with pytest.raises(InventoryErrors) as caught:
            load(path)
        assert says in sentence(caught.value.errors[0])


class Account(BaseModel):
    """Something with a secret."""

    password: SecretRef


def test_a_secret_is_a_reference_that_keeps_the_name_only() -> None:
    account = Account.model_validate({"password": "${PW}"}, context={"env": {"PW": "hunter2"}})
    assert str(account.password) == "${PW}"
    assert "hunter2" not in repr(account)
    assert account.password.resolve({"PW": "hunter2"}) == "hunter2"


def test_a_secret_in_clear_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as caught:
        Account.model_validate({"password": "hunter2"})
    cause = caught.value.errors()[0]["ctx"]["error"]
    assert "hunter2" not in text_of(cause.problem) + text_of(cause.hint)


def test_a_secret_whose_variable_is_not_set_is_told() -> None:
    with pytest.raises(ValidationError, match="PW is not set"):
        Account.model_validate({"password": "${PW}"}, context={"env": {}})
