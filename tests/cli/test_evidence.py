"""Evidence from machine to machine, as people do it: keygen, export, a stick, verify, trust, import."""

import hashlib
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kontum_netcheck.model import Observation
from kontum_netcheck.store.entries import Entry
from kontum_netcheck.store.store import Store
from tests.bundles.made import AN, bundle, call, kept
from tests.cli.prepared import Prepared
from tests.cli.process import FRAME, Done, Program, program_in

SENT = kept(call(0, "ok", "An"), call(90, "busy", "An"))


@pytest.fixture
def here(tmp_path: Path, prepared: Prepared) -> Program:
    """The program with settings and evidence of its own under the test's folder."""
    return at_home(tmp_path, prepared)


def at_home(folder: Path, prepared: Prepared) -> Program:
    run = program_in(folder, prepared)
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "TZ": "UTC"}

    def at(*arguments: str, **variables: str) -> Done:
        return run(
            *arguments, **(home | {"KONTUM_NETCHECK_STORE": str(folder / "evidence.sqlite")} | variables)
        )

    return at


def seed(folder: Path, *observations: Observation) -> None:
    with Store.open(folder / "evidence.sqlite") as store:
        store.keep(kept(*observations))


def entries(folder: Path) -> list[Entry]:
    with Store.open(folder / "evidence.sqlite") as store:
        return list(store.entries())


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A bundle that An sent: `sent/an.knc.zip`, and her public key beside it."""
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "an.knc.zip").write_bytes(bundle(SENT)[0])
    (folder / "an.pem.pub").write_text(AN.public.line + "\n", encoding="utf-8")
    return folder / "an.knc.zip"


def test_from_one_machine_to_another(tmp_path: Path, prepared: Prepared) -> None:
    (tmp_path / "may-608").mkdir()
    (tmp_path / "so").mkdir()
    an, office = at_home(tmp_path / "may-608", prepared), at_home(tmp_path / "so", prepared)
    seed(tmp_path / "may-608", call(0), call(90, "busy"))
    assert an("evidence", "keygen", "--operator", "Nguyễn Văn An", "--key", "an.pem").code == 0
    assert an("evidence", "export", "-o", "../an.knc.zip", "--key", "an.pem").code == 0
    assert office("evidence", "trust", "../may-608/an.pem.pub").code == 0
    assert "whole and trusted" in office("evidence", "verify", "../an.knc.zip").out
    done = office("evidence", "import", "../an.knc.zip")
    assert (done.code, "New entries: 3, known already: 0" in done.out) == (0, True)
    assert entries(tmp_path / "so") == entries(tmp_path / "may-608")


def test_a_second_time_nothing_is_new(here: Program, sent: Path) -> None:
    arguments = ("evidence", "import", str(sent), "--trusted", "sent/an.pem.pub")
    assert here(*arguments).code == 0
    assert "New entries: 0, known already: 3" in here(*arguments).out


def test_a_stranger_s_bundle_is_refused_with_what_to_do(here: Program, tmp_path: Path, sent: Path) -> None:
    done = here("evidence", "import", str(sent))
    assert done.code == 2
    assert "not on your list: SHA256:" in done.out
    assert not entries(tmp_path)


def test_what_a_refusal_says_to_do_can_be_done(here: Program, sent: Path) -> None:
    words = here("evidence", "import", str(sent)).out.split()
    fingerprint = words[words.index("--accept-key") + 1]
    assert here("evidence", "import", str(sent), "--accept-key", fingerprint).code == 0


def test_verify_tells_the_facts_of_a_stranger_s_bundle_too(here: Program, sent: Path) -> None:
    done = here("evidence", "verify", str(sent), "--format", "json")
    (told,) = json.loads(done.out)["bundles"]
    assert done.code == 2
    assert (told["whole"], told["signer"], told["taken"]) == (True, None, False)
    assert told["contents"]["observations_by_operator"] == {"An": 2}
    assert told["manifest"]["operator"] == "Nguyễn Văn An"


def test_an_unsigned_bundle_is_taken_only_when_asked(here: Program, tmp_path: Path) -> None:
    (tmp_path / "a.knc.zip").write_bytes(bundle(kept(call()), None)[0])
    assert here("evidence", "import", "a.knc.zip").code == 2
    done = here("evidence", "import", "a.knc.zip", "--accept-unsigned")
    assert (done.code, "nobody" in done.out) == (0, True)


def test_a_changed_bundle_is_refused_and_the_others_are_taken(
    here: Program, tmp_path: Path, sent: Path
) -> None:
    data = bytearray(sent.read_bytes())
    data[60] ^= 1
    (tmp_path / "changed.knc.zip").write_bytes(data)
    done = here("evidence", "import", "changed.knc.zip", str(sent), "--trusted", "sent/an.pem.pub")
    assert "changed.knc.zip: refused, nothing of it was kept" in done.out
    assert "not on the list" not in done.out
    assert "New entries: 3" in done.out
    assert done.code == 2


@pytest.mark.parametrize("name", ["nowhere.knc.zip", "sent"])
def test_what_is_no_file_could_not_be_looked_at(here: Program, sent: Path, name: str) -> None:
    done = here("evidence", "verify", name)
    assert done.code == 3
    assert "It can't be read" in done.out


def test_own_bundles_are_trusted_on_the_own_machine(here: Program, tmp_path: Path) -> None:
    seed(tmp_path, call())
    assert here("evidence", "keygen", "--operator", "An").code == 0
    assert here("evidence", "export", "-o", "a.knc.zip").code == 0
    assert here("evidence", "verify", "a.knc.zip").code == 0


def test_the_same_evidence_has_the_same_content_hash(here: Program, tmp_path: Path) -> None:
    seed(tmp_path, call())
    for name in ("a.knc.zip", "b.knc.zip"):
        assert here("evidence", "export", "-o", name, "--unsigned").code == 0
    done = here("evidence", "verify", "a.knc.zip", "b.knc.zip", "--accept-unsigned", "--format", "json")
    first, second = (told["manifest"]["content_sha256"] for told in json.loads(done.out)["bundles"])
    assert first == second


# keys


def test_the_private_key_is_for_its_owner_only_and_never_printed(here: Program, tmp_path: Path) -> None:
    done = here("evidence", "keygen", "--operator", "An", "--key", "an.pem")
    assert stat.S_IMODE((tmp_path / "an.pem").stat().st_mode) == 0o600
    secret = (tmp_path / "an.pem").read_text().splitlines()[1]
    assert secret not in done.out + done.err
    assert done.out.splitlines()[0] == (tmp_path / "an.pem.pub").read_text(encoding="utf-8").strip()


def test_a_key_is_never_overwritten(here: Program, tmp_path: Path) -> None:
    assert here("evidence", "keygen", "--operator", "An", "--key", "an.pem").code == 0
    before = (tmp_path / "an.pem").read_bytes()
    done = here("evidence", "keygen", "--operator", "Bình", "--key", "an.pem")
    assert (done.code, (tmp_path / "an.pem").read_bytes()) == (3, before)


def test_a_passphrase_comes_from_the_environment(here: Program, tmp_path: Path) -> None:
    secret = {"KONTUM_NETCHECK_KEY_PASSPHRASE": "xin chào"}
    seed(tmp_path, call())
    assert here("evidence", "keygen", "--operator", "An", **secret).code == 0
    without = here("evidence", "export", "-o", "a.knc.zip")
    assert (without.code, "KONTUM_NETCHECK_KEY_PASSPHRASE" in without.err) == (3, True)
    done = here("evidence", "export", "-o", "a.knc.zip", **secret)
    assert done.code == 0
    assert "xin chào" not in done.out + done.err


@pytest.mark.parametrize("name", ["", "  ", "123", "An\x1b[31m"])
def test_a_key_needs_a_person_s_name(here: Program, name: str) -> None:
    assert here("evidence", "keygen", "--operator", name).code == 3


def test_trusting_keeps_what_a_person_wrote_in_the_list(here: Program, tmp_path: Path, sent: Path) -> None:
    (tmp_path / "keys").write_text("# ours, 2026\n", encoding="utf-8")
    assert here("evidence", "trust", "sent/an.pem.pub", "--trusted", "keys").code == 0
    lines = (tmp_path / "keys").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# ours, 2026"
    assert lines[1].endswith("Nguyễn Văn An")
    assert "already" in here("evidence", "trust", lines[1], "--trusted", "keys").out


def test_a_private_key_is_not_trusted_but_told_to_be_kept(here: Program, tmp_path: Path) -> None:
    here("evidence", "keygen", "--operator", "An", "--key", "an.pem")
    done = here("evidence", "trust", "an.pem", "--trusted", "keys")
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
    assert "an.pem: This is a private key: show it to nobody, and give its public half" in done.err
    assert not (tmp_path / "keys").exists()


def test_a_named_list_that_is_not_there_is_no_empty_list(here: Program, sent: Path) -> None:
    done = here("evidence", "verify", str(sent), "--trusted", "nowhere")
    assert (done.code, "nowhere" in done.err) == (3, True)


def test_keys_lists_own_and_trusted(here: Program, sent: Path) -> None:
    assert here("evidence", "keys").code == 0
    here("evidence", "keygen", "--operator", "Bình")
    here("evidence", "trust", "sent/an.pem.pub")
    listed = json.loads(here("evidence", "keys", "--format", "json").out)["keys"]
    assert [(key["name"], key["own"]) for key in listed] == [("Nguyễn Văn An", False), ("Bình", True)]


# what is chosen


def test_a_part_of_the_store(here: Program, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(FRAME.format(endpoints="{ping: 192.0.2.1}"), encoding="utf-8")
    seed(tmp_path, call(0), call(600), call(5, line="thpt-b/phone-1"))
    wanted = {
        ("--since", "2026-06-10 20:00"): 1,  # in the inventory's zone
        ("--site", "thpt-a"): 2,
        ("--site", "thpt-b"): 1,  # evidence of a site that the inventory doesn't have
        ("--district", "608"): 2,
        ("--run", "aaaa"): 3,
    }
    for options, count in wanted.items():
        done = here("evidence", "export", "-o", "a.knc.zip", "--unsigned", *options)
        assert f"observations: {count}, runs: 1" in done.out, options


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-o", "a.zip"), ".knc.zip"),
        ((), ".knc.zip"),
        (("-o", "a.knc.zip"), "evidence keygen"),
        (("-o", "nowhere/a.knc.zip", "--unsigned"), "there is no folder"),
        (("-o", "a.knc.zip", "--unsigned", "--since", "yesterday"), "write a day"),
        (("-o", "a.knc.zip", "--unsigned", "--since", "1d"), "nothing of what is selected"),
        (("-o", "a.knc.zip", "--unsigned", "--run", "bbbb"), "no run"),
    ],
)
def test_what_can_not_be_exported_is_said(
    here: Program, tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    seed(tmp_path, call())
    done = here("evidence", "export", *options)
    assert (done.code, done.out) == (3, "")
    assert why in done.err
    assert not list(tmp_path.glob("*.zip"))


def test_without_a_store_there_is_nothing_to_export(here: Program) -> None:
    done = here("evidence", "export", "-o", "a.knc.zip", "--unsigned")
    assert (done.code, "There is no store" in done.err) == (3, True)


def test_attached_files_travel_by_their_hash(here: Program, tmp_path: Path) -> None:
    photo = b"\xff\xd8 a photo"
    sha256 = hashlib.sha256(photo).hexdigest()
    seed(tmp_path, call(0, attachment_sha256=sha256, attachment_name="../../Ảnh 1.JPG"))
    for folder in ("photos", "out"):
        (tmp_path / folder).mkdir()
    (tmp_path / "photos" / "other name.jpg").write_bytes(photo)
    done = here("evidence", "export", "-o", "a.knc.zip", "--unsigned", "--with-files", "photos")
    assert "attached files: 1" in done.out
    arguments = ("evidence", "import", "a.knc.zip", "--accept-unsigned", "--store", "other.sqlite")
    assert "were not written: 1" in here(*arguments).out
    assert here(*arguments, "--files-to", "out").code == 0
    assert [(file.name, file.read_bytes()) for file in (tmp_path / "out").iterdir()] == [
        (f"{sha256}.jpg", photo)
    ]


# what is told


def test_conflicts_with_what_is_kept_are_shown(here: Program, tmp_path: Path, sent: Path) -> None:
    seed(tmp_path, call(100, "ok", "Bình"))
    done = here("evidence", "import", str(sent), "--trusted", "sent/an.pem.pub")
    assert "Conflict at thpt-a/phone-1/call: An on 2026-06-10 13:30: the number was busy; Bình on" in done.out


def test_sites_that_the_inventory_lacks_are_kept_and_listed(here: Program, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(FRAME.format(endpoints="{ping: 192.0.2.1}"), encoding="utf-8")
    facts = kept(call(0), call(0, line="thpt-gone/phone-1"), call(0, line="portal/results"))
    (tmp_path / "a.knc.zip").write_bytes(bundle(facts, None)[0])
    done = here("evidence", "import", "a.knc.zip", "--accept-unsigned")
    assert "which are kept: thpt-gone (1)." in done.out
    assert len(entries(tmp_path)) == len(facts)


def test_clocks_that_were_wrong_are_told(here: Program, tmp_path: Path) -> None:
    future = replace(call(), started_at=datetime(2999, 1, 1, tzinfo=UTC))
    unset = replace(call(), started_at=datetime(1970, 1, 1, tzinfo=UTC))
    (tmp_path / "a.knc.zip").write_bytes(bundle(kept(future, unset), None)[0])
    done = here("evidence", "verify", "a.knc.zip", "--accept-unsigned")
    assert "dated in the future: 1." in done.out
    assert "dated before any inventory existed: 1." in done.out


def test_it_speaks_vietnamese(here: Program, sent: Path) -> None:
    done = here("evidence", "import", str(sent), "--lang", "vi")
    assert "bị từ chối" in done.out
    assert "It " not in done.out


# when the machine does not play along


def test_a_second_bundle_of_the_name_replaces_the_first_wholly(here: Program, tmp_path: Path) -> None:
    seed(tmp_path, call())
    (tmp_path / "a.knc.zip").write_bytes(b"old")
    assert here("evidence", "export", "-o", "a.knc.zip", "--unsigned").code == 0
    assert here("evidence", "verify", "a.knc.zip", "--accept-unsigned").code == 0
    assert not list(tmp_path.glob(".a.knc*"))


def test_prune_removes_nothing_that_must_be_kept(here: Program, tmp_path: Path) -> None:
    seed(tmp_path, call())
    done = here("evidence", "prune", "--older-than", "1y")
    assert (done.code, "must be kept" in done.err) == (3, True)
    assert "nothing was removed" in here("evidence", "prune", "--older-than", "6y").out
    assert entries(tmp_path)
