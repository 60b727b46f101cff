"""What libcurl reads, transfer after transfer, within limits. Of the worker's thread."""

LINES_MAX_COUNT = 1_000
"""Of headers and trailers; libcurl bounds each line, and all of a header to 300 KB."""
_HEAD_MAX_BYTES, _LINE_MAX_BYTES = (
    300 << 10,
    100 << 10,
)  # curl/lib: MAX_HTTP_RESP_HEADER_SIZE, CURL_MAX_HTTP_HEADER


class Reception:
    """One a handle, so that its two callbacks are told to libcurl once. `begin` makes it empty for the next."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, max_body_bytes: int) -> None:
        """Forget what was read; of the next body that much may be."""
        self.lines: list[bytes] = []
        self.lines_refused = False
        self.body_cut = False
        self.body_bytes = 0
        self._room_bytes = max_body_bytes
        self._chunks: list[bytes] = []

    @property
    def head_is_full(self) -> bool:
        """Whether libcurl may have refused one more line, because all of them were more than it takes."""
        return sum(map(len, self.lines)) + _LINE_MAX_BYTES > _HEAD_MAX_BYTES

    @property
    def body(self) -> bytes:
        """As far as it was read."""
        return b"".join(self._chunks)

    def take_line(self, line: bytes) -> int | None:
        """libcurl's callback: a line of the head, or a trailer; -1 ends the transfer."""
        if len(self.lines) >= LINES_MAX_COUNT:
            self.lines_refused = True
            return -1
        self.lines.append(line)
        return None

    def take_body(self, chunk: bytes) -> int | None:
        """libcurl's callback: a piece of the body, decoded; -1 ends the transfer."""
        if len(chunk) > self._room_bytes:
            chunk, self.body_cut = chunk[: self._room_bytes], True
        self._room_bytes -= len(chunk)
        self.body_bytes += len(chunk)
        self._chunks.append(chunk)
        return -1 if self.body_cut else None
