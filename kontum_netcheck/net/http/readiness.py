"""What waits for sockets: epoll as it is where there is one, because each call counts, else what there is."""

import select
import selectors
import sys

import pycurl

READ, WRITE = 1, 4  # EPOLLIN, EPOLLOUT, and our own names elsewhere
BROKEN = 8 | 16  # EPOLLERR, EPOLLHUP
EVENTS = {pycurl.POLL_IN: READ, pycurl.POLL_OUT: WRITE, pycurl.POLL_INOUT: READ | WRITE}


class Selector:
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
                (READ if mask & selectors.EVENT_READ else 0) | (WRITE if mask & selectors.EVENT_WRITE else 0),
            )
            for key, mask in self._selector.select(wait_s)
        ]

    def close(self) -> None:
        self._selector.close()


def _flags(events: int) -> int:
    return (selectors.EVENT_READ if events & READ else 0) | (selectors.EVENT_WRITE if events & WRITE else 0)


def new_poll() -> "select.epoll | Selector":
    """The best that this system has."""
    return select.epoll() if sys.platform == "linux" else Selector()
