"""When our own link is down: a pure rule over the facts, and the words for it.

"Down" is a claim that must be proven: whatever answered from beyond this machine disproves it. A gateway that
ignores echoes is common, so its silence alone proves nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kontum_netcheck.model import Cause, Failure, Message, Stage, message
from kontum_netcheck.net.link.facts import Answer, Asked, LinkFacts


@dataclass(frozen=True, slots=True)
class OwnLink:
    """The verdict on our own link: what was seen, and where it is down, what to do."""

    facts: LinkFacts
    down: bool
    seen: Message
    advice: Message | None

    @property
    def reason(self) -> Message:
        """What was seen and what to do, in one text."""
        return (
            self.seen
            if self.advice is None
            else message("{seen} {advice}", seen=self.seen, advice=self.advice)
        )

    @property
    def failure(self) -> Failure | None:
        """What every check beyond this machine is skipped with; None where the link is up."""
        return Failure(Stage.LINK, Cause.OWN_LINK_DOWN) if self.down else None

    @property
    def gateway(self) -> str | None:
        """The gateway of the default route, IPv4 first."""
        return next((route.gateway for route in self.facts.local.live_routes if route.gateway), None)

    @property
    def resolver(self) -> str | None:
        """The system's first resolver."""
        return next(iter(self.facts.local.resolvers), None)


def judge_link(facts: LinkFacts) -> OwnLink:
    """Judge the link: down without any way out, or where nothing beyond this machine answers.

    - Nothing is up with an address, and there is no default route: down.
    - The reference or a resolver elsewhere answers: up.
    - A reference was asked and is silent: down if a resolver or the gateway failed as well.
    - No reference: down if the resolver failed and the gateway failed too or doesn't exist.
    """
    local = facts.local
    if not local.leads_out:
        return _no_way_out(facts)
    gateway, resolver = _best(facts.gateways), _best(facts.resolvers)
    reference = facts.reference.answer if facts.reference else Answer.CANNOT_TELL
    if Answer.ANSWERED in (reference, resolver):
        down = False
    elif reference is Answer.FAILED:
        down = Answer.FAILED in (gateway, resolver)
    else:
        no_gateway = gateway is Answer.FAILED or not local.live_routes
        down = resolver is Answer.FAILED and no_gateway
    return OwnLink(facts, down, _seen(facts), _advice(facts, gateway) if down else None)


def _best(asked: Iterable[Asked]) -> Answer:
    answers = {one.answer for one in asked}
    for answer in (Answer.ANSWERED, Answer.FAILED):
        if answer in answers:
            return answer
    return Answer.CANNOT_TELL


def _no_way_out(facts: LinkFacts) -> OwnLink:
    up = [interface.name for interface in facts.local.interfaces if interface.up and not interface.loopback]
    if up:
        seen = message(
            "{names}: connected, but without an address and without a default route.", names=", ".join(up)
        )
        advice = message("Ask the router for an address again (DHCP), or set address and gateway by hand.")
    else:
        seen = message("No network interface is up: no cable or Wi-Fi.")
        advice = message("Plug in the cable or join the Wi-Fi, then run this again.")
    return OwnLink(facts, True, seen, advice)


def _seen(facts: LinkFacts) -> Message:
    sentences = [_about_gateway(facts), _about_resolver(facts)]
    if facts.reference:
        sentences.append(
            _sentence(
                facts.reference,
                message("The reference {target} answers.", target=facts.reference.target),
                message("The reference {target} does not answer.", target=facts.reference.target),
                message("The reference {target} could not be asked.", target=facts.reference.target),
            )
        )
    whole = sentences[0]
    for sentence in sentences[1:]:
        whole = message("{first} {then}", first=whole, then=sentence)
    return whole


def _about_gateway(facts: LinkFacts) -> Message:
    if not facts.local.live_routes:
        return message("There is no default route.")
    if not facts.gateways:
        name = facts.local.live_routes[0].interface
        return message("The default route goes through {name} without a gateway.", name=name)
    gateway = _telling(facts.gateways)
    return _sentence(
        gateway,
        message("The gateway {target} answers.", target=gateway.target),
        message("The gateway {target} does not answer (some never do).", target=gateway.target),
        message("The gateway {target} could not be asked.", target=gateway.target),
    )


def _about_resolver(facts: LinkFacts) -> Message:
    if not facts.resolvers:
        return message("No resolver (DNS) is configured.")
    resolver = _telling(facts.resolvers)
    return _sentence(
        resolver,
        message("The resolver {target} answers.", target=resolver.target),
        message("The resolver {target} does not resolve names.", target=resolver.target),
        message(
            "The resolver {target} answers from this machine itself, which proves no link.",
            target=resolver.target,
        ),
    )


def _telling(asked: tuple[Asked, ...]) -> Asked:
    """The one that decided."""
    best = _best(asked)
    return next(one for one in asked if one.answer is best)


def _sentence(asked: Asked, answered: Message, failed: Message, cannot_tell: Message) -> Message:
    return {Answer.ANSWERED: answered, Answer.FAILED: failed, Answer.CANNOT_TELL: cannot_tell}[asked.answer]


def _advice(facts: LinkFacts, gateway: Answer) -> Message:
    if not facts.local.live_routes:
        return message("Set the default gateway, or ask the router for an address again (DHCP).")
    if gateway is Answer.ANSWERED:
        return message(
            "The fault lies behind the gateway: look at the router's Internet light, or call the carrier."
        )
    return message("Check the cable or Wi-Fi to the router, and the router itself; then run this again.")
