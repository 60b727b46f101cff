"""The commands, one line each; and what typer says wrongly or in English only, said right."""

from gettext import gettext as _
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kontum_netcheck import __version__
from kontum_netcheck.cli.check import check
from kontum_netcheck.cli.demo import demo
from kontum_netcheck.cli.doctor import doctor
from kontum_netcheck.cli.init import init
from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.plan import plan
from kontum_netcheck.cli.schema import schema
from kontum_netcheck.cli.shell import shell_of
from kontum_netcheck.cli.validate import validate


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


app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_(
        "Are the Internet lines, phones and faxes of every exam site ready? "
        "Measured, judged and shown per district."
    ),
    epilog=_("Start with: kontum-netcheck demo. Every option can also be set as KONTUM_NETCHECK_<NAME>."),
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"kontum-netcheck {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help=_("Print the version and exit.")
        ),
    ] = False,
    lang: LangOption = None,
) -> None:
    if context.invoked_subcommand is None:
        shell_of(context).put(context.get_help())


_COMMANDS = (
    (
        demo,
        _("Check a sample province in a built-in lab."),
        ("demo", "demo --by check"),
    ),
    (
        check,
        _("Ask, judge, print readiness per district."),
        (
            "check",
            "check sites.yaml --district 608",
            "check --at thpt-kon-tum -o bang.csv",
            "check --format json --deadline 60",
        ),
    ),
    (
        plan,
        _("Show what check would ask; send nothing."),
        ("plan", "plan --format json"),
    ),
    (
        validate,
        _("Say all that is wrong in the inventory."),
        ("validate sites.yaml",),
    ),
    (init, _("Write a commented starter inventory."), ("init", "init my-sites.yaml")),
    (doctor, _("Look at this machine and its own link."), ("doctor",)),
    (schema, _("Print the JSON Schema of the inventory."), ("schema",)),
)

for _function, _help, _examples in _COMMANDS:
    _lines = "\n".join(f"  kontum-netcheck {example}" for example in _examples)
    app.command(
        cls=Command,
        help=_help,
        epilog="\b\n" + _("Examples:") + "\n" + _lines,
        context_settings={"allow_extra_args": True},  # to refuse them in our words
    )(_function)
