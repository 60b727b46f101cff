"""macOS and the BSDs: the default routes as `route -n get` tells them."""

import subprocess

from kontum_netcheck.net.link.facts import DefaultRoute

_TIMEOUT_S = 1.0


def default_routes() -> tuple[DefaultRoute, ...]:
    """The default route of each family; a missing tool or "not in table" is no route."""
    found = (parse(_route_get("-inet"), 4), parse(_route_get("-inet6"), 6))
    return tuple(route for route in found if route is not None)


def parse(text: str, family: int) -> DefaultRoute | None:
    """The route in the output of `route -n get`; a gateway such as `link#5` or `index: 5 …` is no address."""
    fields = dict(_field(line) for line in text.splitlines())
    interface = fields.get("interface")
    if not interface:
        return None
    gateway = fields.get("gateway", "")
    is_address = ("." if family == 4 else ":") in gateway and " " not in gateway
    return DefaultRoute(family, gateway if is_address else None, interface)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _route_get(family: str) -> str:
    command = ["/sbin/route", "-n", "get", family, "default"]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
