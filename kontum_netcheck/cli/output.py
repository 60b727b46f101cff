"""Files out: written beside their place and then renamed, so that there is never half a file."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from kontum_netcheck.model import Message


def check_writable(file: Path) -> "Message | None":
    """Why `file` can't be written, found out before a long run rather than after it; None: it can."""
    from kontum_netcheck.model import message

    folder = file.parent
    if not folder.is_dir():
        return message("{file}: there is no folder {folder}.", file=str(file), folder=str(folder))
    if file.is_dir():
        return message("{file} is a folder; give the name of a file.", file=str(file))
    if not os.access(folder, os.W_OK):
        named = str(folder.absolute())  # of a bare name the folder would be “.”
        return message("{file}: the folder {folder} can't be written to.", file=str(file), folder=named)
    return None


def write_whole(file: Path, content: str | bytes) -> None:
    """Write `file` wholly or not at all. Raises OSError (disk full, no permission); what was there stays then."""
    with whole(file) as out:
        out.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextlib.contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes `file` at the end of the block, or nothing does where the block raises.

    A link stays one: what it leads to is written. A device or a pipe (/dev/null) is written as it comes: it must never
    be replaced by a file.
    """
    typed, file = file, file.resolve()
    if file.exists() and not file.is_file():
        with file.open("wb") as out:
            yield out
        return
    beside = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        beside = Path(name)
        with os.fdopen(handle, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _take_mode(beside, file)
        beside.replace(file)
    except BaseException as fault:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink()
        if isinstance(fault, OSError) and (fault.filename is None or beside is None):
            fault.filename = str(
                typed
            )  # a write that failed doesn't know of what, or knows its file beside it
        raise


def _take_mode(beside: Path, file: Path) -> None:
    """The rights that the file has, or that a new one would have: mkstemp's 0600 would lock out its readers."""
    if file.exists():
        beside.chmod(file.stat().st_mode & 0o777)
        return
    mask = os.umask(0)
    os.umask(mask)
    beside.chmod(0o666 & ~mask)
