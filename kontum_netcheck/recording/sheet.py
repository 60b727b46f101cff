"""The empty sheet to fill in on paper or in Excel: one row a line or item. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from kontum_netcheck.model import Message, message
from kontum_netcheck.recording.answers import Answer, allowed
from kontum_netcheck.recording.items import Item


def empty_rows(things: Iterable[Item]) -> Iterator[Mapping[str, object]]:
    """By column key, what is known of each thing to try; the rest is for the person."""
    for item in things:
        yield {
            "district": item.district,
            "site_id": item.site.id,
            "site": item.site.name,
            "line": item.check.service_id,
            "kind": item.check.kind,
            "number": item.name,
            "task": item.instruction,
            "answers": tuple(numbered(answer) for answer in allowed(item.check.kind)),
        }


def numbered(answer: Answer) -> Message:
    """`3 = no answer`: either may be written."""
    return message("{number} = {answer}", number=answer.number, answer=answer.label)
