"""The one place that starts an event loop, and tunes the interpreter for it."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


_RARELY = (100_000, 50, 100)
"""When to look for cycles: a run has nearly none, and looking at all of it again and again costs a tenth of it."""


def rarely_collected() -> None:
    """For a command that holds what it reads until it ends."""
    gc.freeze()  # what is loaded stays
    gc.set_threshold(*_RARELY)


def run_in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end. On Windows in the selector loop: the default one there cannot watch UDP sockets."""
    results: list[T] = []

    async def kept() -> None:
        # Not as the task's own result: where Python shows a task (it does when a signal handler is put back),
        # it writes out the whole of its result first, which takes a second for a large run.
        results.append(await work)

    rarely_collected()
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(kept())
    return results[0]
