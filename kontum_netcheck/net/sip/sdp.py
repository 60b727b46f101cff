"""Offers and answers of G.711 speech (RFC 4566, RFC 3264), and what the other end's say."""

import re
from dataclasses import dataclass

from kontum_netcheck.net.address import address_of

PCMU, PCMA = 0, 8
"""Static payload types of RFC 3551, section 6: G.711 µ-law and A-law, 8,000 samples a second."""
_NAMES = {PCMU: "PCMU", PCMA: "PCMA"}
_LINES_MAX_COUNT = 500
_AUDIO = re.compile(r"m=audio ([0-9]{1,5})(?:/[0-9]+)? RTP/AVPF? ((?:[0-9]{1,3} ?)+)")
_CONNECTION = re.compile(r"c=IN IP[46] ([0-9A-Fa-f.:]{2,45})")


@dataclass(frozen=True, slots=True)
class Media:
    """Where the other end wants its speech, and in which of our codecs."""

    host: str
    port: int
    payload_type: int


def offer(host: str, port: int, session: int, payload_types: tuple[int, ...] = (PCMA, PCMU)) -> bytes:
    """Speech to and from that address, in packets of 20 ms; A-law first, as it is used in Viet Nam."""
    version = 6 if ":" in host else 4
    lines = [
        "v=0",
        f"o=- {session} {session} IN IP{version} {host}",
        "s=-",
        f"c=IN IP{version} {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, payload_types))}",
        *(f"a=rtpmap:{number} {_NAMES[number]}/8000" for number in payload_types),
        "a=ptime:20",
        "a=sendrecv",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def read_media(body: bytes) -> Media | None:
    """The first stream of speech that we can take part in; None: there is none, or it is put on hold.

    Only an address of a single host counts: nobody makes us send to a group.
    """
    host, session_host = None, None
    found: re.Match[str] | None = None
    for line in body.decode("utf-8", "replace").splitlines()[:_LINES_MAX_COUNT]:
        if line.startswith("m="):
            if found is not None:
                break
            found = _AUDIO.match(line)
        elif connection := _CONNECTION.match(line):
            if found is not None:
                host = connection[1]
            else:
                session_host = session_host or connection[1]
    address = address_of(host or session_host or "")
    if found is None or address is None or address.is_multicast or address.is_unspecified:
        return None
    port, offered = int(found[1]), [int(number) for number in found[2].split()]
    payload_type = next((number for number in offered if number in _NAMES), None)
    if payload_type is None or not 0 < port < 65_536 or str(address) == "255.255.255.255":
        return None
    return Media(str(address), port, payload_type)
