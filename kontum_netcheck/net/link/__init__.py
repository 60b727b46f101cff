"""This machine's own way out: the facts of it, and the rule that says when it is down."""

from kontum_netcheck.net.link.facts import Answer, Asked, DefaultRoute, Interface, LinkFacts, LocalFacts
from kontum_netcheck.net.link.rule import OwnLink, judge_link

__all__ = [
    "Answer",
    "Asked",
    "DefaultRoute",
    "Interface",
    "LinkFacts",
    "LocalFacts",
    "OwnLink",
    "judge_link",
]
