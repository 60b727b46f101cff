"""How late we were to look at what one transfer's socket had for us, and what that did to its times. Pure."""

from dataclasses import dataclass, field

_SLACK_S = 0.0002  # our instants and libcurl's start that far apart at most


@dataclass(slots=True)
class Lateness:
    """Of one transfer. An answer to us that we looked at late, held up everything after it as much.

    What the system itself witnessed can be taken out of the times; the rest, `unknown_s`, is only known to be
    at most that: it stays in them.
    """

    round_trip_s: float | None = None  # of connecting, by the system
    flights: list[tuple[float, float]] = field(
        default_factory=list
    )  # until the first byte: (since start, late)
    end_s: float | None = None  # at the last bytes
    answer_bytes: int | None = (
        None  # what lay there when the first byte was read; None: more came after a while
    )
    acting_s: float = 0.0  # libcurl's long steps with the answer, in which more may have come unseen
    unknown_s: float = 0.0

    def was_whole(self, answer_bytes: int) -> bool:
        """Whether all of an answer of that size lay there when we came to read its first byte.

        Then what we did with it afterwards is no time of the server's.
        """
        return self.answer_bytes == answer_bytes

    def connecting_s(self, connected_s: float) -> float:
        """What of the time to connect was ours."""
        return 0.0 if self.round_trip_s is None else max(0.0, connected_s - self.round_trip_s)

    def securing_s(self, secured_s: float) -> float:
        """What of the TLS handshake was ours; `secured_s` since the start."""
        return sum(late_s for since_s, late_s in self.flights[:-1] if since_s <= secured_s + _SLACK_S)

    @property
    def first_byte_s(self) -> float:
        """How long the first byte of the answer lay there."""
        return self.flights[-1][1] if self.flights else 0.0

    @property
    def last_byte_s(self) -> float:
        """How long its last bytes lay there."""
        return self.first_byte_s if self.end_s is None else self.end_s

    def known_s(self, connected_s: float) -> float:
        """All that is taken out of the times; a timeout that it fell into proves nothing."""
        end_s = 0.0 if self.end_s is None else self.end_s
        return self.connecting_s(connected_s) + sum(late_s for _, late_s in self.flights) + end_s
