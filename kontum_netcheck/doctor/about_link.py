"""Findings about our own link: what is there and what answers."""

from kontum_netcheck.doctor.finding import Finding, Level
from kontum_netcheck.model import Cause, Message, message
from kontum_netcheck.net.link import Answer, Asked, Interface, OwnLink


def about_link(link: OwnLink) -> tuple[Finding, ...]:
    """The verdict on the link, then what it rests on. Without any way out there is only one thing to do."""
    verdict = Finding("own_link", Level.PROBLEM if link.down else Level.OK, link.seen, link.advice)
    if not link.facts.local.leads_out:
        return verdict, _interfaces(link)
    reference = _reference(link.facts.reference)
    return verdict, _interfaces(link), *_gateways(link), *_resolvers(link), reference


def _interfaces(link: OwnLink) -> Finding:
    local = link.facts.local
    up = [interface for interface in local.interfaces if interface.up and not interface.loopback]
    if not up:
        return Finding("interfaces", Level.WARNING, message("None is up but loopback."))
    listed = tuple(_interface(interface) for interface in up)
    return Finding("interfaces", Level.OK, message("{interfaces}", interfaces=listed))


def _interface(interface: Interface) -> Message:
    if not interface.addresses:
        return message("{name} without an address", name=interface.name)
    return message("{name} {addresses}", name=interface.name, addresses=" ".join(interface.addresses))


def _gateways(link: OwnLink) -> tuple[Finding, ...]:
    if not link.facts.gateways:
        through = ", ".join(route.interface for route in link.facts.local.live_routes)
        if through:
            return (
                Finding("gateway", Level.OK, message("None needed: {name} is a direct line.", name=through)),
            )
        return (
            Finding(
                "gateway",
                Level.WARNING,
                message("There is no default route."),
                message("Set the default gateway, or ask the router for an address again (DHCP)."),
            ),
        )
    return tuple(_gateway(asked, proven=not link.down and _proven(link)) for asked in link.facts.gateways)


def _proven(link: OwnLink) -> bool:
    """Whether something beyond the gateway has answered: then its silence is only a habit."""
    beyond = (*link.facts.resolvers, *([link.facts.reference] if link.facts.reference else []))
    return any(asked.answer is Answer.ANSWERED for asked in beyond)


def _gateway(asked: Asked, *, proven: bool) -> Finding:
    if asked.answer is Answer.ANSWERED:
        return Finding("gateway", Level.OK, _answers(asked))
    if asked.answer is Answer.CANNOT_TELL:
        return Finding("gateway", Level.NOT_CHECKED, _no_answer(asked))
    is_there = asked.failure is None or asked.failure.cause is not Cause.HOST_UNREACHABLE
    if proven and is_there:
        text = message("{target} does not answer echoes, but passes packets on.", target=asked.target)
        return Finding("gateway", Level.OK, text)
    advice = message("Check the cable or Wi-Fi to the router. Some routers never answer echoes.")
    return Finding("gateway", Level.WARNING, _no_answer(asked), advice)


def _resolvers(link: OwnLink) -> tuple[Finding, ...]:
    if not link.facts.resolvers:
        advice = message(
            "Ask the router for an address again (DHCP), or name a DNS server in the network settings."
        )
        return (Finding("resolver", Level.WARNING, message("No resolver (DNS) is configured."), advice),)
    return tuple(_resolver(asked) for asked in link.facts.resolvers)


def _resolver(asked: Asked) -> Finding:
    if asked.answer is Answer.ANSWERED:
        return Finding("resolver", Level.OK, _answers(asked))
    if asked.answer is Answer.CANNOT_TELL and asked.failure is None:
        return Finding(
            "resolver", Level.OK, message("{target} on this machine answers.", target=asked.target)
        )
    if asked.answer is Answer.CANNOT_TELL:
        return Finding("resolver", Level.NOT_CHECKED, _no_answer(asked))
    advice = message("Set another DNS server in the network settings, or ask the carrier about this one.")
    return Finding("resolver", Level.WARNING, _no_answer(asked), advice)


def _reference(asked: Asked | None) -> Finding:
    if asked is None:
        return Finding(
            "reference",
            Level.NOT_CHECKED,
            message("The inventory names none."),
            message("Add “reference:” with an end point that always answers, such as the carrier's router."),
        )
    if asked.answer is Answer.ANSWERED:
        return Finding("reference", Level.OK, _answers(asked))
    if asked.answer is Answer.CANNOT_TELL:
        return Finding("reference", Level.NOT_CHECKED, _no_answer(asked))
    advice = message(
        "If it is not meant to be off, tell its owner; or name another reference in the inventory."
    )
    return Finding("reference", Level.WARNING, _no_answer(asked), advice)


def _answers(asked: Asked) -> Message:
    if asked.rtt_ms is None:
        return message("{target} answers.", target=asked.target)
    return message("{target} answers in {rtt_ms} ms.", target=asked.target, rtt_ms=round(asked.rtt_ms, 2))


def _no_answer(asked: Asked) -> Message:
    if asked.failure is None:
        return message("{target} does not answer.", target=asked.target)
    return message("{target}: {failure}.", target=asked.target, failure=asked.failure)
