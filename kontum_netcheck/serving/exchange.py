"""One request and what became of it: for the log and the metrics."""

from dataclasses import dataclass


@dataclass(slots=True)
class Exchange:
    """Filled in while it goes on. What the client wrote stands here as it was written."""

    client: str  # its address
    method: str = "-"
    path: str = "-"
    query: str = ""  # only what we understand: numbers, never a secret
    agent: str = ""
    route: str = "other"  # a name from our own list
    secure: bool = False
    status: int = 0  # 0: it got no answer
    sent_bytes: int = 0  # of bodies
    received_bytes: int = 0
    duration_s: float = 0.0
    ending: str = "done"  # done, or why it ended early
