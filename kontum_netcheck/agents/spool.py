"""What waits to be handed in: entries in a small SQLite file, each gone only when the server has said it has it."""

import contextlib
import hashlib
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kontum_netcheck.model import message
from kontum_netcheck.store.entries import Entry
from kontum_netcheck.store.fault import StoreError
from kontum_netcheck.store.place import prepare_folder

_TABLE = """
CREATE TABLE IF NOT EXISTS waiting (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  store TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  refused TEXT,
  UNIQUE (store, id)
)
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry, and its number in the file: the order in which it came."""

    no: int
    entry: Entry


def file_of(folder: Path, name: str) -> Path:
    """The file of the agents of that name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:60].strip(".-")
    if plain != name:
        plain = f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")
    return folder / f"agent-{plain}.db"


class Spool:
    """Threads, and agents of one name on one machine, may share the file. Every method may raise StoreError."""

    def __init__(self, file: Path, store: str) -> None:
        self.file = file
        self._store = store  # for which server: an entry must get to no other
        self._lock = threading.Lock()
        self.last_no = 0
        """The number of the last entry that waited when something was put in."""
        prepare_folder(file)
        with self._sentences():
            self._connection = sqlite3.connect(file, timeout=30, check_same_thread=False)
            self._connection.execute("PRAGMA auto_vacuum = FULL")  # what was handed in takes no room
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")  # a commit survives the power
            self._connection.execute(_TABLE)
            self._connection.commit()

    def put(self, entries: Iterable[Entry]) -> int:
        """Keep them; the number of the last of all that wait."""
        rows = [(self._store, entry.id, entry.kind, entry.body) for entry in entries]
        with self._sentences(), self._connection:
            self._connection.executemany(
                "INSERT OR IGNORE INTO waiting (store, id, kind, body) VALUES (?, ?, ?, ?)", rows
            )
            self.last_no = self._connection.execute("SELECT coalesce(max(no), 0) FROM waiting").fetchone()[0]
            return self.last_no

    def first(self, most_count: int) -> list[Waiting]:
        """The oldest that wait."""
        with self._sentences():
            rows = self._connection.execute(
                "SELECT no, kind, id, body FROM waiting WHERE store = ? AND refused IS NULL ORDER BY no LIMIT ?",
                (self._store, most_count),
            ).fetchall()
        return [Waiting(no, Entry(kind, identity, body)) for no, kind, identity, body in rows]

    def handed_in(self, waiting: Sequence[Waiting]) -> None:
        """The server has them."""
        with self._sentences(), self._connection:
            self._connection.executemany("DELETE FROM waiting WHERE no = ?", [(each.no,) for each in waiting])

    def refuse(self, waiting: Waiting, why: str) -> None:
        """The server will never take it: it stays, with the reason, and waits no more."""
        with self._sentences(), self._connection:
            self._connection.execute("UPDATE waiting SET refused = ? WHERE no = ?", (why, waiting.no))

    def count(self) -> int:
        """How many wait."""
        with self._sentences():
            query = "SELECT count(*) FROM waiting WHERE store = ? AND refused IS NULL"
            found: int = self._connection.execute(query, (self._store,)).fetchone()[0]
        return found

    def close(self) -> None:
        """Let go of the file. It stays, empty: another agent of this name may have it open."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        """One at a time; SQLite's errors become StoreError."""
        try:
            with self._lock:
                yield
        except sqlite3.Error as fault:
            raise StoreError(
                message(
                    "{file}: what is measured can't be kept on this machine: {reason}.",
                    file=str(self.file),
                    reason=str(fault),
                )
            ) from fault
