"""Runs the server of `serve` until somebody ends it."""

import asyncio
import errno
import signal
import ssl
import sys
from pathlib import Path

from kontum_netcheck.cli.event_loop import run_in_loop
from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED
from kontum_netcheck.cli.serve_log import LogFile
from kontum_netcheck.cli.serve_places import places_of
from kontum_netcheck.cli.serve_wanted import Identity
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message
from kontum_netcheck.serving import Server, Settings
from kontum_netcheck.wording import system_words


def run_server(
    shell: Shell, settings: Settings, identity: Identity | None, log: Path | None, *, quiet: bool
) -> int:
    """Serve to the end; the exit code."""
    try:
        log_file = LogFile(log)
    except OSError as fault:
        reason = system_words(fault)
        problem = message("The log {file} can't be written: {reason}.", file=str(log), reason=reason)
        raise shell.stop(problem) from None
    try:
        write = (lambda _line: None) if quiet else log_file.write
        return run_in_loop(_serve(shell, Server(settings, write), settings, identity, log_file))
    finally:
        log_file.close()


async def _serve(
    shell: Shell, server: Server, settings: Settings, identity: Identity | None, log: LogFile
) -> int:
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    _listen_to_signals(shell, ended, identity, log)
    try:
        await server.__aenter__()
    except OSError as fault:
        shell.tell(_refused(settings, fault))
        return COULD_NOT_RUN
    try:
        for sentence in places_of(server, settings, identity):
            shell.put_line(sentence)
        return await ended
    finally:
        await server.__aexit__(None, None, None)


def _listen_to_signals(
    shell: Shell, ended: "asyncio.Future[int]", identity: Identity | None, log: LogFile
) -> None:
    """SIGTERM and Ctrl-C end the server in good order, the second of them at once; SIGHUP reads files again."""
    if sys.platform == "win32":
        return  # Ctrl-C cancels the task, which closes the server, too
    loop = asyncio.get_running_loop()

    def end(code: int) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        if not ended.done():
            ended.set_result(code)

    def again() -> None:
        try:
            log.reopen()
            if identity is not None:
                identity.reload()
        except (ssl.SSLError, ValueError) as fault:
            shell.tell(
                message("Reading the files again failed, the old ones stay: {reason}.", reason=str(fault))
            )
        except OSError as fault:
            reason = system_words(fault)
            shell.tell(message("Reading the files again failed, the old ones stay: {reason}.", reason=reason))

    loop.add_signal_handler(signal.SIGTERM, end, 0)
    loop.add_signal_handler(signal.SIGINT, end, INTERRUPTED)
    loop.add_signal_handler(signal.SIGHUP, again)


def _refused(settings: Settings, fault: OSError) -> Message:
    """Why no port could be had, and what to do."""
    where = f"{settings.host or '*'}:{settings.port}"
    if fault.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", -1)):
        return message(
            "Port {port} is in use. Choose another with --port (and --udp-port).", port=settings.port
        )
    if fault.errno == errno.EACCES:
        return message(
            "Port {port}: permission denied. Ports below 1024 are for administrators; choose a higher one.",
            port=settings.port,
        )
    return message("{where} can't be listened on: {reason}.", where=where, reason=system_words(fault))
