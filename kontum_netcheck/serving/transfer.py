"""The two loops through which all bytes of a measurement go."""

from collections.abc import Callable
from typing import Final

from kontum_netcheck.serving.channel import Channel, Gone
from kontum_netcheck.serving.chunks import Chunks
from kontum_netcheck.serving.filler import Filler
from kontum_netcheck.serving.receipt import Receipt
from kontum_netcheck.serving.request import Request, RequestReader

_FRAMING_BYTES: Final = 4_096
"""Between two chunks: their framing, and all of them where they are small."""

Moved = Callable[[int], bool]
"""Told how many bytes moved; says whether it may go on."""


async def send_download(channel: Channel, noise: Filler, bytes_count: int, moved: Moved) -> bool:
    """Send so many bytes; whether all of them were. Raises Gone."""
    sent_bytes = 0
    while sent_bytes < bytes_count:
        count = await channel.send_noise(noise, sent_bytes, bytes_count - sent_bytes)
        sent_bytes += count
        if not moved(count) and sent_bytes < bytes_count:
            return False
    return True


async def receive_upload(
    channel: Channel, reader: RequestReader, request: Request, receipt: Receipt, moved: Moved
) -> bool:
    """Count a body into the receipt; whether it came to its end. Raises Gone, and BadRequest for wrong chunks."""
    if request.body_bytes is None:
        return await _receive_chunks(channel, reader, receipt, moved)
    left_bytes = request.body_bytes
    count = reader.take(left_bytes)
    while True:
        receipt.add(count)
        left_bytes -= count
        if not moved(count) and left_bytes:
            return False
        if not left_bytes:
            return True
        count = await channel.drop(left_bytes)
        if not count:
            raise Gone("the client ended in the middle of a body")


async def _receive_chunks(channel: Channel, reader: RequestReader, receipt: Receipt, moved: Moved) -> bool:
    chunks = Chunks()
    count = chunks.take(reader.take_all())
    while True:
        receipt.add(count)
        if not moved(count) and not chunks.ended:
            return False
        if chunks.ended:
            reader.give_back(chunks.rest)
            return True
        if chunks.left_bytes:
            count = came_bytes = await channel.drop(chunks.left_bytes)
            chunks.skip(count)
        else:
            framing = await channel.receive(_FRAMING_BYTES)
            came_bytes = len(framing)
            count = chunks.take(framing)
        if not came_bytes:
            raise Gone("the client ended in the middle of a body")
