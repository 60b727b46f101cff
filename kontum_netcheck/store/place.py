"""Where a store is: a file, or a PostgreSQL server by its URL. Its password is never shown."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.model import Message, message
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.wording import system_words

_SCHEME = re.compile(r"([a-z][a-z0-9+.]*)://", re.IGNORECASE)
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_NETWORK_SYSTEMS = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "davfs",
        "ncpfs",
        "lustre",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or else a server."""

    shown: str  # for people: without secrets
    file: Path | None = None
    url: str = ""  # with its password: never shown

    def __repr__(self) -> str:
        """As people may see it: a password must get into no log."""
        return f"Place({self.shown!r})"


def default_file() -> Path:
    """The user's own evidence."""
    from platformdirs import user_data_path

    return user_data_path("kontum-netcheck", appauthor=False) / "evidence.sqlite"


def place_of(where: str | Path | None) -> Place:
    """The place that a person named; None: the default file. StoreError where it is neither a path nor PostgreSQL."""
    if where is None or where == "":
        where = default_file()
    if isinstance(where, str) and (found := _SCHEME.match(where)):
        scheme = found[1].lower()
        if scheme not in _POSTGRESQL:
            raise StoreError(
                message("A store is a file or a postgresql:// URL; {scheme}:// is neither.", scheme=scheme)
            )
        return Place(_without_secrets(where), url=f"postgresql+psycopg{where[len(found[1]) :]}")
    file = Path(where).expanduser()
    return Place(str(file), file)


def _without_secrets(url: str) -> str:
    """Scheme, user, host and database: neither the password nor the parameters, which may hold one."""
    plain = url.partition("?")[0]
    scheme, _, rest = plain.partition("://")
    login, at, host = rest.rpartition("@")
    user = login.partition(":")[0]
    return f"{scheme}://{user}{at}{host}"


def prepare_folder(file: Path) -> None:
    """Make the folder of a new store. StoreError where the file is a folder or its own can't be made."""
    if file.is_dir():
        raise StoreError(message("{file} is a folder; give the name of a file.", file=str(file)))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(
            message(
                "The folder {folder} of the store can't be made: {reason}.",
                folder=str(file.parent),
                reason=system_words(fault),
            )
        ) from None


def network_share(file: Path) -> Message | None:
    """A warning where the file lies on a network share: locks are not to be trusted there."""
    system = _remote_windows(file) if sys.platform == "win32" else _remote_linux(file)
    if not system:
        return None
    return message(
        "The store {file} lies on a network share ({system}), where two programs at once can damage it;"
        " keep it on this machine's own disk, or use PostgreSQL.",
        file=str(file),
        system=system,
    )


def _remote_linux(file: Path) -> str:
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    kind = file_system(os.path.realpath(file), mounts)
    return kind if kind in _NETWORK_SYSTEMS or kind.startswith("fuse.sshfs") else ""


def file_system(path: str, mounts: str) -> str:
    """The type of the file system of an absolute path, by the text of /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    best, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # of two mounts on one point the later one counts
            best, kind = point, after.split(" ")[0]
    return kind


def _remote_windows(file: Path) -> str:
    import ctypes

    drive = file.resolve().drive
    remote = 4  # DRIVE_REMOTE
    if drive.startswith("\\\\"):
        return "SMB"
    kernel: object = getattr(ctypes, "windll").kernel32  # noqa: B009 — mypy on Linux knows no windll
    return "SMB" if kernel.GetDriveTypeW(f"{drive}\\") == remote else ""  # type: ignore[attr-defined]
