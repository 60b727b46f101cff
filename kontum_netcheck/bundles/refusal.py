"""Why a bundle, a key or a list of keys is not taken."""

from kontum_netcheck.model import Message


class Refused(Exception):
    """Raised before anything is kept; carries the one sentence that says why, and what to do."""

    def __init__(self, problem: Message) -> None:
        super().__init__(
            problem.text.format_map({name: str(value) for name, value in problem.values.items()})
        )
        self.problem = problem


class NotTrusted(Refused):
    """Nothing is wrong with it, but nobody whom we know vouches for it."""
