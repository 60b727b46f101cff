"""Findings about the machine itself: how it can ping, what it may, what is installed, where its files are."""

from kontum_netcheck.doctor.facts import Machine, PingTrial
from kontum_netcheck.doctor.finding import Finding, Level
from kontum_netcheck.model import message
from kontum_netcheck.net.icmp.series import Method

_POOR_WAYS = frozenset({Method.SYSTEM_PING, Method.TCP_CONNECT})


def about_ping(trial: PingTrial) -> Finding:
    """Which way of pinging works, tried out on loopback; its own words say how to get a better one."""
    if trial.failure is not None:
        text = message("Pinging this machine itself fails: {failure}.", failure=trial.failure)
        advice = message("A firewall on this machine may forbid it: let ICMP echoes pass.")
        return Finding("ping", Level.WARNING, text, advice)
    return Finding("ping", Level.WARNING if trial.method in _POOR_WAYS else Level.OK, trial.words)


def about_machine(machine: Machine) -> tuple[Finding, ...]:
    """Rights, certificates, inventory, folders, language, versions."""
    versions = tuple(f"{name} {version}" for name, version in machine.versions)
    return (
        _permission(machine),
        _certificates(machine),
        _inventory(machine),
        Finding("folders", Level.OK, message("{folders}", folders=machine.folders)),
        _language(machine),
        Finding("versions", Level.OK, message("{versions}", versions=versions)),
    )


def _permission(machine: Machine) -> Finding:
    if machine.privileged and machine.platform == "win32":
        text = message("Runs as administrator. That is not needed.")
    elif machine.privileged:
        text = message("Runs as root. That is not needed where ping sockets are allowed.")
    else:
        text = message("Runs as an ordinary user.")
    return Finding("permission", Level.OK, text)


def _certificates(machine: Machine) -> Finding:
    if machine.authorities is not None:
        text = message("Authorities from {file}.", file=machine.authorities)
        return Finding("certificates", Level.OK, text)
    if machine.system_store:
        return Finding("certificates", Level.OK, message("Authorities from the system's own store."))
    advice = message("Install the package ca-certificates, or set SSL_CERT_FILE to a PEM file.")
    text = message("No file of certificate authorities is found: every HTTPS check would fail.")
    return Finding("certificates", Level.WARNING, text, advice)


def _inventory(machine: Machine) -> Finding:
    if machine.inventory is None:
        text = machine.inventory_problem or message("There is none.")
        advice = message(
            "Write a starter with “kontum-netcheck init”, or see the sample: “kontum-netcheck demo”."
        )
        return Finding("inventory", Level.NOT_CHECKED, text, advice)
    if machine.inventory_problem is not None:
        advice = message("“kontum-netcheck validate” says all that is wrong in it.")
        return Finding("inventory", Level.WARNING, machine.inventory_problem, advice)
    return Finding("inventory", Level.OK, message("{file}", file=machine.inventory))


def _language(machine: Machine) -> Finding:
    text = message(
        "Speaks {language}; writes {output}; the system's encoding is {system}.",
        language=machine.language,
        output=machine.output_encoding,
        system=machine.system_encoding,
    )
    return Finding("language", Level.OK, text)
