"""What typer says wrongly or in English only, said right: the classes of every command and group."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


def _in_readers_language(help_text: str) -> str:
    """Translate the few phrases that typer has in English only."""
    for phrase in ("Usage:", "[OPTIONS]", "COMMAND [ARGS]...", "Show this message and exit."):
        help_text = help_text.replace(phrase, _(phrase), 1)
    return help_text


class Command(TyperCommand):
    """A command whose help and refusals are wholly in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _in_readers_language(super().get_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, and refuse in our words what has no place."""
        rest = super().parse_args(ctx, args)
        if ctx.args:
            from kontum_netcheck.cli.faults import Misuse
            from kontum_netcheck.model import message

            raise Misuse(
                message("There is no place for {words}.", words=" ".join(ctx.args)), ctx.command_path
            )
        return rest


class Group(TyperGroup):
    """The program; its commands stand in the order in which a newcomer meets them."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _in_readers_language(super().get_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name; an unknown one is refused with the nearest right one."""
        if self.get_command(ctx, args[0]) is None:
            from kontum_netcheck.cli.faults import Misuse, with_nearest
            from kontum_netcheck.model import message

            problem = message("There is no command {word}.", word=args[0])
            raise Misuse(with_nearest(problem, args[0], list(self.commands)), ctx.command_path)
        return super().resolve_command(ctx, args)


def group(help_text: str, epilog: str | None = None) -> typer.Typer:
    """An empty group of commands in our ways: plain help, our words for misuse."""
    return typer.Typer(
        cls=Group,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=help_text,
        epilog=epilog,
    )


def add(
    to: typer.Typer,
    function: Callable[..., None],
    help_text: str,
    examples: Sequence[str],
    name: str | None = None,
) -> None:
    """Make `function` a command, with examples at the end of its help."""
    lines = "\n".join(f"  kontum-netcheck {example}" for example in examples)
    to.command(
        name,
        cls=Command,
        help=help_text,
        epilog="\b\n" + _("Examples:") + "\n" + lines,
        context_settings={"allow_extra_args": True},  # to refuse them in our words
    )(function)
