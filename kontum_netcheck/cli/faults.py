"""What ended a command, in one sentence, in the reader's language and with the nearest right word."""

import os
import traceback
from typing import Any

import typer

from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.model import Message, message
from kontum_netcheck.wording import system_words


def explain(fault: Exception) -> Message:
    """One sentence for whatever ended a command: bad usage, the system's refusal, or a bug of ours.

    With KONTUM_NETCHECK_DEBUG set, a bug shows its traceback too.
    """
    if isinstance(fault, typer.TyperException):
        return _misuse(fault)
    if isinstance(fault, OSError):
        reason = system_words(fault)
        if fault.filename == "stdout":
            return message("The result could not be written to stdout: {reason}.", reason=reason)
        return message("The system refused {where}: {reason}.", where=str(fault.filename), reason=reason)
    if os.environ.get("KONTUM_NETCHECK_DEBUG"):
        traceback.print_exception(fault)
    return message(
        "kontum-netcheck itself has a fault: {error}. Please report it; KONTUM_NETCHECK_DEBUG=1 shows where it is.",
        error=f"{type(fault).__name__}: {fault}",
    )


class Misuse(typer.TyperException):
    """A usage error that is already in our words."""

    def __init__(self, problem: Message, command: str) -> None:
        super().__init__(problem.text)
        self.problem = problem
        self.command = command


def _misuse(fault: typer.TyperException) -> Message:
    """Typer's own exceptions are told apart by what they carry: their classes are private to it."""
    if isinstance(fault, Misuse):
        return message("{problem} Help: {command} --help", problem=fault.problem, command=fault.command)
    context = getattr(fault, "ctx", None)
    where = context.command_path if context is not None else "kontum-netcheck"
    option = getattr(fault, "option_name", None)
    if type(fault).__name__ == "NoSuchOption":
        known = [name for param in context.command.params for name in param.opts] if context else []
        problem = with_nearest(message("There is no option {word}.", word=option), str(option), known)
    elif option is not None:
        problem = message("{option} wants a value.", option=option)
    elif type(fault).__name__ == "MissingParameter":
        problem = message(
            "{name} is missing; write {wanted}.", name=_name_of(fault), wanted=_wanted_by(fault)
        )
    elif isinstance(fault, typer.BadParameter):
        problem = no_right_value(_name_of(fault), _wanted_by(fault))
    else:
        problem = message("The command line is not right: {reason}", reason=fault.format_message())
    return message("{problem} Help: {command} --help", problem=problem, command=where)


def no_right_value(name: str, wanted: str) -> Message:
    """The sentence for an option or a variable of the environment, with what it takes."""
    return message("{name}: this is no right value; write {wanted}.", name=name, wanted=wanted)


def with_nearest(problem: Message, word: str, known: list[str]) -> Message:
    """The problem, and the known word that is nearest to what was typed, if one is near."""
    near = nearest(word, known)
    if near is None:
        return problem
    return message("{problem} Did you mean {nearest}?", problem=problem, nearest=near)


def _name_of(fault: Exception) -> str:
    param = getattr(fault, "param", None)
    if param is None:
        return "-"
    return str(
        param.opts[0] if param.opts and param.opts[0].startswith("-") else param.metavar or param.name.upper()
    )


def _wanted_by(fault: Exception) -> str:
    """What the option takes: its choices, else what its help calls it."""
    param: Any = getattr(fault, "param", None)
    if param is None:
        return "-"
    kind = getattr(param, "type_descriptor", None)
    choices, least = (
        getattr(kind, "choices", None),
        getattr(getattr(kind, "parameter_info", None), "min", None),
    )
    if getattr(param, "is_bool_flag", False):
        return "1 | 0"
    if choices:
        return " | ".join(map(str, choices))
    wanted = str(getattr(param, "metavar", None) or getattr(param, "name", "-"))
    return wanted if least is None else f"{wanted} ≥ {least:g}"
