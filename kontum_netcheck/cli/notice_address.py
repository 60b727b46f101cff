"""Where notices go: apprise's addresses, checked when the watch begins, and shown without their secrets."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message
from kontum_netcheck.watch.address import shown, without_secrets
from kontum_netcheck.watch.outbox import Notice

if TYPE_CHECKING:
    from apprise import Apprise, AppriseAsset

_LOGGER = "apprise"
_MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class Address:
    """One address and what sends to it. Nothing but `shown` of it is ever printed, and nothing is kept."""

    shown: str
    _url: str = field(repr=False)
    _service: "Apprise" = field(repr=False)

    def send(self, notice: Notice) -> str | None:
        """Send it, within the few seconds that apprise gives a service; None: it was taken, else what was said."""
        from apprise import NotifyFormat, NotifyType

        kind = NotifyType.SUCCESS if notice.is_good else NotifyType.WARNING
        with _overheard() as said:
            try:
                taken = bool(
                    self._service.notify(
                        notice.body, title=notice.title, notify_type=kind, body_format=NotifyFormat.TEXT
                    )
                )
            except Exception as fault:  # a plugin's own fault must not end the watch
                said.append(f"{type(fault).__name__}: {fault}")
                taken = False
        return None if taken else without_secrets(" ".join(said), self._url)


def addresses_or_stop(shell: Shell, urls: Sequence[str] | None) -> tuple[Address, ...]:
    """The addresses of notices; a wrong one, or apprise missing, ends the program before anything is asked."""
    if not urls:
        return ()
    if len(urls) > _MOST_ADDRESSES:
        raise shell.stop(message("--notify: more than {count} addresses.", count=_MOST_ADDRESSES))
    try:
        import apprise
    except ImportError:
        raise shell.stop(
            message("Notices need apprise; install it: pip install 'kontum-netcheck[notify]'.")
        ) from None
    asset = apprise.AppriseAsset(
        app_id="kontum-netcheck",
        app_desc="kontum-netcheck",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,  # each socket has its own; in a pool of apprise's a hanging one would hold the program's end
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    addresses = [_address_or_stop(shell, number, url, asset) for number, url in enumerate(urls, 1)]
    return tuple(_told_apart(addresses))


def _told_apart(addresses: Sequence[Address]) -> Iterator[Address]:
    """Where several look the same without their secrets, each with its place in the order that they were given in."""
    seen = Counter(each.shown for each in addresses)
    for number, each in enumerate(addresses, 1):
        yield each if seen[each.shown] == 1 else replace(each, shown=f"{each.shown} #{number}")


def _address_or_stop(shell: Shell, number: int, url: str, asset: "AppriseAsset") -> Address:
    import apprise

    with _overheard() as said:
        service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None or not len(service):
        why = without_secrets(" ".join(said), url)
        problem: Message = message(
            "--notify: address {number} ({shown}) is no address that apprise can send to. See docs/watch.md.",
            number=number,
            shown=shown(url),
        )
        if url.strip().lower().startswith(("http://", "https://")):
            problem = message(
                "{problem} A webhook is written json://… in place of http://…, and jsons://… in place of https://….",
                problem=problem,
            )
        elif why:
            problem = message("{problem} It says: {why}", problem=problem, why=why)
        raise shell.stop(problem)
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    return Address(shown(url), url, sender)


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What apprise logs in this thread meanwhile. Nothing of it goes to the terminal by itself: it may hold secrets."""
    said: list[str] = []
    thread = threading.get_ident()

    class _Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread and record.levelno >= logging.WARNING:
                said.append(record.getMessage())

    logger, ear = logging.getLogger(_LOGGER), _Ear()
    logger.propagate = False
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)
