"""What downloads are made of: noise, that nothing on the way can make smaller; sent from the kernel's own pages."""

import os

_SIZE_BYTES = 4 << 20


class Filler:
    """Noise in memory, and on Linux also as a file that lies in memory only (memfd_create), for sendfile."""

    def __init__(self) -> None:
        noise = os.urandom(_SIZE_BYTES)
        self.file: int | None = None
        """Its descriptor; None: this system has none, and noise is sent from `view`."""
        if hasattr(os, "memfd_create") and hasattr(os, "sendfile"):
            self.file = os.memfd_create("kontum-netcheck-noise")
            os.truncate(self.file, _SIZE_BYTES)
            os.pwrite(self.file, noise, 0)
        self.view = memoryview(noise)

    def place(self, sent_bytes: int, left_bytes: int, most_bytes: int) -> tuple[int, int]:
        """Where in the noise the next piece begins after so many bytes, and how long it may be."""
        offset = sent_bytes % _SIZE_BYTES
        return offset, min(left_bytes, most_bytes, _SIZE_BYTES - offset)

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            os.close(self.file)
            self.file = None
