"""`check`: exit codes, streams, files, interruption; against real ports on loopback."""

import csv
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.process import Port, Program, environment, interrupt_when

Inventory = Callable[..., Path]


def test_ready_is_0(program: Program, inventory: Inventory, listening: Port) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    done = program("check")
    assert (done.code, done.err) == (0, "")
    assert "ready" in done.out


def test_degraded_is_1(program: Program, inventory: Inventory, listening: Port) -> None:
    inventory(f'{{tcp: "{listening}", limits: {{connect_ms: [0, ~]}}}}')
    assert program("check").code == 1


def test_not_ready_is_2_and_the_table_says_why(program: Program, inventory: Inventory, refusing: str) -> None:
    inventory(f'{{tcp: "{refusing}"}}')
    done = program("check")
    assert done.code == 2
    assert "refused" in done.out


def test_not_checked_is_3(program: Program, inventory: Inventory) -> None:
    inventory("")
    assert program("check").code == 3


def test_exit_zero_forgives_verdicts_but_not_a_bad_inventory(
    program: Program, inventory: Inventory, refusing: str
) -> None:
    file = inventory(f'{{tcp: "{refusing}"}}')
    assert program("check", "--exit-zero").code == 0
    file.write_text("version: 1\n", encoding="utf-8")
    assert program("check", "--exit-zero").code == 3


def test_stdout_carries_the_result_only(program: Program, inventory: Inventory, listening: Port) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    done = program("check", "--format", "json")
    report = json.loads(done.out)
    assert report["sites"][0]["readiness"] == "ready"
    assert done.err == ""


def test_quiet_prints_nothing_and_still_writes_files(
    program: Program, inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    done = program("check", "-q", "-o", "a.json", "-o", "b.csv", "--csv-keys")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["format"] == "kontum-netcheck/report"
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) > 1


def test_csv_in_vietnamese_opens_in_excel_there(
    program: Program, inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    program("check", "-q", "--lang", "vi", "-o", "bang.csv")
    content = (tmp_path / "bang.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b";" in content.splitlines()[0]


def test_what_was_measured_before_ctrl_c_is_judged_and_printed(
    inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(
        f'{{tcp: "{listening}", id: quick}}',
        f'{{tcp: "{listening}", id: hangs, timeout_s: 30, expect: {{banner: hello}}}}',
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "kontum_netcheck", "check", "--by", "check", "--format", "json"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        interrupt_when(process, lambda: len(listening.accepted) == 2)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    checks = {check["id"]: check for check in json.loads(out)["sites"][0]["services"][0]["checks"]}
    assert checks["thpt-a/ftth/tcp/quick"]["outcome"] == "measured"
    assert checks["thpt-a/ftth/tcp/hangs"]["failure"]["cause"] == "interrupted"


def test_a_reader_that_goes_away_gets_no_traceback(
    inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    command = f"{sys.executable} -m kontum_netcheck check --format json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_output_is_utf_8_whatever_the_locale(
    program: Program, inventory: Inventory, listening: Port, language: str
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    done = program("check", "--lang", language, LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "Thành phố Kon Tum" in done.out


def test_the_language_is_the_locales_unless_told(
    program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    assert "Sẵn sàng" in program("check", LANG="vi_VN.UTF-8").out
    assert "Sẵn sàng" in program("check", KONTUM_NETCHECK_LANG="vi").out
    assert "Sẵn sàng" not in program("check", "--lang", "en", LANG="vi_VN.UTF-8").out


def test_a_file_in_a_folder_that_is_not_there_is_refused_before_anything_is_asked(
    program: Program, inventory: Inventory, refusing: str
) -> None:
    inventory(f'{{tcp: "{refusing}"}}')
    done = program("check", "-o", "no/such/a.csv")
    assert (done.code, done.out) == (3, "")
    assert "no/such" in done.err


def test_a_suffix_that_is_no_format_is_refused_with_the_known_ones(
    program: Program, inventory: Inventory
) -> None:
    inventory("")
    done = program("check", "-o", "a.doc")
    assert done.code == 3
    assert ".csv" in done.err


def test_a_full_disk_is_said_leaves_no_half_file_and_keeps_the_old_one(
    inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    (tmp_path / "a.json").write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kontum_netcheck", "check", "-o", "a.json"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 3
    assert "a.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ready" in done.stdout
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.json", "sites.yaml"]


def test_a_result_that_does_not_fit_on_the_disk_is_said_and_never_cut_in_silence(
    inventory: Inventory, listening: Port, tmp_path: Path
) -> None:
    inventory(*(f'{{tcp: "{listening}", id: n{number}}}' for number in range(100)))
    with (tmp_path / "out.json").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "kontum_netcheck", "check", "--format", "json"],
            cwd=tmp_path,
            env=environment(),
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384)),
        )
    assert done.returncode == 3
    assert "stdout" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_a_closed_stream_takes_nothing_with_it(
    inventory: Inventory, listening: Port, tmp_path: Path, closed: str
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    command = f"exec {sys.executable} -m kontum_netcheck check -o a.json {closed}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment(), timeout=60)
    assert done.returncode == 0
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["sites"][0]["readiness"] == "ready"


def test_a_deadline_ends_the_run_and_says_so(program: Program, inventory: Inventory, listening: Port) -> None:
    inventory(f'{{tcp: "{listening}", timeout_s: 30, expect: {{banner: hello}}}}')
    done = program("check", "--deadline", "0.3", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 3
    assert report["sites"][0]["services"][0]["checks"][0]["failure"]["cause"] == "deadline"


def test_a_source_address_is_used(program: Program, inventory: Inventory, listening: Port) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    assert program("check", "--source", "127.0.0.9").code == 0
    assert listening.peers == ["127.0.0.9"]
    run = json.loads(program("check", "--source", "127.0.0.9", "--format", "json").out)["run"]
    assert run["source"] == "127.0.0.9"
    refused = program("check", "--source", "nowhere")
    assert refused.code == 3
    assert "--source" in refused.err


def test_a_partial_selection_says_that_it_is_no_verdict_on_the_rest(
    program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    assert "part of the inventory" in program("check", "--district", "608").out


def test_every_option_can_stand_in_the_environment(
    program: Program, inventory: Inventory, listening: Port
) -> None:
    inventory(f'{{tcp: "{listening}"}}')
    done = program(
        "check", KONTUM_NETCHECK_FORMAT="json", KONTUM_NETCHECK_OPERATOR="Lan", KONTUM_NETCHECK_VANTAGE="noc"
    )
    run = json.loads(done.out)["run"]
    assert (run["operator"], run["vantage"]) == ("Lan", "noc")
