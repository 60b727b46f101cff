"""What typer says of usage, in the reader's language and with the nearest right word."""

from difflib import get_close_matches
from gettext import gettext as _

import typer

from kontum_netcheck.model import Message, message


def speak_reader_language(help_text: str) -> str:
    """Translate the few phrases that typer has in English only."""
    for phrase in ("Usage:", "Show this message and exit."):
        help_text = help_text.replace(phrase, _(phrase), 1)
    return help_text


def explain_usage(fault: Exception) -> Message | None:
    """One sentence for a usage error; None where `fault` is none.

    Typer's own exceptions are told apart by what they carry: their classes are private to it.
    """
    if not isinstance(fault, typer.TyperException):
        return None
    context = getattr(fault, "ctx", None)
    where = context.command_path if context is not None else "kontum-netcheck"
    option = getattr(fault, "option_name", None)
    if type(fault).__name__ == "NoSuchOption":
        known = [name for param in context.command.params for name in param.opts] if context else []
        problem = with_nearest(message("There is no option {word}.", word=option), str(option), known)
    elif type(fault).__name__ == "MissingParameter":
        problem = message("{name} is missing.", name=_name_of(fault))
    elif isinstance(fault, typer.BadParameter):
        problem = message("{name}: {reason}", name=_name_of(fault), reason=fault.message)
    else:
        problem = message("{reason}", reason=fault.format_message())
    return message("{problem} Help: {command} --help", problem=problem, command=where)


def no_such_command(word: str, known: list[str]) -> Message:
    """The sentence for a command that doesn't exist."""
    return with_nearest(message("There is no command {word}.", word=word), word, known)


def with_nearest(problem: Message, word: str, known: list[str]) -> Message:
    """The problem, and the known word that is nearest to what was typed, if one is near."""
    near = get_close_matches(word, known, 1, 0.5)
    if not near:
        return problem
    return message("{problem} Did you mean {nearest}?", problem=problem, nearest=near[0])


def _name_of(fault: Exception) -> str:
    param = getattr(fault, "param", None)
    if param is None:
        return "-"
    return str(param.opts[0] if param.opts and param.opts[0].startswith("-") else param.metavar or param.name.upper())
