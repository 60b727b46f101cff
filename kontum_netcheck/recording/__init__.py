"""A person's evidence: what can be answered, by whom and when; from a person's words to Observations. Pure."""

from kontum_netcheck.recording.answers import ANSWERS, Answer, allowed, answer_of
from kontum_netcheck.recording.evidence import Attachment, Said, Witness, observation
from kontum_netcheck.recording.items import Item, find_item, items

__all__ = [
    "ANSWERS",
    "Answer",
    "Attachment",
    "Item",
    "Said",
    "Witness",
    "allowed",
    "answer_of",
    "find_item",
    "items",
    "observation",
]
