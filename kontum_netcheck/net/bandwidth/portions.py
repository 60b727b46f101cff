"""How much each request may move, so that all of them together keep to the byte budget. Pure."""

LEAST_BYTES = 32_768
_ACKNOWLEDGED_EVERY_S = 0.25
_FIRST_BYTES = 65_536
_GROWTH_MOST = 4.0


class Portions:
    """Gives a budget out in portions, large ones first, so that all streams end at about the same time."""

    def __init__(self, budget_bytes: int, streams_count: int) -> None:
        self.left_bytes = budget_bytes
        self._streams_count = streams_count

    def take(self, most_bytes: int) -> int:
        """The next portion, in bytes; 0: nothing is left."""
        share = max(LEAST_BYTES, self.left_bytes // (2 * self._streams_count))
        taken = min(share, most_bytes, self.left_bytes)
        self.left_bytes -= taken
        return taken

    def give_back(self, unused_bytes: int) -> None:
        """A request moved less than it was given."""
        self.left_bytes += unused_bytes


class RequestSize:
    """Of uploads that only their acknowledgement counts: so small that one ends every quarter of a second."""

    def __init__(self) -> None:
        self.bytes_count = _FIRST_BYTES

    def learn(self, bytes_count: int, took_s: float) -> None:
        """So many bytes were acknowledged in that time."""
        fitting = bytes_count * _ACKNOWLEDGED_EVERY_S / max(took_s, 0.001)
        most = self.bytes_count * _GROWTH_MOST
        self.bytes_count = round(max(LEAST_BYTES, min(fitting, most, 16 << 20)))
