"""Why an agent does not do a job: a sentence, and how it travels through the database to whoever sent the job."""

from kontum_netcheck.model import Message, message
from kontum_netcheck.store import canonical
from kontum_netcheck.store.fault import NotWellFormed
from kontum_netcheck.store.notes import message_object, read_message

_MOST_CHARACTERS = 20_000


class JobRefused(Exception):
    """A job that this agent does not do; `problem` is the sentence for whoever sent it."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.text.format(**problem.values))
        self.problem = problem


def refusal_text(problem: Message) -> str:
    """The sentence as `agent_refuse` keeps it: JSON, so that it is shown in its reader's language."""
    return canonical.write(message_object(problem)).decode()


def read_refusal(text: str) -> Message:
    """The sentence of such a text; any other text stands for itself."""
    try:
        if len(text) <= _MOST_CHARACTERS:
            return read_message(canonical.read(text.encode()), "refusal")
    except (ValueError, NotWellFormed):
        pass
    return message("{words}", words=text[:_MOST_CHARACTERS])
