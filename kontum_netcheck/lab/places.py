"""Three places that ask the sample province, and what one of them sees otherwise than the rest."""

from dataclasses import replace
from pathlib import Path

from kontum_netcheck.inventory.sample import sample_path
from kontum_netcheck.net.network import Detours, NetworkOptions

PLACES = ("noc", "dak-to", "ngoc-hoi")
"""The carrier's centre and two districts; the names are vantages."""
LOST_PLACE = "dak-to"
"""Whose agent is killed, and from where one portal can't be reached."""
_FAR_PORTAL = ("tcp", "tracuudiem.kontum.example", 443)
_NOBODY = ("127.0.0.1", 9)  # the port of discard: nothing listens there
_PORTAL = "profile: portal\n"
_LINE = ("{probe: ping, count: 20,", "{probe: http, timeout_s: 5,")


def write_inventory(file: Path) -> None:
    """The sample with vantages: portals are asked from all three places, primary lines from two of them."""
    text = sample_path().read_text(encoding="utf-8")
    changed = {
        _PORTAL: f"{_PORTAL}    vantage: [{', '.join(PLACES)}]\n    see: majority\n",
        **{typed: f"{typed} vantage: [noc, {LOST_PLACE}]," for typed in _LINE},
    }
    for typed, instead in changed.items():
        assert typed in text
        text = text.replace(typed, instead)
    file.write_text(text, encoding="utf-8")


def seen_from(place: str, network: NetworkOptions) -> NetworkOptions:
    """The lab as it looks from there."""
    if place != LOST_PLACE:
        return network
    table = {**network.detours.table, _FAR_PORTAL: _NOBODY}
    return replace(network, detours=Detours(table, network.detours.name_server))
