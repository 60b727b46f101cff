"""The commands, one line each."""

from gettext import gettext as _
from typing import Annotated

import typer

from kontum_netcheck import __version__
from kontum_netcheck.cli.agent import agent
from kontum_netcheck.cli.agents import agents
from kontum_netcheck.cli.check import check
from kontum_netcheck.cli.commands import add, group
from kontum_netcheck.cli.demo import demo
from kontum_netcheck.cli.diff import diff
from kontum_netcheck.cli.dispatch import dispatch
from kontum_netcheck.cli.doctor import doctor
from kontum_netcheck.cli.evidence import evidence
from kontum_netcheck.cli.export import export
from kontum_netcheck.cli.history import history
from kontum_netcheck.cli.init import init
from kontum_netcheck.cli.lines import lines
from kontum_netcheck.cli.modem import modem
from kontum_netcheck.cli.numbers import numbers
from kontum_netcheck.cli.options import LangOption
from kontum_netcheck.cli.plan import plan
from kontum_netcheck.cli.record import record
from kontum_netcheck.cli.report import report
from kontum_netcheck.cli.schema import schema
from kontum_netcheck.cli.serve import serve
from kontum_netcheck.cli.shell import shell_of
from kontum_netcheck.cli.store_upgrade import store
from kontum_netcheck.cli.validate import validate
from kontum_netcheck.cli.watch import watch

app = group(
    _(
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
        ("demo", "demo --by check", "demo --agents"),
    ),
    (
        check,
        _("Ask, judge, print readiness per district."),
        (
            "check",
            "check sites.yaml --district 608",
            "check --at thpt-kon-tum -o bang.csv -o bang.html",
            "check --vantage noc --by vantage",
            "check --format json --deadline 60",
            "check --calls --district 608",
        ),
    ),
    (
        watch,
        _("Check again and again; tell only what changed."),
        (
            "watch --every 5m",
            "watch --html trang-thai.html --notify tgram://TOKEN/CHAT_ID",
            "watch --district 608 --confirm 3 -q -o netcheck.prom",
            "watch --test-notice",
        ),
    ),
    (
        plan,
        _("Show what check would ask; send nothing."),
        ("plan", "plan --format json", "plan --calls"),
    ),
    (
        record,
        _("Record what a person found: calls, faxes, checks."),
        (
            "record thpt-kon-tum",
            "record thpt-kon-tum phone-1 --result ok --quality 4 --operator 'Nguyễn Thị Lan' --at 09:30",
            "record thpt-kon-tum fax-1 --result page_received --pages 2 --operator 'Nguyễn Thị Lan'",
            "record thpt-kon-tum --countersign --operator 'Trần Văn Minh'",
            "record --sheet --district 608 -o phieu.csv",
            "record --from phieu.csv",
            "record --call-log -o nhat-ky.csv",
        ),
    ),
    (
        report,
        _("Judge stored evidence, of now or of a day; ask nothing."),
        (
            "report",
            "report --as-of '27/06/2024 06:30' -o bang.csv",
            "report --district 608 --by check",
            "report --record thpt-kon-tum -o bien-ban.docx -o bien-ban.pdf",
        ),
    ),
    (
        history,
        _("Show a site or a line over time; or list the runs."),
        (
            "history",
            "history thpt-kon-tum",
            "history thpt-kon-tum/ftth --since 7d --metric rtt_avg_ms",
            "history thpt-kon-tum/ftth --since 30d --rows days -o ngay.csv",
        ),
    ),
    (
        diff,
        _("Show what changed between two runs, or since then."),
        ("diff", "diff --since 12h", "diff previous last --format csv", "diff 4f1c 9a20"),
    ),
    (
        validate,
        _("Say all that is wrong in the inventory."),
        ("validate sites.yaml",),
    ),
    (
        numbers,
        _("List the inventory's telephone numbers, and what is odd."),
        ("numbers", "numbers sites.yaml --odd", "numbers --format csv -o so-dien-thoai.csv"),
    ),
    (
        init,
        _("Write an inventory, also from a list in Excel."),
        (
            "init",
            "init my-sites.yaml --starter",
            "init my-sites.yaml --from danh-sach.xlsx",
            'init --from ds.csv --province "62 Kon Tum" --both-ways',
        ),
    ),
    (
        doctor,
        _("Look at this machine and its own link, or at the way to a host."),
        ("doctor", "doctor www.example.vn 192.0.2.1"),
    ),
    (
        serve,
        _("Be the far end of bandwidth tests, on your own network."),
        (
            "serve",
            "serve --port 8443 --certificate chain.pem --key key.pem",
            "serve --token-env MEASURING_TOKEN --max-bytes-per-hour 5GB --log access.log",
        ),
    ),
    (
        dispatch,
        _("Let agents at many places ask; judge as check does."),
        (
            "dispatch --store postgresql://netcheck@db.example/evidence",
            "dispatch sites.yaml --district 608 --deadline 60 --format json",
            "dispatch --every 5m --quiet -o bang.html -o netcheck.prom",
        ),
    ),
    (
        agent,
        _("Measure from one place what a dispatcher sends."),
        (
            "agent --vantage dak-to --store postgresql://agent_dak_to@db.example/evidence",
            "agent --vantage noc --name noc-2 --rate 200",
        ),
    ),
    (
        agents,
        _("List the agents: who is alive, and what waits for them."),
        ("agents --store postgresql://netcheck@db.example/evidence", "agents --format json"),
    ),
    (schema, _("Print the JSON Schema of the inventory."), ("schema",)),
)

for _function, _help, _examples in _COMMANDS:
    add(app, _function, _help, _examples)

app.add_typer(evidence, name="evidence")
app.add_typer(lines, name="lines")
app.add_typer(modem, name="modem")
app.add_typer(export, name="export")
app.add_typer(store, name="store")
