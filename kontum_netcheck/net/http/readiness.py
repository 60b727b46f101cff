"""Waits for sockets: epoll as it is where there is one, because each call counts, else what the system has."""

import select
import selectors
import sys

import pycurl

_READ, _WRITE = 1, 4  # EPOLLIN, EPOLLOUT, and our own names elsewhere
_BROKEN = 8 | 16  # EPOLLERR, EPOLLHUP
_EVENTS = {pycurl.POLL_IN: _READ, pycurl.POLL_OUT: _WRITE, pycurl.POLL_INOUT: _READ | _WRITE}


class Readiness:
    """Which of the watched sockets are ready. Speaks libcurl's words."""

    def __init__(self) -> None:
        self._watched: set[int] = set()
        self._poll = select.epoll() if sys.platform == "linux" else _Selector()

    def watch(self, fd: int, what: int) -> None:
        """Watch a socket for `what`, one of libcurl's POLL_…; instead of what was said before."""
        if fd in self._watched:
            self._poll.modify(fd, _EVENTS[what])
        else:
            self._watched.add(fd)
            self._poll.register(fd, _EVENTS[what])

    def forget(self, fd: int) -> None:
        """Watch it no longer; before it is closed."""
        self._watched.discard(fd)
        self._poll.unregister(fd)

    def ready(self, wait_s: float | None) -> list[tuple[int, int, bool]]:
        """Wait that long, or without end; for each ready socket libcurl's CSELECT_… bits, and whether it broke."""
        return [
            (
                fd,
                (pycurl.CSELECT_IN if mask & ~_WRITE else 0) | (pycurl.CSELECT_OUT if mask & ~_READ else 0),
                bool(mask & _BROKEN),
            )
            for fd, mask in self._poll.poll(wait_s)
        ]

    def close(self) -> None:
        """Close what it needs itself."""
        self._poll.close()


class _Selector:
    """The standard library's selector with epoll's few words."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, fd: int, events: int) -> None:
        self._selector.register(fd, _flags(events))

    def modify(self, fd: int, events: int) -> None:
        self._selector.modify(fd, _flags(events))

    def unregister(self, fd: int) -> None:
        self._selector.unregister(fd)

    def poll(self, wait_s: float | None) -> list[tuple[int, int]]:
        return [
            (
                key.fd,
                (_READ if mask & selectors.EVENT_READ else 0)
                | (_WRITE if mask & selectors.EVENT_WRITE else 0),
            )
            for key, mask in self._selector.select(wait_s)
        ]

    def close(self) -> None:
        self._selector.close()


def _flags(events: int) -> int:
    return (selectors.EVENT_READ if events & _READ else 0) | (selectors.EVENT_WRITE if events & _WRITE else 0)
