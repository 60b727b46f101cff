"""Which port is meant: the one that was named, or the only one that looks like a modem."""

from collections.abc import Sequence
from difflib import get_close_matches

from kontum_netcheck.model import message
from kontum_netcheck.net.modem.ports import Port, PortFault, Trouble, exists, refuse_forbidden


def choose(known: Sequence[Port], wanted: str | None) -> str:
    """The device to use. Raises PortFault with the ports that there are, the nearest name, or who may use it."""
    device = _chosen(known, wanted)
    refuse_forbidden(device)
    return device


def _chosen(known: Sequence[Port], wanted: str | None) -> str:
    names = tuple(port.device for port in known)
    if wanted is not None:
        if wanted in names or exists(wanted):
            return wanted
        raise _missing(wanted, names)
    modems = tuple(port.device for port in known if port.looks_like_modem)
    if len(modems) == 1:
        return modems[0]
    if modems:
        raise PortFault(
            Trouble.SEVERAL,
            message("There are several modems: {ports}. Choose one with --device.", ports=modems),
        )
    if names:
        raise PortFault(
            Trouble.MISSING,
            message(
                "None of the serial ports looks like a modem: {ports}. If one is, name it with --device.",
                ports=names,
            ),
        )
    raise PortFault(
        Trouble.MISSING, message("This machine has no serial port: plug a modem in, then look again.")
    )


def _missing(wanted: str, names: tuple[str, ...]) -> PortFault:
    if not names:
        sentence = message("There is no serial port {device}, and this machine has none.", device=wanted)
        return PortFault(Trouble.MISSING, sentence)
    sentence = message(
        "There is no serial port {device}; this machine has {ports}.", device=wanted, ports=names
    )
    near = get_close_matches(wanted, names, n=1)
    if near and len(names) > 1:
        sentence = message("{problem} Did you mean {nearest}?", problem=sentence, nearest=near[0])
    return PortFault(Trouble.MISSING, sentence)
