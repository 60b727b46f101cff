"""A photo or file as proof: only its name and its hash are kept, the file stays where it is."""

import hashlib
from pathlib import Path

from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording import Attachment
from kontum_netcheck.wording import system_words

_MAX_BYTES = 200_000_000
_MAX_NAME = 200


def attachment(name: str, folder: Path | None = None) -> Attachment:
    """The name and hash of a file, sought in `folder` where the name is relative. Raises WrongValue."""
    file = Path(name).expanduser() if folder is None else folder / Path(name).expanduser()
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise WrongValue(message("{file} is larger than {most} bytes.", file=str(file), most=_MAX_BYTES))
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except (OSError, ValueError) as fault:
        reason = system_words(fault) if isinstance(fault, OSError) else str(fault)
        raise WrongValue(message("{file} can't be read: {reason}.", file=str(file), reason=reason)) from None
    return Attachment(file.name[-_MAX_NAME:], digest)
