"""`serve`: a measurement end point for bandwidth, on the province's or a carrier's own network."""

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from kontum_netcheck.cli.options import LangOption, option
from kontum_netcheck.cli.shell import shell_of


def serve(
    context: typer.Context,
    host: Annotated[
        str | None,
        option("--host", metavar=_("ADDRESS"), help=_("Listen on this address only [all, IPv4 and IPv6].")),
    ] = None,
    port: Annotated[
        int,
        option("--port", metavar=_("PORT"), min=0, max=65535, help=_("TCP port; 0: any that is free.")),
    ] = 8080,
    certificate: Annotated[
        Path | None,
        option(
            "--certificate",
            metavar=_("FILE"),
            help=_("Answer HTTPS, too: certificate and chain, PEM. HTTP stays, on the same port."),
        ),
    ] = None,
    certificate_key: Annotated[
        Path | None,
        option(
            "--certificate-key",
            "--key",
            metavar=_("FILE"),
            help=_("Its private key, PEM [in the same file]."),
        ),
    ] = None,
    token_env: Annotated[
        str | None,
        option(
            "--token-env",
            metavar=_("VARIABLE"),
            help=_("Answer only those who know the token in this environment variable."),
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        option("--token-file", metavar=_("FILE"), help=_("The same, with the token in a file.")),
    ] = None,
    max_bytes_per_hour: Annotated[
        str,
        option(
            "--max-bytes-per-hour", metavar=_("SIZE"), help=_("Each client, both ways together; as in 500MB.")
        ),
    ] = "20GB",
    max_tests_per_hour: Annotated[
        int, option("--max-tests-per-hour", metavar=_("NUMBER"), min=1, help=_("Each client."))
    ] = 120,
    max_clients: Annotated[
        int,
        option("--max-clients", metavar=_("NUMBER"), min=1, help=_("So many may test at the same time.")),
    ] = 16,
    max_connections: Annotated[
        int, option("--max-connections", metavar=_("NUMBER"), min=1, help=_("Of all clients together."))
    ] = 256,
    max_connections_per_client: Annotated[
        int, option("--max-connections-per-client", metavar=_("NUMBER"), min=1, help=_("Of one client."))
    ] = 32,
    max_duration: Annotated[
        float,
        option("--max-duration", metavar=_("SECONDS"), min=1, help=_("End a download or upload after that.")),
    ] = 60.0,
    udp_port: Annotated[
        int | None,
        option(
            "--udp-port",
            metavar=_("PORT"),
            min=0,
            max=65535,
            help=_("Answer echoes over UDP there [the same number]."),
        ),
    ] = None,
    no_udp: Annotated[bool, option("--no-udp", help=_("Answer no echoes over UDP."))] = False,
    metrics_port: Annotated[
        int | None,
        option(
            "--metrics-port",
            metavar=_("PORT"),
            min=0,
            max=65535,
            help=_("Prometheus metrics there [/metrics on the main port, for this machine only]."),
        ),
    ] = None,
    log: Annotated[
        Path | None, option("--log", metavar=_("FILE"), help=_("Append the access log there [stderr]."))
    ] = None,
    quiet: Annotated[bool, option("--quiet", "-q", help=_("Write no access log."))] = False,
    lang: LangOption = None,
) -> None:
    """Serve until SIGTERM (exit code 0) or Ctrl-C (130); 3: it could not begin."""
    from kontum_netcheck.cli.serve_run import run_server
    from kontum_netcheck.cli.serve_wanted import limits_or_stop, tls_or_stop, token_or_stop
    from kontum_netcheck.serving import Settings

    shell = shell_of(context)
    limits = limits_or_stop(
        shell,
        bytes_per_hour=max_bytes_per_hour,
        tests_per_hour=max_tests_per_hour,
        clients=max_clients,
        connections=max_connections,
        connections_per_client=max_connections_per_client,
        transfer_s=max_duration,
    )
    identity = tls_or_stop(shell, certificate, certificate_key)
    settings = Settings(
        host=host,
        port=port,
        tls=identity.context if identity else None,
        token=token_or_stop(shell, token_env, token_file),
        udp_port=None if no_udp else port if udp_port is None else udp_port,
        metrics_port=metrics_port,
        limits=limits,
        language=shell.language.code,
    )
    raise typer.Exit(run_server(shell, settings, identity, log, quiet=quiet))
