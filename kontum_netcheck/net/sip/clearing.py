"""What must be done even where we are cancelled: a call that rings is cleared, a connection is closed."""

import asyncio
from collections.abc import Coroutine

CLEARING_S = 5.0
"""How long clearing may take."""


async def to_the_end(work: Coroutine[None, None, None], at_most_s: float = CLEARING_S) -> None:
    """Do this work to its end or its time limit, whoever cancels us; a cancellation goes on afterwards."""
    task = asyncio.ensure_future(_bounded(work, at_most_s))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


async def _bounded(work: Coroutine[None, None, None], at_most_s: float) -> None:
    try:
        async with asyncio.timeout(at_most_s):
            await work
    except TimeoutError:
        pass
