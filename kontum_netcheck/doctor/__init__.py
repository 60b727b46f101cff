"""The doctor: how this machine stands, before anybody blames a site."""

from kontum_netcheck.doctor.about_link import about_link
from kontum_netcheck.doctor.about_machine import about_machine, about_ping
from kontum_netcheck.doctor.about_web import about_captive, about_clock, unasked
from kontum_netcheck.doctor.facts import Facts, Machine, PingTrial
from kontum_netcheck.doctor.finding import Finding, Level, worst

__all__ = ["Facts", "Finding", "Level", "Machine", "PingTrial", "findings_of", "worst"]


def findings_of(facts: Facts) -> tuple[Finding, ...]:
    """All findings in the order in which a technician looks: the link, the web, the machine. Pure."""
    if facts.link.down:  # what nobody could answer is nobody's fault, and says nothing
        web: tuple[Finding, ...] = tuple(unasked(name) for name in ("captive_portal", "clock"))
    else:
        web = (about_captive(facts.captive), about_clock(facts.clocks, facts.clock_step_s))
    return (
        *about_link(facts.link),
        *web,
        about_ping(facts.ping),
        *about_machine(facts.machine),
    )
