"""`python -m kontum_netcheck.locale.compile`: one .po a room → the one .mo that is committed.

Needs babel, a test-time dependency. The same sources give the same bytes on every machine.
"""

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from kontum_netcheck.locale import DOMAIN, LOCALE_DIR
from kontum_netcheck.locale.sources import sentences

_MAGIC = 0x950412DE
_HEADER = "Language: vi\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def read_catalogues(folder: Path) -> dict[str, str]:
    """English sentence → translation, of all the .po files in `folder`.

    Raises ValueError where two files translate one sentence in two ways, or one is marked fuzzy.
    """
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="vi", abort_invalid=True)
        for entry in catalogue:
            source, translation = entry.id, entry.string
            if not source or not translation:
                continue
            if not isinstance(source, str) or not isinstance(translation, str) or entry.fuzzy:
                raise ValueError(f"{path.name}: {source!r}: plural or fuzzy entries are not used here")
            if found.setdefault(source, translation) != translation:
                raise ValueError(f"{path.name}: {source!r} has another translation in an earlier file")
    return found


def compile_catalogue(translations: Mapping[str, str]) -> bytes:
    """The bytes of a GNU .mo file (gettext manual, 10.3), sorted by source, without a hash table."""
    entries = sorted({"": _HEADER, **translations}.items(), key=lambda entry: entry[0].encode())
    sources = [source.encode() for source, _ in entries]
    targets = [target.encode() for _, target in entries]
    start = 7 * 4 + 16 * len(entries)
    tables, blob = [], b""
    for texts in (sources, targets):
        for text in texts:
            tables.append(struct.pack("<II", len(text), start + len(blob)))
            blob += text + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(entries), 28, 28 + 8 * len(entries), 0, start)
    return head + b"".join(tables) + blob


def main() -> None:
    """Compile, and name on stderr each sentence that still lacks a translation."""
    folder = LOCALE_DIR / "vi"
    translations = read_catalogues(folder)
    target = folder / "LC_MESSAGES" / f"{DOMAIN}.mo"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(compile_catalogue(translations))
    for sentence, places in sentences(LOCALE_DIR.parent).items():
        if sentence not in translations:
            sys.stderr.write(f"{places[0]}: no translation: {sentence!r}\n")
    sys.stderr.write(f"{target}: {len(translations)} sentences\n")


if __name__ == "__main__":
    main()
