"""What the store refuses, in one sentence for the person at the keyboard."""

from kontum_netcheck.model import Message


class StoreError(Exception):
    """What can't be kept or read, where, and what to do: `problem` is the sentence."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.text.format(**problem.values))
        self.problem = problem


class NotWellFormed(StoreError):
    """An entry that is no evidence as this program writes it: damaged, forged, or of a newer version."""


class Unreachable(StoreError):
    """The server is gone, or too busy; what was under way was not kept, and may be handed in again later."""
