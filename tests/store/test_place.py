"""Where a store is, and what a person is told of a place that is none."""

from pathlib import Path

import pytest

from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import default_file, file_system, place_of
from kontum_netcheck.store.store import Store

MOUNTS = r"""
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:21 / /mnt/so rw,relatime shared:1 - cifs //server/so rw
24 22 0:22 / /mnt/so\040giao\040duc rw,relatime - nfs4 server:/so rw
25 23 0:23 / /mnt/so/local rw,relatime - tmpfs tmpfs rw
nonsense
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/an/evidence.sqlite", "ext4"),
        ("/mnt/so", "cifs"),
        ("/mnt/so/2024/evidence.sqlite", "cifs"),
        ("/mnt/sofia/evidence.sqlite", "ext4"),
        ("/mnt/so giao duc/evidence.sqlite", "nfs4"),
        ("/mnt/so/local/evidence.sqlite", "tmpfs"),
    ],
)
def test_the_file_system_of_a_path_is_the_one_mounted_nearest(path: str, kind: str) -> None:
    assert file_system(path, MOUNTS) == kind


def test_the_default_is_the_users_own_file() -> None:
    assert place_of(None).file == place_of("").file == default_file()
    assert default_file().name == "evidence.sqlite"


def test_a_path_may_begin_at_home() -> None:
    assert place_of("~/evidence.sqlite").file == Path.home() / "evidence.sqlite"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://an:s3cret@db.example/evidence",
        "postgres://an:s3cret@db.example/evidence",
        "postgresql+psycopg://an:s3cret@db.example/evidence",
        "postgresql://db.example/evidence?user=an&password=s3cret",
        "postgresql://an:s3cret@x@db.example/evidence",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    place = place_of(url)
    assert "s3cret" not in place.shown + repr(place) + str(place)
    assert "db.example/evidence" in place.shown
    assert "s3cret" in place.url and place.url.startswith("postgresql+psycopg://")


def test_a_server_that_is_not_there_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="needs psycopg (extra postgres)")
    with pytest.raises(StoreError, match="no PostgreSQL server answers there; check the host") as refusal:
        Store.open(f"postgresql://an:s3cret@/evidence?host={tmp_path}")
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ("/evidence", "/other", r'database "other_\d+" does not exist'),
        ("netcheck@", "nobody@", 'role "nobody" does not exist'),
        ("netcheck@", "guarded:s3cret@", 'password authentication failed for user "guarded"'),
        ("netcheck@", "guarded@", "no password supplied"),
    ],
)
def test_whom_the_server_does_not_let_in_is_told_what_to_check(
    postgresql_url: str, right: str, wrong: str, reason: str
) -> None:
    said = rf"the server refuses to let you in; check the user, the password .*\(.*{reason}"
    with pytest.raises(StoreError, match=said) as refusal:
        Store.open(postgresql_url.replace(right, wrong))
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["mysql://db.example/evidence", "https://db.example/"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="is neither"):
        place_of(url)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "năm 2024" / "kỳ thi" / "evidence #1 50%.sqlite"
    with Store.open(file):
        assert file.is_file()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    for writable in (True, False):
        with pytest.raises(StoreError, match="is a folder; give the name of a file"):
            Store.open(tmp_path, writable=writable)


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"The folder .*file of the store can't be made"):
        Store.open(tmp_path / "file" / "evidence.sqlite")


def test_reading_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        Store.open(tmp_path / "evidence.sqlite", writable=False)
    assert list(tmp_path.iterdir()) == []
